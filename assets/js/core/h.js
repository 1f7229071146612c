// @ts-check
// The page's notation over Preact: `h("button.rh-small", { onclick }, "Run again")` for an element, with its classes in
// its name, and `h(RunCard, { card })` for a part. Children and attributes are text, never markup.

import { createElement, render } from "../vendor/preact.js";

/** A vnode of an element or of a part. h.d.ts has the types of the arguments.
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

/** Draws a part in a place of the page, in place of the first content there. If it can't be drawn, that content stays,
 * and the place can be drawn in later.
 * @param {import("../vendor/preact.js").VNode} part
 * @param {Element} place */
export function draw(part, place) {
  const drawn = /** @type {Element} */ (place.cloneNode(false));
  place.before(drawn); // a part may measure itself while it is drawn
  try {
    render(part, drawn);
  } catch (fault) {
    drawn.remove();
    throw fault;
  }
  drawn.classList.add("is-drawn");
  place.remove();
}

/** Draws a part over the page; the returned function removes it.
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
