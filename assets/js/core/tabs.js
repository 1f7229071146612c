// @ts-check
// The visible tab: the address follows it, and parts of the page open others.

import { listenForBack, stayAt, stepTo } from "./layers.js";
import { t } from "./words.js";

const MOST_FRAMES = 300;

/** What is shown in each tab that has parts with addresses of their own.
 * @type {Map<string, string>} */
const parts = new Map();
let inSight = tabInAddress();

/** The tab in the address; its part (`#account/people`) is kept. */
function tabInAddress() {
  const [tab, part = ""] = window.location.hash.slice(1).split("/");
  if (tab) parts.set(tab, part);
  return tab || "image";
}

/** The part that this tab shows, by the address; empty: its first one.
 * @param {string} tab */
export function partOf(tab) {
  tabInAddress();
  return parts.get(tab) ?? "";
}

/** @param {string} tab */
const addressOf = (tab) => `#${[tab, parts.get(tab)].filter(Boolean).join("/")}`;

/** The tab shows this part now: the address follows it.
 * @param {string} tab @param {string} part */
export function tellPart(tab, part) {
  const isInSight = tabInAddress() === tab;
  parts.set(tab, part);
  if (isInSight) stayAt(addressOf(tab));
}

/** Gradio has opened a tab: puts it into the address, for reloads, bookmarks and the browser's Back.
 * @param {string} name */
export function tabShown(name) {
  inSight = name;
  if (tabInAddress() !== name) stepTo(addressOf(name));
}

/** Opens a tab. On a phone Gradio moves tabs that don't fit into a menu, where only their text identifies them.
 * @param {string} name */
export function showTab(name) {
  /** @type {HTMLElement | null} */
  const shown = document.querySelector(`#rh-tabs [role=tab][data-tab-id="${name}"]`);
  /** @type {HTMLElement[]} */
  const folded = [...document.querySelectorAll("#rh-tabs .overflow-dropdown button")].map((button) => /** @type {HTMLElement} */ (button));
  (shown ?? folded.find((button) => button.textContent?.trim() === t(`tab.${name}`)))?.click();
}

/** Opens a tab and waits until an element in it is drawn, which takes some frames, and longer if its script must be loaded
 * first. null if it is never drawn.
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

/** Follows the browser's Back and Forward, and typed addresses. */
export function followAddress() {
  listenForBack(
    () => tabInAddress() !== inSight && stayAt(addressOf(inSight)),
    () => showTab(tabInAddress()),
  );
}
