// @ts-check
// What a tile shows of its result. A film plays while the pointer or the focus is on its tile, without sound.

import { Icon } from "../../components/icon.js";
import { h } from "../../core/h.js";
import { useEffect, useRef, useSignal } from "../../vendor/preact.js";

/** @typedef {import("../../core/api_types.js").Output} Output */

/** @type {Record<string, import("../../components/icon.js").IconName>} */
const KIND_ICONS = { image: "image", video: "film", audio: "sound", model: "cube", text: "text" };
const READ = 4000; // characters of a text; the rest is read in the large view

/** @param {{ output: Output }} props */
export const KindIcon = ({ output: { kind } }) => h(Icon, { name: KIND_ICONS[kind] ?? "text" });

/** @param {{ output: Output }} props */
export function Face({ output }) {
  if (output.kind === "text" && output.text) return h("span.rh-face-text", {}, output.text.slice(0, READ));
  if (output.kind === "video" && output.url) return h(Film, { output });
  return h(Still, { output });
}

/** @param {{ output: Output }} props */
const Still = ({ output }) =>
  output.thumb ? h("img", { src: output.thumb, alt: "", loading: "lazy", decoding: "async", draggable: false }) : h("span.rh-face-icon", {}, h(KindIcon, { output }));

/** @param {{ output: Output }} props */
function Film({ output }) {
  const place = useRef(/** @type {HTMLSpanElement | null} */ (null));
  const plays = useSignal(false);
  useEffect(() => {
    const tile = place.current?.closest(".rh-result");
    if (!(tile instanceof HTMLElement)) return undefined;
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
    const play = (/** @type {boolean} */ yes) => {
      plays.value = yes && !calm.matches;
    };
    const ending = new AbortController();
    const on = (/** @type {string} */ name, /** @type {(event: any) => void} */ act) => tile.addEventListener(name, act, { signal: ending.signal });
    on("pointerenter", ({ pointerType }) => pointerType === "mouse" && play(true));
    on("pointerleave", () => play(false));
    on("focus", () => tile.matches(":focus-visible") && play(true));
    on("blur", () => play(false));
    on("click", () => play(false)); // the large view plays it
    return () => ending.abort();
  }, []);
  return h(
    "span.rh-film",
    { ref: place },
    h(Still, { output }),
    plays.value && h("video", { src: output.url, muted: true, loop: true, autoplay: true, playsinline: true, onerror: () => (plays.value = false) }),
  );
}
