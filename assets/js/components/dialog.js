// @ts-check
// A small window over the page.

import { h } from "../core/h.js";
import { layDialog } from "../core/layers.js";
import { t } from "../core/words.js";
import { render } from "../vendor/preact.js";
import { IconButton } from "./icon.js";

/** Opens one with a part in it, which ends with the window: `part(close)` gives it.
 * @param {string} title @param {(close: () => void) => import("../vendor/preact.js").ComponentChildren} part */
export function openPart(title, part) {
  const place = document.createElement("div");
  const close = () => dialog.close();
  const end = () => {
    render(null, place);
    place.remove();
  };
  render(h(Window, { title, close, end }, part(close)), place);
  document.querySelector(".gradio-container")?.append(place);
  const dialog = /** @type {HTMLDialogElement} */ (place.firstElementChild);
  layDialog(dialog);
  return { body: /** @type {HTMLElement} */ (dialog.lastElementChild), close };
}

/** The same with elements in it.
 * @param {string} title @param {...(Element | string)} children */
export function openWindow(title, ...children) {
  const { body, close } = openPart(title, () => null);
  body.append(...children);
  return { close };
}

/** @param {{ title: string, close: () => void, end: () => void, children?: import("../vendor/preact.js").ComponentChildren }} props */
const Window = ({ title, close, end, children }) =>
  h(
    "dialog.rh-dialog.rh-window",
    { "aria-label": title, onclick: (event) => event.target === event.currentTarget && close(), onclose: (event) => event.target === event.currentTarget && end() },
    h("div.rh-window-head", {}, h("strong", {}, title), h(IconButton, { name: "close", label: t("results.close"), onclick: close })),
    h("div.rh-window-body", {}, children),
  );
