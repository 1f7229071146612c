// @ts-check
// A small dialog over the page.

import { drawOver, h } from "../core/h.js";
import { layDialog } from "../core/layers.js";
import { t } from "../core/words.js";
import { useLayoutEffect, useRef } from "../vendor/preact.js";
import { IconButton } from "./icon.js";

/** @typedef {import("../vendor/preact.js").ComponentChildren} Children */

/** Opens a dialog with the part that `part(close)` returns; it is removed with the dialog.
 * @param {string} title @param {(close: () => void) => Children} part */
export function openPart(title, part) {
  const end = drawOver(h(Window, { title, part, end: () => end() }));
}

/** @param {{ title: string, part: (close: () => void) => Children, end: () => void }} props */
function Window({ title, part, end }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const close = () => dialog.current?.close();
  useLayoutEffect(() => layDialog(dialog.current), []);
  return h(
    "dialog.rh-dialog.rh-window",
    { ref: dialog, "aria-label": title, onclose: (event) => event.target === event.currentTarget && end() },
    h("div.rh-window-head", {}, h("strong", {}, title), h(IconButton, { name: "close", label: t("results.close"), onclick: close })),
    h("div.rh-window-body", {}, part(close)),
  );
}
