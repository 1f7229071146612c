// @ts-check
// What the reader thinks of results: favourite, rating, hidden. The lists then change by themselves, in every open tab.

import { Icon } from "../../components/icon.js";
import { telling, toast } from "../../components/toast.js";
import { post } from "../../core/api.js";
import { h } from "../../core/h.js";
import { t } from "../../core/words.js";

/** @typedef {import("../../core/api_types.js").Output} Output @typedef {import("../../core/api_types.js").Mark} Mark */

const MOST = 500; // results in one call

/** Marks these results; more than one call can hold are marked in several.
 * @param {Output[]} outputs @param {Partial<Mark>} change */
export const mark = (outputs, change) => inBatches(outputs.map(({ id }) => id), (ids) => post("/results/marks", { ids, ...change }));

/** @param {string[]} ids @param {(ids: string[]) => Promise<unknown>} send */
export async function inBatches(ids, send) {
  for (let start = 0; start < ids.length; start += MOST) await send(ids.slice(start, start + MOST));
}

/** Whether all of them are.
 * @param {Output[]} outputs @param {"favourite" | "hidden"} what */
export const areAll = (outputs, what) => outputs.length > 0 && outputs.every((output) => output.mark?.[what]);

/** @param {Output[]} outputs */
export const favour = (outputs) => mark(outputs, { favourite: !areAll(outputs, "favourite") });

/** Hides them for the reader alone, or shows them again where all are hidden.
 * @param {Output[]} outputs */
export async function hide(outputs) {
  const hidden = !areAll(outputs, "hidden");
  await mark(outputs, { hidden });
  const words = outputs.length === 1 ? t("marks.hidden_one") : t("marks.hidden", { count: outputs.length });
  if (hidden) toast(words, { words: t("card.undo"), press: telling(() => mark(outputs, { hidden: false })) });
}

export const RATINGS = [1, 2, 3, 4, 5];

/** The rating of one result; its own number takes it away.
 * @param {{ output: Output, can: boolean }} props */
export function Stars({ output, can }) {
  const now = output.mark?.rating ?? 0;
  const rate = (/** @type {number} */ rating) => telling(() => mark([output], { rating: rating === now ? 0 : rating }))();
  return h(
    "div.rh-stars",
    { role: "group", "aria-label": now ? t("marks.rated", { count: now }) : t("marks.rating") },
    RATINGS.map((rating) =>
      h(
        "button.rh-rate",
        { key: rating, type: "button", disabled: !can, "aria-pressed": rating === now, "aria-label": t("marks.rate", { count: rating }), title: t("marks.rate", { count: rating }), class: rating <= now ? "is-on" : "", onclick: () => rate(rating) },
        h(Icon, { name: "star" }),
      ),
    ),
  );
}
