// What of a form goes along to another model, and what the rules say of a form as it opens. Pure.

import { carriedItem } from "./media.js";
import { capacity, fits, isMedia } from "./spec.js";

export const isEmpty = (value) => value === undefined || value === null || value === "";

/** The form of `spec` with what the form of `before` and it share, as far as it takes it: {values, media, touched}
 * and the labels of what it does not take (`lost`). */
export function carried(spec, before, form) {
  const next = { values: {}, media: {}, touched: new Set(), lost: [] };
  for (const field of spec.fields) {
    const { key } = field;
    const shared = before?.fields.some((other) => other.key === key && other.kind === field.kind);
    if (isMedia(field)) {
      const items = shared ? form.media[key] : [];
      next.media[key] = items.filter((item) => carriedItem(item, field)).slice(0, capacity(field));
      if (next.media[key].length < items.length) next.lost.push(field.label);
      if (next.media[key].length) next.touched.add(key);
      continue;
    }
    const value = form.values[key];
    const chosen = form.touched.has(key) && !isEmpty(value);
    const keeps = shared && chosen && fits(field, value);
    next.values[key] = keeps ? value : field.default;
    if (keeps) next.touched.add(key);
    else if (chosen && value !== field.default) next.lost.push(field.label);
  }
  return next;
}

/** The form of `spec` with stored values and its own defaults for the rest; null stands for a field left empty. */
export function restored(spec, values) {
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

/** What the table already says of a form that opens like this; null when only the server can tell. */
export function startStates(spec, { values, media }) {
  const asStarted = (key) => (media[key] ? !media[key].length : (values[key] ?? null) === (spec.fields.find((field) => field.key === key).default ?? null));
  return (spec.ruled ?? []).every(asStarted) ? spec.start ?? {} : null;
}
