// @ts-check
// The results of the gallery in rows. Only those in and near the window are drawn, so that the page stays light however far one
// scrolls.

import { h } from "../../core/h.js";
import { keyOf } from "../../core/keys.js";
import { placed, useNear, useRows } from "../results/rows.js";
import { ratioOfOutput, tileRatio } from "../results/shapes.js";
import { ChoosableTile } from "./selection.js";

/** @typedef {import("../../core/api_types.js").GalleryItem} Output */

/** @param {{ items: Output[], selection: import("./selection.js").Selection, open: (output: import("../../core/api_types.js").Output) => void }} props */
export function GalleryRows({ items, selection, open }) {
  const { boxes, onkeydown, ...rows } = useRows(items.map((output) => tileRatio(ratioOfOutput(output))), 0);
  const { from, to } = useNear(rows.ref);
  const isNear = (/** @type {number} */ place) => !boxes[place] || (boxes[place].top + boxes[place].height > from && boxes[place].top < to);
  /** @param {import("../../vendor/preact.js").TargetedKeyboardEvent<HTMLElement>} event */
  const pressed = (event) => {
    const id = event.target instanceof HTMLElement && event.target.matches(".rh-result") && event.target.dataset.output;
    const output = keyOf(event) === " " && items.find((one) => one.id === id);
    if (!output) {
      onkeydown(event);
      return;
    }
    selection.set(output, !selection.chosen.peek().has(output.id), event.shiftKey);
    event.preventDefault();
  };
  return h(
    "div.rh-rows.is-bare",
    { ...rows, onkeydown: pressed },
    items.map((output, place) => isNear(place) && h("div.rh-row-tile", { key: output.id, style: placed(boxes[place], 0), "data-place": place }, h(ChoosableTile, { selection, output, open }))),
  );
}
