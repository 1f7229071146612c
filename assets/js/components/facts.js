// @ts-check
// Names and what stands beside each, as a list.

import { h } from "../core/h.js";

/** @typedef {import("../vendor/preact.js").ComponentChildren} Children */

/** What else is given goes to the list.
 * @param {{ rows: readonly (readonly [string, Children])[] } & import("../core/h.js").ElementAttributes<"dl">} props */
export const Facts = ({ rows, ...given }) =>
  h("dl.rh-account-rows", given, rows.map(([name, value]) => h("div.rh-fact", { key: name }, h("dt", {}, name), h("dd", {}, value))));
