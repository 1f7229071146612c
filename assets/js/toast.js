// A short message at the edge of the page, read aloud by screen readers.

import { h } from "./dom.js";

export function toast(words) {
  let place = document.querySelector(".rh-toasts");
  if (!place) {
    place = h("div.rh-toasts", { role: "status", "aria-live": "polite" });
    document.querySelector(".gradio-container").append(place);
  }
  const note = h("div.rh-toast", {}, words);
  place.append(note);
  setTimeout(() => note.remove(), 6000);
}
