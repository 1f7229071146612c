// Puts the page's one 3D viewer over the large view and takes it away again. Until the model is there, its small
// picture stands in its place.

import { h } from "../../core/dom.js";

const DRAWING = 500; // ms

let home = null;
let picture = null;
let turned = ""; // the address of the model that the viewer was last given
let hasIt = false; // whether its file has come

export function showModel(place, output) {
  const viewer = document.getElementById("rh-model-view");
  if (!viewer) return;
  // A modal dialog covers everything outside it, so the viewer moves in while it is open.
  home ??= viewer.parentElement;
  place.append(viewer);
  viewer.classList.add("is-shown");
  const address = new URL(output.turned, document.baseURI).href;
  if (address !== turned) expectModel(address);
  if (output.thumb && !hasIt) place.append((picture = h("img.rh-model-poster", { src: output.thumb, alt: "" })));
  window.rhShowModel(output.id);
}

/** Whether the server has the model, or a plain copy of a packed one, which it makes now. */
export async function canTurn(output) {
  if (output.turned === output.url) return true;
  try {
    // Under a name of its own, which expectModel does not take for the file.
    return !!output.turned && (await fetch(`${output.turned}?look`, { method: "HEAD" })).status === 200;
  } catch {
    return false;
  }
}

export function hideModel() {
  const viewer = document.getElementById("rh-model-view");
  if (!home || !viewer?.classList.contains("is-shown")) return;
  viewer.classList.remove("is-shown");
  home.append(viewer);
}

/** The viewer does not say when it has drawn; it does so soon after the file has come. Given the same model again, it
 * fetches nothing. */
function expectModel(address) {
  watcher.disconnect();
  turned = address;
  hasIt = false;
  watcher.observe({ type: "resource" });
}

const watcher = new PerformanceObserver((list) => {
  if (!list.getEntriesByName(turned).length) return;
  watcher.disconnect();
  hasIt = true;
  setTimeout(() => picture?.remove(), DRAWING);
});
