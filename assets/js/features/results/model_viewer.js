// @ts-check
// Moves the page's one 3D viewer into the large view and back. Until the model is drawn, its thumbnail is shown.

import { h } from "../../core/h.js";
import { Fragment, signal, useLayoutEffect, useRef } from "../../vendor/preact.js";

/** @typedef {import("../../core/api_types.js").ViewedOutput} Output */

const DRAWING = 500; // ms

let given = ""; // the address of the model that the viewer was last given
const isDrawn = signal(false);

/** Whether the server has the model, or a decompressed copy, which it makes now.
 * @param {Output} output */
export async function canTurn({ turned, url }) {
  if (turned === url) return true;
  try {
    // With another address, so that expectModel does not take it for the file.
    return Boolean(turned) && (await fetch(`${turned}?look`, { method: "HEAD" })).status === 200;
  } catch {
    return false;
  }
}

/** @param {{ output: Output }} props */
export function ModelViewer({ output }) {
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  // A modal dialog covers everything outside it, so the viewer moves in while it is open. It moves while the rest is
  // drawn: some frames later it would be measured without a size.
  useLayoutEffect(() => {
    const viewer = document.getElementById("rh-model-view");
    const home = viewer?.parentElement;
    if (!viewer || !home) return undefined;
    place.current?.append(viewer);
    viewer.classList.add("is-shown");
    const address = new URL(output.turned, document.baseURI).href;
    if (address !== given) window.rhEmptyViewer();
    const stopWaiting = whenDrawn(viewer, () => {
      if (address !== given) expectModel(address);
      window.rhShowModel(output.id);
    });
    return () => {
      stopWaiting();
      viewer.classList.remove("is-shown");
      home.append(viewer);
    };
  }, []);
  return h(
    Fragment,
    {},
    h("div.rh-model-place", { ref: place }),
    output.thumb && !isDrawn.value && h("img.rh-model-poster", { src: output.thumb, alt: "" }),
  );
}

/** Gradio loads the viewer's scripts when it draws it for the first time.
 * @param {HTMLElement} viewer @param {() => void} then @returns {() => void} gives up waiting */
function whenDrawn(viewer, then) {
  const look = () => {
    if (!viewer.querySelector(".block")) return;
    drawing.disconnect();
    then();
  };
  const drawing = new MutationObserver(look);
  drawing.observe(viewer, { childList: true, subtree: true });
  look();
  return () => drawing.disconnect();
}

/** The viewer does not say when it has drawn; it does so soon after the file is loaded. Given the same model again, it
 * loads nothing.
 * @param {string} address */
function expectModel(address) {
  watcher.disconnect();
  given = address;
  isDrawn.value = false;
  watcher.observe({ type: "resource" });
}

const watcher = new PerformanceObserver((list) => {
  const address = given;
  if (!list.getEntriesByName(address).length) return;
  watcher.disconnect();
  setTimeout(() => {
    if (address === given) isDrawn.value = true;
  }, DRAWING);
});
