// Making and finding elements; no state, no knowledge of the page.

import { clockWords } from "./format.js";
import { PATHS } from "./icons.js";

const SVG = "http://www.w3.org/2000/svg";

/** An element: `h("button.primary", {onclick, "aria-label": "…"}, ...children)`; children may be text. */
export function h(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    // As an attribute the page's Content-Security-Policy would refuse it.
    if (key === "style") element.style.cssText = value;
    else if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key in element && typeof value !== "string") element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return element;
}

/** A line icon, 1em unless the style says otherwise. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "rh-icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** A place to choose files or to drop them on; `take` is called with those that came. */
export function fileZone({ id, accept, many = false, label, limits, take }) {
  const came = (files) => files.length && take([...files]);
  const chooser = h("input", {
    type: "file",
    accept,
    multiple: many,
    "aria-label": label,
    onchange: () => {
      const files = [...chooser.files];
      chooser.value = ""; // the same file can be chosen once more
      came(files);
    },
  });
  const over = (event, is) => {
    event.preventDefault();
    zone.classList.toggle("is-over", is);
  };
  const zone = h(
    "label.rh-zone",
    {
      id,
      ondragover: (event) => over(event, true),
      ondragleave: (event) => over(event, false),
      ondrop: (event) => {
        over(event, false);
        came(event.dataTransfer.files);
      },
    },
    icon("upload"),
    h("span", {}, label),
    h("span.rh-limits", {}, limits),
    chooser,
  );
  return zone;
}

/** A button that shows an icon only and says its name to those who can't see it. */
export function iconButton(name, label, onclick, extra = "") {
  return h(`button.rh-icon-button${extra}`, { type: "button", title: label, "aria-label": label, onclick }, icon(name));
}

/** Calls `action` once, `wait` ms after the last call. */
export function debounced(action, wait) {
  let timer;
  const later = (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), wait);
  };
  later.cancel = () => clearTimeout(timer);
  return later;
}

/** Calls `action` at once, and once more `wait` ms after the last of the calls that came close behind; `later()` only
 * then. */
export function eager(action, wait) {
  let timer = null;
  let again = false;
  const rest = () => {
    timer = null;
    if (again) now();
  };
  const now = () => {
    again = false;
    timer = setTimeout(rest, wait);
    action();
  };
  const later = () => {
    clearTimeout(timer);
    again = true;
    timer = setTimeout(rest, wait);
  };
  const call = () => (timer === null ? now() : later());
  call.later = later;
  return call;
}

/** Brings `parent`'s children to `wanted` [{key, stamp, make}] and leaves alone those whose stamp is the same. */
export function patch(parent, wanted) {
  const present = new Map([...parent.children].map((child) => [child.dataset.patchKey, child]));
  let place = parent.firstElementChild;
  for (const { key, stamp, make } of wanted) {
    let child = present.get(key);
    present.delete(key);
    if (!child || child.dataset.patchStamp !== stamp) {
      const fresh = make();
      fresh.dataset.patchKey = key;
      fresh.dataset.patchStamp = stamp;
      if (child) {
        if (child === place) place = child.nextElementSibling;
        child.remove();
      }
      child = fresh;
    }
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
  }
  for (const child of present.values()) child.remove();
}

export function moment(iso) {
  const { short, exact } = clockWords(iso);
  return h("time", { datetime: iso, title: exact }, short);
}

/** Words with a moment at the place `{name}`, as parts of an element. */
export function withMoment(words, name, iso) {
  const [before, ...after] = words.split(`{${name}}`);
  return after.length && iso ? [before, moment(iso), after.join("")] : [words];
}
