// @ts-check
// The lines of what was spent: held, charged, given back, corrected, granted.

import { Field } from "../../components/field.js";
import { openPart } from "../../components/dialog.js";
import { Moment, WithMoment } from "../../components/moment.js";
import { Press } from "../../components/press.js";
import { TextInput } from "../../components/text_input.js";
import { faultWords, toast } from "../../components/toast.js";
import { post } from "../../core/api.js";
import { h } from "../../core/h.js";
import { mayManage } from "../../core/person.js";
import { t } from "../../core/words.js";
import { useSignal } from "../../vendor/preact.js";
import { AmountInput, amountIn, amountUnit } from "./amounts.js";

/** @import { MoneyLine } from "../../core/api_types.js" */

/** `named`: with whose each line is; `changed`: called after a correction.
 * @param {{ lines: MoneyLine[], named: boolean, changed: () => unknown }} props */
export const SpendingLines = ({ lines, named, changed }) =>
  h("ul.rh-audit.rh-spending", {}, lines.map((line, number) => h(Line, { key: `${line.run}${line.kind}${line.at}${number}`, line, named, changed })));

/** @param {{ line: MoneyLine, named: boolean, changed: () => unknown }} props */
function Line({ line, named, changed }) {
  const { kind, at, amount, unit, person, project, model, until, note, run, expected } = line;
  const about = [model, named && person, project, note].filter(Boolean).join(" · ");
  return h(
    "li",
    { "data-line": kind },
    h("span.rh-audit-at", {}, h(Moment, { at })),
    h("span.rh-audit-who", {}, t(`budget.line_${kind}`)),
    h("span.rh-audit-what", {}, h("span.rh-quiet", {}, about, expected !== null && ` · ${t("reconcile.expected", { amount: amountIn(expected, unit) })}`, until && h(WithMoment, { words: ` · ${t("budget.until")}`, name: "at", at: until }))),
    h(
      "span.rh-amount",
      {},
      amount === null ? t("budget.unknown") : amountIn(amount, unit),
      kind === "charge" && run && mayManage() && h("button.rh-small", { type: "button", "aria-label": t("budget.correct"), title: t("budget.correct"), onclick: () => openCorrection(line, changed) }, "±"),
    ),
  );
}

/** @param {MoneyLine} line @param {() => unknown} changed */
function openCorrection(line, changed) {
  const done = (/** @type {() => void} */ close) => () => {
    close();
    return changed();
  };
  openPart(t("budget.correct"), (close) => h(Correction, { line, done: done(close) }));
}

/** @param {{ line: MoneyLine, done: () => unknown }} props */
function Correction({ line, done }) {
  const unit = line.unit || "CNY";
  const amount = useSignal("");
  const note = useSignal("");
  const problem = useSignal("");
  const send = async () => {
    problem.value = "";
    try {
      await post("/money/corrections", { run: line.run, amount: amount.value.trim(), unit, note: note.value.trim() });
      toast(t("budget.corrected"));
      done();
    } catch (fault) {
      problem.value = faultWords(fault);
    }
  };
  return [
    h("p.rh-how", {}, t("budget.correct_about")),
    h(Field, { label: t("budget.amount_in", { unit: amountUnit(unit) }) }, h(AmountInput, { text: amount })),
    h(Field, { label: t("budget.note") }, h(TextInput, { text: note, maxlength: 200 })),
    h("p.rh-field-error", { role: "alert" }, problem.value),
    h("div.rh-buttons", {}, h(Press, { class: "is-main", words: t("budget.correct_yes"), press: send })),
  ];
}
