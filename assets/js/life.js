// How long RunningHub still keeps a result that is not safe here: said once, and kept right as time goes by.

import { h } from "./dom.js";
import { t } from "./words.js";

const EVERY = 10_000;

function words(ends) {
  const minutes = Math.floor((Date.parse(ends) - Date.now()) / 60_000);
  if (minutes < 0) return t("life.over");
  const time = minutes < 60 ? t("life.minutes", { minutes }) : t("life.hours", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
  return t("life.left", { time });
}

/** The clock of the result that is lost first; null where nothing is at stake. */
export function lifeLine(outputs) {
  const [ends] = outputs.map((output) => output.link_ends).filter(Boolean).sort();
  return ends ? h("span.rh-life", { "data-ends": ends }, words(ends)) : null;
}

/** Whether one result is safe here, in words. */
export const safety = (output) => (output.state === "saved" ? t("life.safe") : lifeLine([output]));

setInterval(() => {
  for (const line of document.querySelectorAll(".rh-life")) line.textContent = words(line.dataset.ends);
}, EVERY);
