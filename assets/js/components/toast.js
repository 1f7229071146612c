// @ts-check
// A short message at the edge of the page, read aloud by screen readers.

import { drawOver, h } from "../core/h.js";
import { signal } from "../vendor/preact.js";

/** @typedef {{ words: string, press: () => unknown }} Action */

/** @type {import("../vendor/preact.js").Signal<{ id: number, words: string, action: Action | null }[]>} */
const notes = signal([]);
let count = 0;

/** `action` adds a button, and the message stays longer.
 * @param {string} words @param {Action | null} [action] */
export function toast(words, action = null) {
  if (!document.querySelector(".rh-toasts")) {
    drawOver(h(Toasts));
    document.addEventListener("close", onTop, true); // before the dialog removes its content
  }
  const id = (count += 1);
  notes.value = [...notes.value, { id, words, action }];
  onTop();
  setTimeout(() => away(id), action ? 12000 : 6000);
}

/** Moves the messages into the topmost dialog: while it is open, nothing outside it can be pressed. */
function onTop() {
  const notes = /** @type {HTMLElement | null} */ (document.querySelector(".rh-toasts"));
  const home = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.querySelector(".gradio-container") ?? document.body;
  if (!notes) return;
  home.append(/** @type {Element} */ (notes.parentElement));
  notes.showPopover?.();
}

/** @param {number} id */
function away(id) {
  notes.value = notes.value.filter((note) => note.id !== id);
}

const Toasts = () =>
  h("div.rh-toasts", { role: "status", "aria-live": "polite", popover: "manual" }, notes.value.map(({ id, words, action }) => h("div.rh-toast", { key: id }, words, action && h(Button, { id, action }))));

/** @param {{ id: number, action: Action }} props */
function Button({ id, action }) {
  const press = () => {
    away(id);
    action.press();
  };
  return h("button.rh-toast-action", { type: "button", onclick: press }, action.words);
}

/** An error as a sentence.
 * @param {unknown} fault */
export const faultWords = (fault) => (fault instanceof Error ? fault.message : String(fault));

/** `work`; an exception is shown as a message.
 * @template {unknown[]} Given @param {(...given: Given) => unknown} work
 * @returns {(...given: Given) => Promise<void>} */
export const telling = (work) => async (...given) => {
  try {
    await work(...given);
  } catch (fault) {
    toast(faultWords(fault));
  }
};
