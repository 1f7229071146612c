// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import "./page.js";
import { amountIn, asksAbove, exactly, holderWords, renewal, tooSmall } from "../../assets/js/features/team/amounts.js";
import { loadWords } from "../../assets/js/core/words.js";

/** @import { BudgetRow } from "../../assets/js/core/api_types.js" */

await loadWords();

/** @param {string} left @param {Partial<BudgetRow>} [more] @returns {BudgetRow} */
const budget = (left, more) => ({
  id: left,
  holder: "person",
  holder_id: "anna",
  name: "Anna",
  period: "day",
  zone: "Asia/Shanghai",
  amount: "20",
  unit: "CNY",
  unpriced: null,
  ask_above: null,
  now: { limit: "20", spent: "0", left, renews_at: "2026-11-30T16:00:00+00:00" },
  ...more,
});

test("an amount has its sign before the currency, and coins have none", () => {
  assert.equal(amountIn("12.4", "CNY"), "¥12.40");
  assert.equal(amountIn("-0.5", "USD"), "−$0.50");
  assert.equal(amountIn("25", "coins"), "25 RH coins");
  assert.equal(amountIn("0.00000001", "CNY"), "¥0.00000001");
});

test("amounts are compared to the last digit", () => {
  assert.equal(exactly("0.1") + exactly("0.2"), exactly("0.3"));
  assert.equal(exactly("-0.00000001"), -1n);
  assert.equal(exactly("9999999999.99999999"), 999999999999999999n);
});

test("a budget begins anew by the clock of its place", () => {
  const iso = "2026-11-30T16:00:00+00:00";
  assert.equal(renewal(iso, "Asia/Shanghai", new Date("2026-11-30T12:00:00Z")), "tomorrow 00:00 (Asia/Shanghai)");
  assert.equal(renewal(iso, "Asia/Shanghai", new Date("2026-11-29T15:59:00Z")), "Tue, Dec 1 00:00 (Asia/Shanghai)", "the day after tomorrow");
  assert.equal(renewal("2026-03-09T07:00:00Z", "America/Los_Angeles", new Date("2026-03-08T20:00:00Z")), "tomorrow 00:00 (America/Los_Angeles)", "a day of 23 hours");
  assert.equal(renewal("2026-11-02T08:00:00Z", "America/Los_Angeles", new Date("2026-11-01T07:30:00Z")), "tomorrow 00:00 (America/Los_Angeles)", "a day of 25 hours");
});

test("whose a budget is", () => {
  assert.equal(holderWords(budget("1"), "anna"), "you");
  assert.equal(holderWords(budget("1"), "bert"), "Anna");
  assert.equal(holderWords(budget("1", { holder_id: "" })), "everybody without a budget of their own");
  assert.equal(holderWords(budget("1", { holder: "project", holder_id: "p", name: "Film" })), "the project “Film”");
  assert.equal(holderWords(budget("1", { holder: "token", holder_id: "t9", name: "" })), "the token “t9”");
});

const cny = (/** @type {string} */ amount) => ({ amount, currency: "CNY" });
const UNKNOWN = { amount: null, currency: null };

test("the lowest budget in which too little is left stops a run, and no other", () => {
  const month = budget("0.3", { id: "month" });
  const day = budget("0.2", { id: "day" });
  assert.equal(tooSmall([month, day], cny("0.25"), 1)?.id, "day");
  assert.equal(tooSmall([day, month], cny("0.4"), 1)?.id, "day");
  assert.equal(tooSmall([month, day], cny("0.2"), 1), undefined, "exactly what is left may be spent");
  assert.equal(tooSmall([month, day], cny("0.1"), 2), undefined);
  assert.equal(tooSmall([month, day], cny("0.1"), 3)?.id, "day", "three runs at once");
  assert.equal(tooSmall([month, day], { amount: "5", currency: "USD" }, 1), undefined, "another currency, and nothing is held");
  assert.equal(tooSmall([budget("-1")], cny("0"), 1), undefined, "what costs nothing runs");
  assert.equal(tooSmall([budget("1", { now: null })], cny("5"), 1), undefined, "everybody's, as no one's");
  const held = [budget("3", { unpriced: "2" }), budget("4", { unpriced: "5" })];
  assert.equal(tooSmall(held, UNKNOWN, 1)?.id, "3", "without a price the most that one of them says is held");
  assert.equal(tooSmall([held[0]], UNKNOWN, 1), undefined);
});

test("a run asks an admin above the lowest price only, and without a price by what it holds", () => {
  const budgets = [budget("5", {}), budget("9", { unit: "coins", unpriced: "101" })];
  const left = { budgets, asks_above: { CNY: "20" } };
  assert.equal(asksAbove(left, cny("20")), "");
  assert.equal(asksAbove(left, cny("20.00000001")), "¥20.00");
  assert.equal(asksAbove(left, UNKNOWN), "", "nothing is held in this currency");
  assert.equal(asksAbove(left, { amount: "900", currency: "USD" }), "");
  assert.equal(asksAbove({ budgets, asks_above: { coins: "100" } }, cny("1")), "100 RH coins");
  assert.equal(asksAbove({ budgets, asks_above: { coins: "101" } }, cny("1")), "");
  assert.equal(asksAbove({ budgets: [], asks_above: {} }, cny("900")), "");
});
