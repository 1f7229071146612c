// @ts-check
// A window for parts that are drawn in a test. Imported before them.

import "./page.js";
import { Window } from "happy-dom";

const browser = new Window({ url: "http://page.test/" });
Object.assign(browser, { rhBoot: window.rhBoot });
const names = ["document", "Node", "Element", "HTMLElement", "HTMLInputElement", "HTMLTextAreaElement", "HTMLVideoElement", "Event", "CustomEvent", "KeyboardEvent", "CSS", "requestAnimationFrame", "cancelAnimationFrame", "EventTarget", "FocusEvent", "MouseEvent", "IntersectionObserver"];
Object.assign(globalThis, { window: browser }, Object.fromEntries(names.map((name) => [name, /** @type {any} */ (browser)[name]])));

/** Until what changed has been drawn. */
export const settled = () => new Promise((go) => setTimeout(go, 50));

/** What a person does at an input.
 * @param {any} input @param {string} text */
export function type(input, text) {
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}
