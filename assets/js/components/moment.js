// @ts-check
// A moment by the reader's clock: the time, with the day when it is not today; to the second for who points at it.

import { clockWords } from "../core/format.js";
import { h } from "../core/h.js";

/** @param {{ at: string }} props an ISO time with its zone */
export function Moment({ at }) {
  const { short, exact } = clockWords(at);
  return h("time", { datetime: at, title: exact }, short);
}

/** Words with a moment at the place `{name}`.
 * @param {{ words: string, name: string, at: string | null }} props */
export function WithMoment({ words, name, at }) {
  const [before, ...after] = words.split(`{${name}}`);
  return after.length && at ? [before, h(Moment, { at }), after.join("")] : words;
}
