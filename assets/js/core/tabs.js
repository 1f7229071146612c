// @ts-check
// The tab in sight: the address follows it, and the page's own parts lead to others.

import { listenForBack, stayAt, stepTo } from "./layers.js";
import { t } from "./words.js";

const MOST_FRAMES = 300;

let inSight = tabInAddress();

function tabInAddress() {
  return window.location.hash.slice(1) || "image";
}

/** Gradio shows a tab now. Its address is one that a reload, a bookmark and the browser's Back lead to.
 * @param {string} name */
export function tabShown(name) {
  inSight = name;
  if (tabInAddress() !== name) stepTo(`#${name}`);
}

/** Opens a tab; Gradio keeps those that don't fit on a phone in a menu, where they have no name but their words.
 * @param {string} name */
export function showTab(name) {
  /** @type {HTMLElement | null} */
  const shown = document.querySelector(`#rh-tabs [role=tab][data-tab-id="${name}"]`);
  /** @type {HTMLElement[]} */
  const folded = [...document.querySelectorAll("#rh-tabs .overflow-dropdown button")].map((button) => /** @type {HTMLElement} */ (button));
  (shown ?? folded.find((button) => button.textContent?.trim() === t(`tab.${name}`)))?.click();
}

/** Opens a tab and waits until something in it is drawn, which is some frames after the tab was chosen, and more where its
 * script has to come first. null where it does not come.
 * @param {string} name @param {string} selector @returns {Promise<HTMLElement | null>} */
export async function leadTo(name, selector) {
  showTab(name);
  for (let frame = 0; frame < MOST_FRAMES; frame += 1) {
    const found = /** @type {HTMLElement | null} */ (document.querySelector(selector));
    if (found?.offsetParent) return found;
    await new Promise(requestAnimationFrame);
  }
  return null;
}

/** As `leadTo`, to a studio, whose form may be folded.
 * @param {string} modality */
export const leadToStudio = (modality) => leadTo(modality, `[id="${modality}-studio"]`);

/** Follows the browser's Back and Forward, and addresses that are typed. */
export function followAddress() {
  listenForBack(
    () => tabInAddress() !== inSight && stayAt(`#${inSight}`),
    () => showTab(tabInAddress()),
  );
}
