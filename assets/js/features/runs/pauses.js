// @ts-check
// Accounts that send nothing for want of money: one line for each, with the button that lets it try again.

import { Press } from "../../components/press.js";
import { telling } from "../../components/toast.js";
import { post } from "../../core/api.js";
import { h } from "../../core/h.js";
import { has, language, t } from "../../core/words.js";
import { signal } from "../../vendor/preact.js";

/** @typedef {import("../../core/api_types.js").Pause} Pause */

/** What is paused now, wherever the page tells of it. */
export const pauses = signal(/** @type {Pause[]} */ ([]));

export const Pauses = () =>
  h("div.rh-pauses", { role: "alert" }, pauses.value.map((pause) => h(PauseLine, { key: `${pause.site} ${pause.account}`, pause })));

/** @param {{ pause: Pause }} props */
function PauseLine({ pause: { site, account, code, waiting } }) {
  const resume = telling(async () => {
    pauses.value = (await post("/account/resume", { site, account })).pauses;
  });
  const known = has(`pause.why_${code}`) ? code : "416";
  const count = waiting === 0 ? t("pause.waiting_none") : waiting === 1 ? t("pause.waiting_one") : t("pause.waiting", { count: waiting });
  const gap = language() === "zh" ? "" : " ";
  const words = [t("pause.charged"), count, t(`pause.do_${known}`)].join(gap);
  return h(
    "div.rh-banner.rh-pause",
    {},
    h("p", {}, h("strong", {}, t(`pause.why_${known}`)), gap, words),
    h(Press, { words: t("pause.resume"), waits: t("pause.resuming"), press: resume }),
  );
}
