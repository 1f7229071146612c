// A short message at the edge of the page, read aloud by screen readers.

import { h } from "../core/dom.js";

/** `action` makes a button of it, and leaves the time to reach it.
 * @param {string} words @param {{ words: string, press: () => unknown } | null} action */
export function toast(words, action = null) {
  let place = document.querySelector(".rh-toasts");
  if (!place) {
    place = h("div.rh-toasts", { role: "status", "aria-live": "polite" });
    (document.querySelector(".gradio-container") ?? document.body).append(place);
  }
  const undo = () => {
    note.remove();
    action.press();
  };
  const note = h("div.rh-toast", {}, words, action && h("button.rh-toast-action", { type: "button", onclick: undo }, action.words));
  place.append(note);
  setTimeout(() => note.remove(), action ? 12000 : 6000);
}
