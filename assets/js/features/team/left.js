// @ts-check
// What whoever is signed in may still spend: a line for each budget that applies, and one near Generate where it is too
// little, or where an admin is asked first.

import { get, onChange } from "../../core/api.js";
import { times } from "../../core/format.js";
import { h } from "../../core/h.js";
import { person } from "../../core/person.js";
import { eager, latest } from "../../core/timing.js";
import { t } from "../../core/words.js";
import { signal, useEffect } from "../../vendor/preact.js";
import { amountIn, asksAbove, holderWords, renewal, tooSmall } from "./amounts.js";

/** @import { BudgetRow, Left } from "../../core/api_types.js" */

/** @type {Left} */
const NO_LIMIT = { budgets: [], asks_above: {} };

/** @type {import("../../vendor/preact.js").Signal<Record<string, Left>>} by project; under "" outside of any */
const left = signal({});

/** By project, what reads its budgets: one for every line that shows them. @type {Map<string, () => void>} */
const readers = new Map();

/** @param {string} project */
function readerOf(project) {
  const ask = latest(() => get("/money/left", { project }));
  const read = eager(async () => {
    // Nothing is shown then; the server checks every run by itself.
    const told = await ask().catch(() => null);
    if (told) left.value = { ...left.value, [project]: told };
  }, 1000);
  readers.set(project, read);
  return read;
}

export const readLeft = (project = "") => (readers.get(project) ?? readerOf(project))();

/** The budgets of whoever reads, and what asks, as they change.
 * @param {string} [project] */
export function useLeft(project = "") {
  useEffect(() => {
    if (!person()) return undefined;
    readLeft(project);
    return onChange((online) => void (online && readLeft(project)));
  }, [project]);
  return left.value[project] ?? NO_LIMIT;
}

/** "left today ¥12.40 of ¥20 · renews tomorrow 00:00 (Asia/Shanghai)"
 * @param {{ budget: BudgetRow }} props */
export function LeftLine({ budget }) {
  const { now, unit, period, zone } = budget;
  if (!now) return null;
  const words = t(`budget.left_${period}`, { left: amountIn(now.left, unit), limit: amountIn(now.limit, unit) });
  return h(
    "span.rh-left",
    { class: now.left.startsWith("-") ? "is-bad" : "" },
    h("strong", {}, words),
    h("span.rh-quiet", {}, ` · ${t("budget.renews", { moment: renewal(now.renews_at, zone) })}`),
  );
}

/** Below the price: that less is left than the runs of this form cost, or that an admin is asked first.
 * @param {{ amount?: string | null, currency?: string | null, count: number, project?: string }} props */
export function BudgetNote({ amount, currency, count, project = "" }) {
  const told = useLeft(project);
  const stops = amount && currency ? tooSmall(told.budgets, times(amount, count), currency) : undefined;
  const above = asksAbove(told, amount, currency);
  if (stops?.now) {
    const whose = holderWords(stops, person()?.id);
    return h("p.rh-too-little", { role: "status" }, t("budget.too_little", { whose, left: amountIn(stops.now.left, stops.unit), moment: renewal(stops.now.renews_at, stops.zone) }));
  }
  return above && h("p.rh-too-little.is-asks", { role: "status" }, t("budget.asks_above", { above }));
}

/** The words of Generate: a run that an admin has to allow is asked for.
 * @param {{ amount?: string | null, currency?: string | null, isKnown: boolean, project: string }} props `isKnown`: whether the form's price was looked up */
export function GenerateWords({ amount, currency, isKnown, project }) {
  const told = useLeft(project);
  return t(isKnown && asksAbove(told, amount, currency) ? "run.ask" : "run.generate");
}
