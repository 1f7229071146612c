// @ts-check
// A line icon, and a button that shows nothing else.

import { h } from "../core/h.js";
import { PATHS } from "../core/icons.js";

/** @typedef {keyof typeof PATHS} IconName */

/** 1em unless the style says otherwise.
 * @param {{ name: IconName }} props */
export const Icon = ({ name }) => h("svg.rh-icon", { viewBox: "0 0 24 24", "aria-hidden": "true" }, h("path", { d: PATHS[name] }));

/** Its label is read by screen readers. Further attributes go to the button.
 * @param {{ name: IconName, label: string } & import("../core/h.js").ElementAttributes<"button">} props */
export const IconButton = ({ name, label, ...given }) =>
  h("button.rh-icon-button", { type: "button", title: label, "aria-label": label, ...given }, h(Icon, { name }));
