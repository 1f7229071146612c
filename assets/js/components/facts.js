// @ts-check
// A list of names and values.

import { h } from "../core/h.js";

/** @typedef {import("../vendor/preact.js").ComponentChildren} Children */

/** Further attributes go to the list.
 * @param {{ rows: readonly (readonly [string, Children])[] } & import("../core/h.js").ElementAttributes<"dl">} props */
export const Facts = ({ rows, ...given }) =>
  h("dl.rh-account-rows", given, rows.map(([name, value]) => h("div.rh-fact", { key: name }, h("dt", {}, name), h("dd", {}, value))));
