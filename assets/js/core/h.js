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

/** Draws a part in a place of the page, instead of what stood there until the script came. A part that can't be drawn
 * leaves that, and the place is still one to draw in.
 * @param {import("../vendor/preact.js").VNode} part
 * @param {Element} place */
export function draw(part, place) {
  const drawn = /** @type {Element} */ (place.cloneNode(false));
  place.before(drawn); // a part may measure itself
  try {
    render(part, drawn);
  } catch (fault) {
    drawn.remove();
    throw fault;
  }
  drawn.classList.add("is-drawn");
  place.remove();
}

/** Draws a part over the page, in a place of its own; the answer takes it away.
 * @param {import("../vendor/preact.js").VNode} part */
export function drawOver(part) {
  const place = document.createElement("div");
  (document.querySelector(".gradio-container") ?? document.body).append(place);
  render(part, place);
  return () => {
    render(null, place);
    place.remove();
  };
}
