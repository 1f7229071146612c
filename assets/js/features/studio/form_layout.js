// @ts-check
// The order of a form's fields, and the texts beside them. Pure.

import { language, sentences, t } from "../../core/words.js";

/** @typedef {import("../../types.js").Field} Field
 * @typedef {import("../../types.js").FieldStates} FieldStates */

/** The fields in order; first and last frame are a pair, side by side.
 * @param {Field[]} fields @returns {(Field | [Field, Field])[]} */
export function paired(fields) {
  const first = fields.find((field) => field.role === "first_frame");
  const last = fields.find((field) => field.role === "last_frame");
  if (!first || !last) return fields;
  return fields.filter((field) => field !== last).map((field) => (field === first ? [first, last] : field));
}

/** The reason for each field's state. A reason that several fields share is shown at the first of them.
 * @param {Field[]} fields @param {FieldStates} states */
export function reasons(fields, states) {
  const said = new Set();
  /** @type {Record<string, string>} */
  const words = {};
  for (const { key } of fields) {
    const { off, needed, oneOf, why } = states[key] ?? {};
    if (off) {
      words[key] = off[language()];
      continue;
    }
    const group = oneOf?.fields.join();
    const first = group && !said.has(group) ? oneOf?.said : undefined;
    if (group) said.add(group);
    words[key] = sentences(...[needed, first, why].map((reason) => reason?.[language()]));
  }
  return words;
}

/** @param {Pick<Field, "kind" | "min" | "max">} field */
export function rangeWords({ kind, min, max }) {
  if (kind !== "integer" && kind !== "decimal") return "";
  if (min !== undefined && max !== undefined) return t("form.range", { min: grouped(min), max: grouped(max) });
  if (min !== undefined) return t("form.range_from", { min: grouped(min) });
  return max !== undefined ? t("form.range_to", { max: grouped(max) }) : "";
}

/** 16777216 → "16,777,216", as the table's sentences write it; also for numbers that came as text.
 * @param {import("../../types.js").ExactNumber} number */
const grouped = (number) => String(number).replace(/^-?\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","));
