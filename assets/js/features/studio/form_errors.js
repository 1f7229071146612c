// @ts-check
// Why a form can't be sent: what it lacks, and which problems are shown now. Pure.

import { isEmpty } from "./form_transfer.js";
import { isMedia } from "./spec.js";
import { language, t } from "../../core/words.js";

/** Problems of an unfinished form: a hint beside the field, an error only after a press. */
const UNFINISHED = new Set(["required", "requires", "at_least_one_of", "too_short", "shot_without_text"]);

/** What a form lacks, found without the server: [{keys, words}], the text is for the first of the keys; none where a
 * file in the field shows an error itself.
 * @param {{ spec: import("../../types.js").Spec, states: import("../../types.js").FieldStates, values: import("../../types.js").Values, media: import("../../types.js").Media }} studio */
export function missing({ spec, states, values, media }) {
  /** @param {import("../../types.js").Field} field */
  const holds = (field) => (isMedia(field) ? media[field.key].length > 0 : !isEmpty(values[field.key]));
  const found = [];
  for (const field of spec.fields) {
    const state = states[field.key] ?? {};
    if (state.off) continue;
    const { oneOf } = state;
    const group = oneOf ? spec.fields.filter((other) => oneOf.fields.includes(other.key)) : [];
    if (isMedia(field) && media[field.key].some((item) => item.error)) found.push({ keys: [field.key], words: "" });
    else if ((field.required || state.needed) && !holds(field)) {
      found.push({ keys: [field.key], words: state.needed?.[language()] ?? t("problem.required", { label: field.label }) });
    } else if (oneOf && group[0] === field && !group.some(holds)) {
      found.push({ keys: group.map((other) => other.key), words: oneOf.said[language()] });
    }
  }
  return found;
}

/** The server's problems: the sentence for each field (`problems`) and all their fields (`concerned`); before a press only
 * of touched fields, and not that something is missing.
 * @param {import("../../core/api_types.js").FieldProblem[]} found
 * @param {{ spec: import("../../types.js").Spec, pressed: boolean, touched: Set<string> }} studio */
export function told(found, { spec, pressed, touched }) {
  /** @type {Record<string, string>} */
  const problems = {};
  /** @type {Set<string>} */
  const concerned = new Set();
  for (const problem of found) {
    const theirs = problem.fields.some((key) => touched.has(key));
    if (!pressed && (!theirs || UNFINISHED.has(problem.code))) continue;
    const place = problem.code === "at_least_one_of" ? firstOf(problem.fields, spec) : problem.field;
    problems[place] ??= problem[language()];
    for (const key of problem.fields) concerned.add(key);
  }
  return { problems, concerned };
}

/** The first of these fields on the page, where `missing` shows the same problem.
 * @param {string[]} keys @param {import("../../types.js").Spec} spec */
const firstOf = (keys, spec) => spec.fields.find((field) => keys.includes(field.key))?.key ?? keys[0];
