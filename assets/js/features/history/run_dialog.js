// @ts-check
// A run without results, whole: how it ended and what can be done, what was asked for, when, and what it cost.

import { answerTo } from "../../components/answer.js";
import { openPart } from "../../components/dialog.js";
import { Facts } from "../../components/facts.js";
import { Icon } from "../../components/icon.js";
import { Moment } from "../../components/moment.js";
import { Press } from "../../components/press.js";
import { useFresh } from "../../components/sight.js";
import { clock } from "../../core/format.js";
import { get } from "../../core/api.js";
import { h } from "../../core/h.js";
import { mayRun } from "../../core/person.js";
import { t } from "../../core/words.js";
import { useMemo } from "../../vendor/preact.js";
import { RunCard } from "../runs/cards.js";
import { retry, reuse } from "../runs/run_actions.js";
import { isThere } from "../runs/listing.js";
import { FailureButtons, FailureWords } from "../runs/run_failure.js";
import { Settings } from "../results/settings.js";
import { openRun, stateWords } from "./open_run.js";

/** @import { Card, RunView } from "../../core/api_types.js" */
/** @typedef {import("../../vendor/preact.js").ComponentChildren} Children */

/** @param {string} id */
export const showRun = (id) => openPart(t("history.run"), (close) => h(Run, { id, close }));

/** @param {{ id: string, close: () => void }} props */
function Run({ id, close }) {
  const { found, problem, read } = useMemo(() => answerTo(() => get("/runs/{id}/view", { id })), [id]);
  const place = useFresh(read);
  const whole = found.value;
  return h(
    "div.rh-whole-run",
    { ref: place },
    h("p.rh-field-error", { role: "alert" }, problem.value),
    whole && (isOver(whole.task) ? h(Ended, { card: whole.task, close }) : h(RunCard, { card: whole.task })),
    whole && h(Asked, whole),
  );
}

/** @param {Card} card */
const isOver = (card) => card.final && card.state !== "unknown";

/** @param {{ card: Card, close: () => void }} props */
function Ended({ card, close }) {
  const again = async () => {
    await retry(card);
    close();
  };
  // Its results came while this was open.
  const look = () => {
    close();
    return openRun(card.id);
  };
  const use = () => {
    close();
    reuse(card);
  };
  const canAct = mayRun() && !card.only_look && !card.outside;
  return h(
    "article.rh-run",
    { class: `is-${card.state}`, "data-task": card.id, "data-state": card.state },
    h("strong", {}, stateWords(card.state)),
    card.outputs.some(isThere) && h("div.rh-buttons", {}, h("button.rh-small.is-main", { type: "button", onclick: look }, t("outside.open"))),
    h(FailureWords, { card }),
    card.charge && h("p.rh-run-words", {}, card.charge),
    h(
      "div.rh-buttons",
      {},
      canAct && card.failure?.button !== "again" && h(Press, { class: card.failure ? "" : "is-main", title: t("code.retry_hint"), words: t("code.retry"), press: again }),
      h(FailureButtons, { card }),
      canAct && h("button.rh-small", { type: "button", onclick: use }, h(Icon, { name: "reuse" }), t("card.reuse")),
    ),
  );
}

/** @param {RunView} props */
function Asked({ task, settings }) {
  /** @type {[string, Children][]} */
  const rows = [
    [t("history.model"), task.model],
    [t("project.person"), task.person],
    [t("project.project"), task.project],
    [t("history.created"), h(Moment, { at: task.created_at ?? "" })],
    [t("history.elapsed"), elapsed(task)],
    [t("history.cost"), task.price],
    [t("history.estimate"), task.estimate_words],
    [t("history.remote_id"), task.remote_id && h("code", {}, task.remote_id)],
    [t("results.settings"), settings.length > 0 && h(Settings, { settings })],
  ];
  return [task.title && h("p.rh-whole-prompt", {}, task.title), h(Facts, { rows: rows.filter(([, value]) => value) })];
}

/** @param {Card} card */
const elapsed = ({ submitted_at: from, finished_at: to }) => (from && to ? clock((Date.parse(to) - Date.parse(from)) / 1000) : "");
