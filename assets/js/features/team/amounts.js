// @ts-check
// Amounts of budgets, and when a budget begins anew, as text; and the input of an amount.

import { TextInput } from "../../components/text_input.js";
import { dateIn, dayAndClock, money } from "../../core/format.js";
import { h } from "../../core/h.js";
import { t } from "../../core/words.js";

/** @import { BudgetRow, Left } from "../../core/api_types.js" */

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

/** The first budget of this unit in which less is left than the amount, the lowest first; undefined: none.
 * @param {BudgetRow[]} budgets @param {string} amount @param {string} unit */
export function tooSmall(budgets, amount, unit) {
  const left = (/** @type {BudgetRow} */ each) => exactly(each.now?.left ?? "0");
  return budgets
    .filter((each) => each.unit === unit && each.now && exactly(amount) > 0n && left(each) < exactly(amount))
    .sort((a, b) => (left(a) < left(b) ? -1 : 1))[0];
}

/** The amount above which a run of this price asks an admin: "¥20.00"; empty: it need not. Without a price in a unit, what
 * is held counts, as at the server.
 * @param {Left} left @param {string | null | undefined} amount @param {string | null | undefined} currency */
export function asksAbove({ budgets, asks_above: limits }, amount, currency) {
  const held = (/** @type {string} */ unit) => (amount && currency === unit ? [amount] : budgets.filter((each) => each.unit === unit).map((each) => each.unpriced ?? "0"));
  const over = Object.entries(limits).find(([unit, above]) => held(unit).some((each) => exactly(each) > exactly(above)));
  return over ? amountIn(over[1], over[0]) : "";
}
