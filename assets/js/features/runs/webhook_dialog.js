// What became of RunningHub's message at the end of a run, and the wish to have it sent again.

import { h } from "../../core/dom.js";
import { ask } from "../../core/api.js";
import { toast } from "../../components/toast.js";
import { language, t } from "../../core/words.js";

/** The button on a run's card; only where a message may have been asked for. */
export function messageButton(card) {
  if (!card.remote_id || !(card.hooked || card.outside)) return null;
  const open = () => tell(card).catch((fault) => toast(fault.message));
  return h("button.rh-small", { type: "button", title: t("hook.hint"), onclick: open }, t("hook.button"));
}

async function tell(card) {
  const [{ openWindow }, { said, rows, again }] = await Promise.all([import("../../components/dialog.js"), ask("hook", card.id, language())]);
  const sendAgain = async () => {
    button.disabled = true;
    try {
      await ask("hook_again", card.id);
      toast(t("hook.sent"));
      opened.close();
    } catch (fault) {
      toast(fault.message);
      button.disabled = false;
    }
  };
  const button = h("button.rh-small.is-main", { type: "button", onclick: sendAgain }, t("hook.again"));
  const opened = openWindow(
    t("hook.title"),
    h("p", {}, said),
    rows.length > 0 && h("dl.rh-account-rows", {}, ...rows.map(([name, value]) => h("div.rh-fact", {}, h("dt", {}, name), h("dd", {}, value)))),
    again && h("div.rh-buttons", {}, button),
  );
}
