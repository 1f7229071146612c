// @ts-check
// What whoever is signed in may still spend: a line for each budget that applies, and one near Generate where it is too
// little, or where an admin is asked first.

import { get, onChange } from "../../core/api.js";
import { h } from "../../core/h.js";
import { person } from "../../core/person.js";
import { paced } from "../../core/timing.js";
import { t } from "../../core/words.js";
import { signal, useEffect } from "../../vendor/preact.js";
import { amountIn, asksAbove, holderWords, renewal, tooSmall } from "./amounts.js";

/** @import { BudgetRow, Left } from "../../core/api_types.js"
 * @import { TablePrice } from "./amounts.js" */

/** @type {Left} */
const NO_LIMIT = { budgets: [], asks_above: {} };

/** @type {import("../../vendor/preact.js").Signal<Record<string, Left>>} by project; under "" outside of any */
const left = signal({});

/** By project, how many lines show its budgets. @type {Map<string, { lines: number, end: () => void }>} */
const followed = new Map();

/** @param {string} project */
function begin(project) {
  const read = paced(async () => {
    // Nothing is shown then; the server checks every run by itself.
    const told = await get("/money/left", { project }).catch(() => null);
    if (told) left.value = { ...left.value, [project]: told };
  }, 1000);
  const one = { lines: 0, end: onChange((online) => void (online && read())) };
  followed.set(project, one);
  read();
  return one;
}

/** Reads the budgets of a project, now and as they change, once for all lines that show them.
 * @param {string} project */
function follow(project) {
  const one = followed.get(project) ?? begin(project);
  one.lines += 1;
  return () => {
    one.lines -= 1;
    if (one.lines) return;
    one.end();
    followed.delete(project);
  };
}

/** The budgets of whoever reads, and what asks, as they change.
 * @param {string} [project] */
export function useLeft(project = "") {
  useEffect(() => (person() ? follow(project) : undefined), [project]);
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
 * @param {{ price: TablePrice, count: number, project?: string }} props */
export function BudgetNote({ price, count, project = "" }) {
  const told = useLeft(project);
  const stops = tooSmall(told.budgets, price, count);
  const above = asksAbove(told, price);
  if (stops?.now) {
    const whose = holderWords(stops, person()?.id);
    return h("p.rh-too-little", { role: "status" }, t("budget.too_little", { whose, left: amountIn(stops.now.left, stops.unit), moment: renewal(stops.now.renews_at, stops.zone) }));
  }
  return above && h("p.rh-too-little.is-asks", { role: "status" }, t("budget.asks_above", { above }));
}

/** The words of Generate: a run that an admin has to allow is asked for.
 * @param {{ price?: TablePrice, project: string }} props `price`: undefined until it was looked up */
export function GenerateWords({ price, project }) {
  const told = useLeft(project);
  return t(price && asksAbove(told, price) ? "run.ask" : "run.generate");
}
