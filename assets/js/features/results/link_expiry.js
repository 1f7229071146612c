// @ts-check
// How long RunningHub still keeps a result that is not safe here: said once, and kept right as time goes by.

import { h } from "../../core/dom.js";
import { t } from "../../core/words.js";

const EVERY = 10_000;

/** What is left of the time, in words.
 * @param {string} ends @param {number} now */
export function timeLeft(ends, now = Date.now()) {
  const minutes = Math.floor((Date.parse(ends) - now) / 60_000);
  if (minutes < 0) return t("life.over");
  const time = minutes < 60 ? t("life.minutes", { minutes }) : t("life.hours", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
  return t("life.left", { time });
}

/** When the result that is lost first is lost; undefined where nothing is at stake.
 * @param {import("../../types.js").Output[]} outputs */
export const firstEnd = (outputs) =>
  outputs
    .flatMap((output) => output.link_ends ?? [])
    .sort((one, other) => Date.parse(one) - Date.parse(other))[0];

/** Its clock.
 * @param {import("../../types.js").Output[]} outputs */
export function lifeLine(outputs) {
  const ends = firstEnd(outputs);
  return ends ? h("span.rh-life", { "data-ends": ends }, timeLeft(ends)) : null;
}

/** Whether one result is safe here, in words.
 * @param {import("../../types.js").Output} output */
export const safety = (output) => (output.state === "saved" ? t("life.safe") : lifeLine([output]));

setInterval(() => {
  for (const line of document.querySelectorAll(".rh-life")) if (line instanceof HTMLElement) line.textContent = timeLeft(line.dataset.ends ?? "");
}, EVERY);
