// @ts-check
// A result in rows: its picture, what can be done with it, its words. The actions are drawn while the pointer or the focus is on
// the tile; on touch always.

import { later } from "../../components/later.js";
import { h } from "../../core/h.js";
import { memo } from "../../core/memo.js";
import { useSignal } from "../../vendor/preact.js";
import { lostWords, ResultTile } from "./result_tile.js";
import { SoundButton } from "./tile_sound.js";

/** @typedef {import("../../core/api_types.js").Card} Card @typedef {import("../runs/listing.js").Tile} Tile */
/** @typedef {{ output: Tile, run?: Card, open: (output: import("../../core/api_types.js").Output) => void,
 *   box?: import("../../vendor/preact.js").VNode }} Props `box`: what chooses it */

const TileActions = later(async () => (await import("./tile_actions.js")).TileActions);
/** A finger is never over a tile before it presses. */
const isTouch = () => window.matchMedia("(hover: none)").matches;

/** @param {Props} props */
function Whole({ output, run, open, box }) {
  const isNear = useSignal(isTouch());
  const leave = () => (isNear.value = isTouch());
  return h(
    "div.rh-row-result",
    {
      onpointerenter: () => (isNear.value = true),
      onpointerleave: (event) => !event.currentTarget.contains(document.activeElement) && leave(),
      onfocusin: () => (isNear.value = true),
      onfocusout: (event) => !(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget)) && leave(),
    },
    h(ResultTile, { output, open }),
    box,
    output.kind === "audio" && output.url && h(SoundButton, { output }),
    isNear.value && !lostWords(output) && h(TileActions, { output, run }),
    output.title !== undefined && h(TileWords, output),
  );
}

export const RowTile = memo((/** @type {Props} */ props) => h(Whole, props));

/** The first line of its prompt, and its model.
 * @param {{ title?: string, model?: string }} props */
const TileWords = ({ title = "", model = "" }) =>
  h("div.rh-tile-words", {}, h("span.rh-run-title", { title }, title.split("\n", 1)[0]), h("span.rh-run-model", {}, model));
