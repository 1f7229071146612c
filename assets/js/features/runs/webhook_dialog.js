// @ts-check
// What became of RunningHub's message at the end of a run, and the wish to have it sent again.

import { Press } from "../../components/press.js";
import { toast } from "../../components/toast.js";
import { get, post } from "../../core/api.js";
import { asElement, h } from "../../core/h.js";
import { t } from "../../core/words.js";

/** @typedef {import("../../core/api_types.js").Card} Card */

/** Only where a message may have been asked for.
 * @param {{ card: Card }} props */
export function MessageButton({ card }) {
  if (!card.remote_id || !(card.hooked || card.outside)) return null;
  return h(Press, { title: t("hook.hint"), words: t("hook.button"), press: () => openMessage(card).catch(tell) });
}

const tell = (/** @type {Error} */ fault) => toast(fault.message);

/** @param {Card} card */
async function openMessage(card) {
  const [{ openWindow }, found] = await Promise.all([import("../../components/dialog.js"), get("/runs/{id}/webhook", { id: card.id })]);
  const sendAgain = async () => {
    try {
      await post("/runs/{id}/webhook", { id: card.id });
      toast(t("hook.sent"));
      close();
    } catch (fault) {
      tell(/** @type {Error} */ (fault));
    }
  };
  const { close } = openWindow(t("hook.title"), asElement(h(Message, { ...found, sendAgain })));
}

/** @param {{ said: string, rows: [string, string][], again: boolean, sendAgain: () => Promise<void> }} props */
const Message = ({ said, rows, again, sendAgain }) =>
  h(
    "div",
    {},
    h("p", {}, said),
    rows.length > 0 && h("dl.rh-account-rows", {}, rows.map(([name, value]) => h("div.rh-fact", {}, h("dt", {}, name), h("dd", {}, value)))),
    again && h("div.rh-buttons", {}, h(Press, { class: "is-main", words: t("hook.again"), press: sendAgain })),
  );
