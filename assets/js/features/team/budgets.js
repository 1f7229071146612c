// @ts-check
// For admins: every budget, how it stands, and forms that set one and raise one for a time.

import { answerTo } from "../../components/answer.js";
import { Choice, Field, pairs } from "../../components/field.js";
import { Press } from "../../components/press.js";
import { useFresh } from "../../components/sight.js";
import { TextInput } from "../../components/text_input.js";
import { faultWords, toast } from "../../components/toast.js";
import { get, post } from "../../core/api.js";
import { h } from "../../core/h.js";
import { t } from "../../core/words.js";
import { useSignal } from "../../vendor/preact.js";
import { AmountInput, amountIn, amountUnit, holderWords } from "./amounts.js";
import { LeftLine } from "./left.js";

/** @import { BudgetList, BudgetRow, Holder, Period } from "../../core/api_types.js" */

/** @type {Period[]} */
const PERIODS = ["day", "week", "month"];
const EVERYBODY = "person:";

const { found, problem, read } = answerTo(() => get("/money/budgets"));

/** Shows the list that the server answers with; its refusal stands below the form.
 * @param {() => Promise<BudgetList>} ask @param {string} done */
async function change(ask, done) {
  try {
    found.value = await ask();
    problem.value = "";
    toast(done);
  } catch (fault) {
    problem.value = faultWords(fault);
  }
}

export function Budgets() {
  const place = useFresh(read);
  const budgets = found.value?.budgets ?? [];
  return h(
    "div",
    { ref: place },
    h("h2.rh-heading", {}, t("budget.budgets")),
    h("p.rh-how", {}, t("budget.budgets_about")),
    h("ul.rh-people", { "aria-label": t("budget.budgets") }, budgets.map((budget) => h(Row, { key: budget.id, budget }))),
    found.value && !budgets.length && h("p.rh-quiet", {}, t("budget.budgets_none")),
    h("p.rh-field-error", { role: "alert" }, problem.value),
    found.value && h("div.rh-budget-forms", {}, h(SetForm, { list: found.value }), h(GrantForm, { list: found.value })),
  );
}

/** @param {{ budget: BudgetRow }} props */
function Row({ budget }) {
  const { id, amount, unit, period, unpriced, ask_above: above, now } = budget;
  const remove = () => change(() => post("/money/budgets/{id}/remove", { id }), t("budget.removed"));
  const whose = holderWords(budget);
  return h(
    "li.rh-team-row",
    { "data-budget": id },
    h(
      "div.rh-team-words",
      {},
      h("strong", {}, whose),
      h("span", {}, t(`budget.each_${period}`, { amount: amountIn(amount, unit) })),
      now && h("span.rh-quiet", {}, h(LeftLine, { budget })),
      h("span.rh-quiet", {}, unpriced === null ? t("budget.unpriced_no") : t("budget.unpriced_holds", { amount: amountIn(unpriced, unit) })),
      above !== null && h("span.rh-quiet", {}, t("budget.ask_above_says", { amount: amountIn(above, unit) })),
    ),
    h("div.rh-team-acts", {}, h(Press, { words: t("budget.remove"), "aria-label": `${t("budget.remove")}: ${whose}`, press: remove })),
  );
}

/** @param {BudgetList} list @param {boolean} everybody @returns {[string, string][]} */
const holders = ({ holders: all }, everybody) => [
  ...(everybody ? [/** @type {[string, string]} */ ([EVERYBODY, t("budget.everybody")])] : []),
  ...all.map(({ holder, id, name }) => /** @type {[string, string]} */ ([`${holder}:${id}`, t(`budget.whose_${holder}`, { name })])),
];

/** @param {string} value */
function holderOf(value) {
  const [holder, id] = value.split(":");
  return { holder: /** @type {Holder} */ (holder), holder_id: id };
}

/** @param {{ list: BudgetList }} props */
function SetForm({ list }) {
  const who = useSignal(EVERYBODY);
  const period = useSignal(/** @type {Period} */ ("day"));
  const unit = useSignal(list.units[0]);
  const amount = useSignal("");
  const unpriced = useSignal("");
  const above = useSignal("");
  const zone = useSignal(Intl.DateTimeFormat().resolvedOptions().timeZone);
  const set = () =>
    change(
      () => post("/money/budgets", { ...holderOf(who.value), period: period.value, zone: zone.value, unit: unit.value, amount: amount.value.trim(), unpriced: unpriced.value.trim() || null, ask_above: above.value.trim() || null }),
      t("budget.set_done"),
    );
  return h(
    "div",
    { role: "group", "aria-label": t("budget.set") },
    h("h3.rh-heading", {}, t("budget.set")),
    h(
      "div.rh-invite-form",
      {},
      h(Field, { label: t("budget.for_whom") }, h(Choice, { value: who, among: holders(list, true) })),
      h(Field, { label: t("budget.period") }, h(Choice, { value: period, among: pairs(PERIODS, (name) => t(`budget.per_${name}`)) })),
      h(Field, { label: t("budget.unit") }, h(Choice, { value: unit, among: pairs(list.units, amountUnit) })),
      h(Field, { label: t("budget.amount") }, h(AmountInput, { text: amount })),
      h(Field, { label: t("budget.unpriced") }, h(AmountInput, { text: unpriced })),
      h(Field, { label: t("budget.ask_above") }, h(AmountInput, { text: above })),
      h(Field, { label: t("budget.zone") }, h(Choice, { value: zone, among: pairs(zones(), (name) => name) })),
      h(Press, { class: "is-main", words: t("budget.set_yes"), press: set }),
    ),
    h("p.rh-quiet", {}, t("budget.unpriced_about")),
    h("p.rh-quiet", {}, t("budget.ask_above_about")),
  );
}

/** @param {{ list: BudgetList }} props */
function GrantForm({ list }) {
  const among = holders(list, false);
  const who = useSignal(among[0]?.[0] ?? "");
  const unit = useSignal(list.units[0]);
  const amount = useSignal("");
  const until = useSignal("");
  const grant = () =>
    change(
      () => post("/money/grants", { ...holderOf(who.value), unit: unit.value, amount: amount.value.trim(), until: until.value ? new Date(until.value).toISOString() : "", note: "" }),
      t("budget.grant_done"),
    );
  return h(
    "div",
    { role: "group", "aria-label": t("budget.grant") },
    h("h3.rh-heading", {}, t("budget.grant")),
    h(
      "div.rh-invite-form",
      {},
      h(Field, { label: t("budget.for_whom") }, h(Choice, { value: who, among })),
      h(Field, { label: t("budget.unit") }, h(Choice, { value: unit, among: pairs(list.units, amountUnit) })),
      h(Field, { label: t("budget.more") }, h(AmountInput, { text: amount })),
      h(Field, { label: t("budget.grant_until") }, h(TextInput, { text: until, type: "datetime-local" })),
      h(Press, { class: "is-main", words: t("budget.grant_yes"), press: grant }),
    ),
    h("p.rh-quiet", {}, t("budget.grant_about")),
  );
}

/** Every time zone that the browser knows, its own first. */
function zones() {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const all = Intl.supportedValuesOf?.("timeZone") ?? ["Asia/Shanghai", "America/Los_Angeles", "UTC"];
  return [...new Set([own, "Asia/Shanghai", ...all])];
}
