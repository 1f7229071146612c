// @ts-check
// The delivery of RunningHub's message at the end of a run, with a button to send it again.

import { Facts } from "../../components/facts.js";
import { Press } from "../../components/press.js";
import { telling, toast } from "../../components/toast.js";
import { get, post } from "../../core/api.js";
import { h } from "../../core/h.js";
import { mayRun } from "../../core/person.js";
import { t } from "../../core/words.js";

/** @typedef {import("../../core/api_types.js").Card} Card */

/** Only where a message may have been requested.
 * @param {{ card: Card }} props */
export function MessageButton({ card }) {
  if (!card.remote_id || !(card.hooked || card.outside)) return null;
  return h(Press, { title: t("hook.hint"), words: t("hook.button"), press: telling(() => openMessage(card)) });
}

/** @param {Card} card */
async function openMessage(card) {
  const [{ openPart }, found] = await Promise.all([import("../../components/dialog.js"), get("/runs/{id}/webhook", { id: card.id })]);
  openPart(t("hook.title"), (close) => {
    const sendAgain = telling(async () => {
      await post("/runs/{id}/webhook", { id: card.id });
      toast(t("hook.sent"));
      close();
    });
    return h(Message, { ...found, sendAgain });
  });
}

/** @param {import("../../core/api_types.js").WebhookMessage & { sendAgain: () => Promise<void> }} props */
const Message = ({ said, rows, again, sendAgain }) =>
  h(
    "div",
    {},
    h("p", {}, said),
    rows.length > 0 && h(Facts, { rows }),
    again && mayRun() && h("div.rh-buttons", {}, h(Press, { class: "is-main", words: t("hook.again"), press: sendAgain })),
  );
