// @ts-check
// Reconciliation, for admins: a month's charges beside what the service says, by day and account, and the runs behind it.

import { answerTo } from "../../components/answer.js";
import { useFresh } from "../../components/sight.js";
import { Moment, WithMoment } from "../../components/moment.js";
import { address, get } from "../../core/api.js";
import { dateIn, dayOf } from "../../core/format.js";
import { h } from "../../core/h.js";
import { language, t } from "../../core/words.js";
import { useMemo, useSignal } from "../../vendor/preact.js";
import { openRun } from "../history/open_run.js";
import { amountIn } from "./amounts.js";
import { MonthField, PAUSE, ZONE } from "./month.js";

/** @import { CheckRow, DayRow, UnitRow } from "../../core/api_types.js" */

export function Reconciliation() {
  const month = useSignal(dateIn(new Date()).slice(0, 7));
  const { found, problem, read } = useMemo(() => answerTo(() => get("/reconciliation", { month: month.value, zone: ZONE })), []);
  const place = useFresh(read, PAUSE);
  const days = found.value?.days ?? [];
  const several = new Set(days.map((day) => `${day.site} ${day.account}`)).size > 1;
  const query = new URLSearchParams({ language: language(), month: month.value, zone: ZONE });
  return h(
    "div.rh-reconciliation",
    { ref: place },
    h("h2.rh-heading", {}, t("reconcile.title")),
    h("p.rh-how", {}, t("reconcile.about")),
    window.rhBoot.demo && h("p.rh-how", {}, t("reconcile.demo")),
    h(
      "div.rh-invite-form",
      { onchange: () => void read() },
      h(MonthField, { month }),
      h("a.rh-small", { href: `${address("rh/reconciliation.csv")}?${query}`, download: "" }, t("team.audit_export")),
    ),
    h("p.rh-field-error", { role: "alert" }, problem.value),
    h("ul.rh-days", {}, days.map((day) => h(Day, { key: `${day.day} ${day.site} ${day.account}`, day, several }))),
    found.value && !days.length && h("p.rh-quiet", {}, t("reconcile.none")),
  );
}

/** @param {{ day: DayRow, several: boolean }} props */
function Day({ day, several }) {
  const { agreed, differs, unknown, until } = day;
  const today = day.day === dateIn(new Date());
  return h(
    "li.rh-day",
    { "data-day": day.day },
    h(
      "div.rh-day-name",
      {},
      h("strong", {}, dayOf(day.day)),
      today && until && h("span.rh-quiet", {}, h(WithMoment, { words: t("reconcile.so_far"), name: "at", at: until })),
      several && h("span.rh-quiet", {}, `${day.site.replace(/^https?:\/\/(www\.)?/, "")} · ${day.account}`),
    ),
    h(
      "div.rh-day-units",
      {},
      day.units.map((unit) => h(Unit, { key: unit.unit, unit })),
      differs + unknown > 0 && h(Runs, { day, words: t("reconcile.runs", { agreed, differs, unknown }) }),
      !(differs + unknown) && agreed > 0 && h("span.rh-quiet", {}, t("reconcile.runs_agreed", { agreed })),
    ),
  );
}

/** @param {{ unit: UnitRow }} props */
function Unit({ unit: { unit, charged, fell, by, verdict, why } }) {
  const words = [t("reconcile.charged", { amount: amountIn(charged, unit) }), fell !== null && balanceWords(fell, unit)];
  return h(
    "div.rh-day-unit",
    { "data-verdict": verdict },
    h(Chip, { verdict }),
    h("span", {}, words.filter(Boolean).join(" · ")),
    verdict === "differs" && by !== null && h("span.rh-quiet", {}, by.startsWith("-") ? t("reconcile.less", { amount: amountIn(by.slice(1), unit) }) : t("reconcile.more", { amount: amountIn(by, unit) })),
    why && h("span.rh-quiet", {}, t(`reconcile.why_${why}`)),
  );
}

/** How a balance moved: it fell, rose, or stayed the same.
 * @param {string} fell @param {string} unit */
export function balanceWords(fell, unit) {
  if (Number(fell) === 0) return t("reconcile.still");
  return fell.startsWith("-") ? t("reconcile.rose", { amount: amountIn(fell.slice(1), unit) }) : t("reconcile.fell", { amount: amountIn(fell, unit) });
}

/** The runs of a day that differ or are not known; read when they are unfolded.
 * @param {{ day: DayRow, words: string }} props */
function Runs({ day, words }) {
  const { found, problem, read } = useMemo(() => answerTo(() => get("/reconciliation/runs", { zone: ZONE, day: day.day, site: day.site, account: day.account })), []);
  return h(
    "details.rh-day-runs",
    { ontoggle: ({ currentTarget }) => void (currentTarget.open && read()) },
    h("summary", {}, words),
    h("p.rh-field-error", { role: "alert" }, problem.value),
    h("ul.rh-audit.rh-spending", {}, (found.value?.runs ?? []).map((run) => h(Check, { key: run.run, run }))),
    found.value && !found.value.whole && h("p.rh-quiet", {}, t("reconcile.not_whole")),
  );
}

/** @param {{ run: CheckRow }} props */
function Check({ run: { run, seen, at, model, person, project, verdict, charged, unit, expected, by, why } }) {
  const amounts = Object.entries(charged).map(([each, amount]) => amountIn(amount, each));
  const said = [
    expected !== null && t("reconcile.expected", { amount: amountIn(expected, unit) }),
    by !== null && (by.startsWith("-") ? t("reconcile.run_less", { amount: amountIn(by.slice(1), unit) }) : t("reconcile.run_more", { amount: amountIn(by, unit) })),
    why && t(`reconcile.why_${why}`),
  ];
  return h(
    "li",
    { "data-run": run, "data-verdict": verdict },
    h("span.rh-audit-at", {}, h(Moment, { at })),
    h("span.rh-audit-who", {}, h(Chip, { verdict })),
    h("span.rh-audit-what", {}, said.filter(Boolean).join(" · "), h("span.rh-quiet", {}, ` · ${[model, person, project].filter(Boolean).join(" · ")}`)),
    h("span.rh-amount", {}, amounts.join(" · ") || (why === "charge" || why === "outcome" ? t("budget.unknown") : t("budget.nothing")), seen && h("button.rh-small", { type: "button", onclick: () => openRun(run) }, t("reconcile.open"))),
  );
}

/** @param {{ verdict: UnitRow["verdict"] }} props */
const Chip = ({ verdict }) => h("span.rh-chip", { class: verdict === "agreed" ? "is-good" : verdict === "differs" ? "is-bad" : "" }, t(`reconcile.${verdict}`));
