// @ts-check
// Plays a sound in its tile; one at a time.

import { IconButton } from "../../components/icon.js";
import { h } from "../../core/h.js";
import { t } from "../../core/words.js";
import { signal, useEffect } from "../../vendor/preact.js";

/** @typedef {import("../../core/api_types.js").Output} Output */

/** The id of the result that is heard; empty: none. */
const heard = signal("");
/** @type {HTMLAudioElement | null} */
let player = null;

export function hush() {
  player?.pause();
  heard.value = "";
}

/** @param {Output} output */
async function play({ id, url }) {
  hush();
  player ??= new Audio();
  player.onended = hush;
  player.src = url;
  heard.value = id;
  await player.play().catch(() => heard.peek() === id && hush());
}

/** @param {{ output: Output }} props */
export function SoundButton({ output }) {
  const isHeard = heard.value === output.id;
  useEffect(() => () => void (heard.peek() === output.id && hush()), []);
  return h(IconButton, {
    class: "rh-sound-button",
    name: isHeard ? "pause" : "play",
    label: t(isHeard ? "results.pause" : "results.play"),
    "aria-pressed": isHeard,
    onclick: () => (isHeard ? hush() : play(output)),
  });
}
