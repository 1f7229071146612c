// Puts the page's one 3D viewer over the large view and takes it away again. Until the model is there, its small
// picture stands in its place.

import { h } from "./dom.js";

const DRAWING = 500; // ms

let home = null;
let watcher = null;

export function showModel(place, output) {
  const viewer = document.getElementById("rh-model-view");
  if (!viewer) return;
  // A modal dialog covers everything outside it, so the viewer moves in while it is open.
  home ??= viewer.parentElement;
  if (output.thumb) waitBehind(place, output);
  place.append(viewer);
  viewer.classList.add("is-shown");
  window.rhShowModel(output.id);
}

export function hideModel() {
  watcher?.disconnect();
  const viewer = document.getElementById("rh-model-view");
  if (!home || !viewer?.classList.contains("is-shown")) return;
  viewer.classList.remove("is-shown");
  home.append(viewer);
}

/** The viewer does not say when it has drawn; it does so soon after the file has come. */
function waitBehind(place, output) {
  const picture = h("img.rh-model-poster", { src: output.thumb, alt: "" });
  const address = new URL(output.url, document.baseURI).href;
  place.append(picture);
  watcher = new PerformanceObserver((list) => {
    if (!list.getEntriesByName(address).length) return;
    watcher.disconnect();
    setTimeout(() => picture.remove(), DRAWING);
  });
  watcher.observe({ type: "resource" });
}
