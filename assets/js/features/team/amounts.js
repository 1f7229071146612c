// @ts-check
// Amounts of budgets, and when a budget begins anew, as text; and the input of an amount.

import { TextInput } from "../../components/text_input.js";
import { dateIn, dayAndClock, money } from "../../core/format.js";
import { h } from "../../core/h.js";
import { t } from "../../core/words.js";

/** @import { BudgetRow, Left } from "../../core/api_types.js" */

/** What budgets count: the price by the table, also where RunningHub's own one is shown.
 * @typedef {{ amount: string | null, currency: string | null }} TablePrice */

/** "¥12.40", "−¥0.50", "25 RH coins".
 * @param {string} amount @param {string} unit
 * @returns {string} */
export function amountIn(amount, unit) {
  if (amount.startsWith("-")) return `−${amountIn(amount.slice(1), unit)}`;
  return unit === "coins" ? t("account.coins_of", { count: amount }) : money(amount, unit);
}

/** @param {string} unit */
export const amountUnit = (unit) => (unit === "coins" ? t("account.coins") : unit);

/** @param {{ text: import("../../vendor/preact.js").Signal<string> }} props */
export const AmountInput = ({ text }) => h(TextInput, { text, inputmode: "decimal", autocomplete: "off", maxlength: 19 });

/** An amount in hundred-millionths, to compare exactly.
 * @param {string} amount */
export function exactly(amount) {
  const [whole, part = ""] = amount.replace("-", "").split(".");
  const size = BigInt(whole + part.slice(0, 8).padEnd(8, "0"));
  return amount.startsWith("-") ? -size : size;
}

/** The next date, however long the day is.
 * @param {string} date */
const dayAfter = (date) => new Date(Date.parse(`${date}T00:00Z`) + 86_400_000).toISOString().slice(0, 10);

/** When a budget begins anew, by the clock of its place: "tomorrow 00:00 (Asia/Shanghai)".
 * @param {string} iso @param {string} zone */
export function renewal(iso, zone, now = new Date()) {
  const at = new Date(iso);
  const { day, clock } = dayAndClock(at, zone);
  const soon = dateIn(at, zone) === dayAfter(dateIn(now, zone));
  return t("budget.moment", { day: soon ? t("budget.tomorrow") : day, clock, zone });
}

/** Whose budget it is: its holder's name; for the caller's own, "you".
 * @param {BudgetRow} budget @param {string} [own] the id of whoever reads */
export function holderWords({ holder, holder_id: id, name }, own = "") {
  if (holder === "person" && !id) return t("budget.everybody");
  if (holder === "person" && id === own) return t("budget.you");
  return t(`budget.whose_${holder}`, { name: name || id });
}

/** What a run holds of a unit: its price by the table, or else the most that the budgets say for runs without one; as
 * `holds_of` in rh_ui/budget_rules.py.
 * @param {BudgetRow[]} budgets @param {TablePrice} price @param {string} unit */
function heldIn(budgets, { amount, currency }, unit) {
  if (amount && currency === unit) return exactly(amount);
  const unpriced = budgets.filter((each) => each.unit === unit).map((each) => exactly(each.unpriced ?? "0"));
  return unpriced.reduce((most, each) => (each > most ? each : most), 0n);
}

/** The first budget in which less is left than so many runs hold, the lowest first; undefined: none.
 * @param {BudgetRow[]} budgets @param {TablePrice} price @param {number} count */
export function tooSmall(budgets, price, count) {
  const left = (/** @type {BudgetRow} */ each) => exactly(each.now?.left ?? "0");
  const needed = (/** @type {BudgetRow} */ each) => heldIn(budgets, price, each.unit) * BigInt(count);
  return budgets.filter((each) => each.now && needed(each) > 0n && left(each) < needed(each)).sort((a, b) => (left(a) < left(b) ? -1 : 1))[0];
}

/** The amount above which such a run asks an admin: "¥20.00"; empty: it need not.
 * @param {Left} left @param {TablePrice} price */
export function asksAbove({ budgets, asks_above: limits }, price) {
  const over = Object.entries(limits).find(([unit, above]) => heldIn(budgets, price, unit) > exactly(above));
  return over ? amountIn(over[1], over[0]) : "";
}
