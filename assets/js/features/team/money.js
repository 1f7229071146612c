// @ts-check
// Money: what is left, budgets, grants and reconciliation (for admins), and what was spent, line by line.

import { answerTo } from "../../components/answer.js";
import { Choice, Field, pairs } from "../../components/field.js";
import { useFresh } from "../../components/sight.js";
import { address, get } from "../../core/api.js";
import { dateIn } from "../../core/format.js";
import { h } from "../../core/h.js";
import { mayManage, person } from "../../core/person.js";
import { language, t } from "../../core/words.js";
import { useMemo, useSignal } from "../../vendor/preact.js";
import { amountIn, holderWords } from "./amounts.js";
import { Budgets } from "./budgets.js";
import { LeftLine, useLeft } from "./left.js";
import { MonthField, PAUSE, ZONE } from "./month.js";
import { Reconciliation } from "./reconciliation.js";
import { SpendingLines } from "./spending_lines.js";

/** @import { PersonSum } from "../../core/api_types.js" */

/** @type {("everybody" | "you")[]} */
const WHOSE = ["everybody", "you"];

export function Money() {
  return h("section.rh-account.rh-team.rh-money.is-wide", {}, h(Left), mayManage() && h(Budgets), h(Spending), mayManage() && h(Reconciliation));
}

/** What whoever reads may still spend. */
function Left() {
  const { budgets } = useLeft();
  return h(
    "div",
    {},
    h("h2.rh-heading", {}, t("budget.left")),
    budgets.length
      ? h("ul.rh-people", {}, budgets.map((budget) => h("li.rh-team-row", { key: budget.id }, h("div.rh-team-words", {}, h(LeftLine, { budget }), budget.holder_id !== person()?.id && h("span.rh-quiet", {}, holderWords(budget))))))
      : h("p.rh-how", {}, t("budget.none")),
  );
}

/** One month, of whoever reads; for admins also of everybody. */
function Spending() {
  const month = useSignal(dateIn(new Date()).slice(0, 7));
  const who = useSignal(/** @type {typeof WHOSE[number]} */ (mayManage() ? "everybody" : "you"));
  const ask = () => get("/money/spending", { month: month.value, zone: ZONE, everybody: who.value === "everybody" });
  const { found, problem, read } = useMemo(() => answerTo(ask), []);
  const place = useFresh(read, PAUSE);
  const { lines = [], sums = [], whole = true } = found.value ?? {};
  const query = new URLSearchParams({ language: language(), month: month.value, zone: ZONE, ...(who.value === "everybody" && { everybody: "true" }) });
  return h(
    "div",
    { ref: place },
    h("h2.rh-heading", {}, t("budget.spent")),
    h("p.rh-how", {}, t("budget.spent_about")),
    h(
      "div.rh-invite-form",
      { onchange: () => void read() },
      h(MonthField, { month }),
      mayManage() && h(Field, { label: t("budget.whose") }, h(Choice, { value: who, among: pairs(WHOSE, (name) => t(`budget.of_${name}`)) })),
      h("a.rh-small", { href: `${address("rh/spending.csv")}?${query}`, download: "" }, t("team.audit_export")),
    ),
    h("p.rh-field-error", { role: "alert" }, problem.value),
    h("ul.rh-people.rh-sums", {}, sums.map((sum) => h(Sum, { key: sum.person, sum }))),
    h(SpendingLines, { lines, named: who.value === "everybody", changed: read }),
    found.value && !lines.length && h("p.rh-quiet", {}, t("budget.spent_none")),
    !whole && h("p.rh-quiet", {}, t("budget.not_whole")),
  );
}

/** @param {{ sum: PersonSum }} props */
function Sum({ sum: { name, spent, unknown } }) {
  const amounts = Object.entries(spent).map(([unit, amount]) => amountIn(amount, unit));
  return h(
    "li.rh-team-row",
    {},
    h("div.rh-team-words", {}, h("strong", {}, name), h("span.rh-quiet", {}, unknown ? t("budget.unknown_count", { count: unknown }) : "")),
    h("span.rh-sum", {}, amounts.join(" · ") || t("budget.nothing")),
  );
}
