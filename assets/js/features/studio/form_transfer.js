// @ts-check
// What is carried over from a form to another model's, and the starting states of a form. Pure.

import { carriedItem } from "./media_items.js";
import { capacity, fits, isMedia } from "./spec.js";

/** @param {unknown} value */
export const isEmpty = (value) => value === undefined || value === null || value === "";

/** The form of `spec` with the values of the fields that `before` also has, as far as they fit: {values, media, touched},
 * the labels of what does not fit (`lost`), and of files and texts without a field (`homeless`).
 * @param {import("../../types.js").Spec} spec @param {import("../../types.js").Spec} before @param {import("../../types.js").Form} form */
export function carried(spec, before, form) {
  /** @type {import("../../types.js").Form & { lost: string[], homeless: string[] }} */
  const next = { values: {}, media: {}, touched: new Set(), lost: [], homeless: [] };
  const there = new Map(before.fields.map((field) => [field.key, field]));
  for (const field of spec.fields) {
    const { key } = field;
    const old = there.get(key);
    there.delete(key);
    if (isMedia(field)) {
      const items = (old?.kind === field.kind && form.media[key]) || [];
      next.media[key] = items.filter((item) => carriedItem(item, field)).slice(0, capacity(field));
      if (next.media[key].length < items.length) next.lost.push(field.label);
      if (next.media[key].length) next.touched.add(key);
      continue;
    }
    const chosen = form.touched.has(key) && !isEmpty(form.values[key]);
    const value = chosen ? translated(form.values[key], old ?? field, field) : undefined;
    const keeps = chosen && fits(field, value);
    next.values[key] = keeps ? value : field.default;
    if (keeps) next.touched.add(key);
    else if (chosen) next.lost.push(field.label);
  }
  for (const field of there.values()) {
    const made = isMedia(field) ? form.media[field.key].length : field.kind === "text" && form.touched.has(field.key) && !isEmpty(form.values[field.key]);
    if (made) next.homeless.push(field.label);
  }
  return next;
}

/** The same setting may be a number in one model and a choice or a switch in another: 10 and "10", true and "true".
 * @param {import("../../types.js").Value} value @param {import("../../types.js").Field} from @param {import("../../types.js").Field} to @returns {import("../../types.js").Value} */
function translated(value, from, to) {
  if (from.kind === to.kind || Array.isArray(value) || from.kind === "text" || to.kind === "text") return value;
  const said = String(value).trim();
  if (to.kind === "choice") return said;
  if (to.kind === "flag") return said === "true" || (said === "false" ? false : value);
  return typeof value === "string" && Number.isSafeInteger(Number(said)) ? Number(said) : value;
}

/** The form of `spec` with stored values, and defaults for the others; null means a field that was left empty.
 * @param {import("../../types.js").Spec} spec @param {import("../../types.js").Values} values */
export function restored(spec, values) {
  /** @type {{ values: import("../../types.js").Values, touched: Set<string>, lost: string[] }} */
  const next = { values: {}, touched: new Set(), lost: [] };
  for (const field of spec.fields.filter((one) => !isMedia(one))) {
    const { key } = field;
    const given = values[key];
    const keeps = isEmpty(given) ? key in values : fits(field, given);
    next.values[key] = keeps ? given ?? undefined : field.default;
    if (keeps && !(isEmpty(given) && isEmpty(field.default))) next.touched.add(key);
    if (!keeps && !isEmpty(given)) next.lost.push(field.label);
  }
  return next;
}

/** The field states of a form that opens like this; null when only the server knows them.
 * @param {import("../../types.js").Spec} spec @param {Pick<import("../../types.js").Form, "values" | "media">} form */
export function startStates(spec, { values, media }) {
  /** @param {string} key */
  const asStarted = (key) => (media[key] ? !media[key].length : (values[key] ?? null) === (spec.fields.find((field) => field.key === key)?.default ?? null));
  return (spec.ruled ?? []).every(asStarted) ? spec.start ?? {} : null;
}
