// @ts-check
// For admins: the runs that wait for a yes, because each costs more than its person may order alone.

import { answerTo } from "../../components/answer.js";
import { WithMoment } from "../../components/moment.js";
import { Press } from "../../components/press.js";
import { useFresh } from "../../components/sight.js";
import { faultWords, toast } from "../../components/toast.js";
import { address, get, post } from "../../core/api.js";
import { h } from "../../core/h.js";
import { t } from "../../core/words.js";
import { useSignal } from "../../vendor/preact.js";
import { amountIn, holderWords } from "./amounts.js";
import { beginLook } from "./begin_look.js";
import { LeftLine } from "./left.js";

/** @import { Approval, ApprovalList } from "../../core/api_types.js" */

const { found, problem, read } = answerTo(() => get("/approvals"));

/** Shows the list as it is after the answer; where somebody was quicker, it says so.
 * @param {() => Promise<ApprovalList>} ask @param {string} done */
async function answer(ask, done) {
  try {
    found.value = await ask();
    toast(done);
  } catch (fault) {
    toast(faultWords(fault));
    await read();
  }
}

export function Approvals() {
  const place = useFresh(read);
  const { approvals = [], more = 0 } = found.value ?? {};
  return h(
    "section.rh-account.rh-team.rh-approvals.is-wide",
    { ref: place },
    h(
      "div",
      {},
      h("h2.rh-heading", {}, t("team.section_approvals")),
      h("p.rh-how", {}, t("approval.about")),
      h("p.rh-field-error", { role: "alert" }, problem.value),
      h("ul.rh-people", { "aria-label": t("team.section_approvals") }, approvals.map((one) => h(Row, { key: one.id, one }))),
      found.value && !approvals.length && h("p.rh-quiet", {}, t("approval.none")),
      more > 0 && h("p.rh-quiet", {}, t("approval.more", { count: more })),
    ),
  );
}

/** @param {{ one: Approval }} props */
function Row({ one }) {
  const { id, title, model, how, person, person_id: who, project, token } = one;
  const busy = useSignal(false);
  const cost = Object.entries(one.costs).map(([unit, amount]) => amountIn(amount, unit));
  const named = `${person}: ${model}`;
  const yes = () => answer(() => post("/approvals/{id}/approve", { id }), t("approval.sent"));
  const no = () => answer(() => post("/approvals/{id}/decline", { id }), t("approval.declined"));
  return h(
    "li.rh-team-row",
    { "data-approval": id },
    one.picture && h("img.rh-approval-picture", { src: address(one.picture), alt: "", loading: "lazy" }),
    h(
      "div.rh-team-words",
      {},
      h("strong", {}, title || model),
      h("span.rh-approval-price", {}, cost.join(" + ")),
      h("span.rh-quiet", {}, [title && model, how].filter(Boolean).join(" · ")),
      h("span.rh-quiet", {}, [person, project && t("budget.whose_project", { name: project }), token && t("approval.script", { name: token })].filter(Boolean).join(" · ")),
      one.private && h("span.rh-quiet", {}, t("approval.private")),
      one.budgets.map((budget) => h("span.rh-quiet", { key: budget.id }, `${holderWords(budget)}: `, h(LeftLine, { budget }))),
      h("span.rh-quiet", {}, h(WithMoment, { words: t("approval.ends"), name: "until", at: one.asks_until })),
    ),
    h(
      "div.rh-team-acts",
      {},
      h(Press, { class: "is-main", words: t("approval.yes"), "aria-label": `${t("approval.yes")}: ${named}`, busy, press: yes }),
      h(Press, { words: t("approval.no"), "aria-label": `${t("approval.no")}: ${named}`, busy, press: no }),
      one.private && h(Press, { words: t("look.begin"), title: t("look.begin_hint"), "aria-label": `${t("look.begin")}: ${named}`, press: () => beginLook(who) }),
    ),
  );
}
