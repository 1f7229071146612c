// @ts-check
// How long RunningHub still keeps a result that is not stored here; updated as time passes.

import { useNow } from "../../components/shown.js";
import { h } from "../../core/h.js";
import { t } from "../../core/words.js";

/** @typedef {import("../../core/api_types.js").Output} Output */

/** The remaining time, in words.
 * @param {string} ends @param {number} now */
export function timeLeft(ends, now = Date.now()) {
  const minutes = Math.floor((Date.parse(ends) - now) / 60_000);
  if (minutes < 0) return t("life.over");
  const time = minutes < 60 ? t("life.minutes", { minutes }) : t("life.hours", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
  return t("life.left", { time });
}

/** When the first of the results will be lost; undefined where none will.
 * @param {Output[]} outputs */
export const firstEnd = (outputs) =>
  outputs
    .flatMap((output) => output.link_ends ?? [])
    .sort((one, other) => Date.parse(one) - Date.parse(other))[0];

/** The remaining time of the result that will be lost first.
 * @param {{ outputs: Output[] }} props */
export function LinkExpiry({ outputs }) {
  const ends = firstEnd(outputs);
  const now = useNow(Boolean(ends));
  return ends ? h("span.rh-life", { "data-ends": ends }, timeLeft(ends, now)) : null;
}
