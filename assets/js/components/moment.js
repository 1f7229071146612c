// @ts-check
// A time in the user's time zone, with the day if it is not today; the tooltip has the seconds.

import { clockWords } from "../core/format.js";
import { h } from "../core/h.js";

/** @param {{ at: string }} props an ISO time with its zone */
export function Moment({ at }) {
  const { short, exact } = clockWords(at);
  return h("time", { datetime: at, title: exact }, short);
}

/** A sentence with a time in place of `{name}`.
 * @param {{ words: string, name: string, at: string | null }} props */
export function WithMoment({ words, name, at }) {
  const [before, ...after] = words.split(`{${name}}`);
  return after.length && at ? [before, h(Moment, { at }), after.join("")] : words;
}
