// @ts-check
// Accounts that are paused for want of money: one line each, with a button to try again.

import { Press } from "../../components/press.js";
import { telling } from "../../components/toast.js";
import { post } from "../../core/api.js";
import { h } from "../../core/h.js";
import { mayManage } from "../../core/person.js";
import { has, language, t } from "../../core/words.js";
import { signal } from "../../vendor/preact.js";

/** @typedef {import("../../core/api_types.js").Pause} Pause */

/** The paused accounts, for every part of the page that shows them. */
export const pauses = signal(/** @type {Pause[]} */ ([]));

export const Pauses = () =>
  h("div.rh-pauses", { role: "alert" }, pauses.value.map((pause) => h(PauseLine, { key: `${pause.site} ${pause.account}`, pause })));

/** @param {{ pause: Pause }} props */
function PauseLine({ pause: { site, account, name, code, waiting } }) {
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
    h("p", {}, name && h("span.rh-chip", {}, name), name && gap, h("strong", {}, t(`pause.why_${known}`)), gap, words),
    mayManage() && h(Press, { words: t("pause.resume"), waits: t("pause.resuming"), press: resume }),
  );
}
