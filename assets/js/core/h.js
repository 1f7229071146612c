// @ts-check
// The page's notation over Preact: `h("button.rh-small", { onclick }, "Run again")` for an element, with its classes in
// its name, and `h(RunCard, { card })` for a part. What is given as a child or an attribute is text, never markup.

import { createElement, render } from "../vendor/preact.js";

/** A vnode of an element or of a part. What callers may give is told in h.d.ts.
 * @param {string | import("../vendor/preact.js").ComponentType<any>} tag
 * @param {Record<string, unknown> | null} [attributes]
 * @param {import("../vendor/preact.js").ComponentChildren[]} children */
export function h(tag, attributes, ...children) {
  if (attributes && "dangerouslySetInnerHTML" in attributes) throw new Error("Text is never markup here: give it as a child.");
  if (typeof tag !== "string") return createElement(tag, attributes, ...children);
  const [name, ...named] = tag.split(".");
  const { class: given, ...others } = attributes ?? {};
  const classes = [...named, given].filter(Boolean).join(" ");
  return createElement(name, classes ? { ...others, class: classes } : others, ...children);
}

/** Draws a part in a place of the page, instead of what stood there until the script came.
 * @param {import("../vendor/preact.js").VNode | Element} part
 * @param {Element} place */
export function draw(part, place) {
  place.replaceChildren();
  if (part instanceof Element) place.append(part);
  else render(part, place);
}

/** @type {WeakMap<Element, Element>} */
const places = new WeakMap();

/** The bridge to modules that still put elements together by hand: the element that a part draws. It follows its
 * signals until `endElement` is called, which whoever takes the element out of the page must do.
 * @param {import("../vendor/preact.js").VNode} part */
export function asElement(part) {
  const place = document.createElement("div");
  render(part, place);
  const element = place.firstElementChild;
  if (!element) throw new Error("This part draws no element.");
  places.set(element, place);
  return element;
}

/** Ends the part that drew this element: its effects stop.
 * @param {Element} element */
export function endElement(element) {
  const place = places.get(element);
  if (!place) return;
  // Preact takes out what it drew of the place where it drew it.
  place.append(element);
  render(null, place);
  places.delete(element);
}
