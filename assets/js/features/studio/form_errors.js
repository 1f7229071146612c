// @ts-check
// What keeps a form from being sent: what it lacks, and which of the problems found are told now. Pure.

import { isEmpty } from "./form_transfer.js";
import { isMedia } from "./spec.js";
import { language, t } from "../../core/words.js";

/** Problems of a form that is not finished yet: hinted at beside the field, and told only after a press. */
const UNFINISHED = new Set(["required", "requires", "at_least_one_of", "too_short"]);

/** What a studio's form lacks before anything is asked of the server: [{keys, words}], the words for the first of the
 * keys; none where a file at the field speaks for itself.
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

/** Of the problems the server found, the sentence for each field (`problems`) and the fields they name (`concerned`);
 * before a press only about what a person has touched and not just left open.
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

/** The one of these fields that stands first on the page, where `missing` says the same before the server is asked.
 * @param {string[]} keys @param {import("../../types.js").Spec} spec */
const firstOf = (keys, spec) => spec.fields.find((field) => keys.includes(field.key))?.key ?? keys[0];
