// @ts-check
// Why a run failed: in words, with the button that helps, and a link to the list of codes.

import { Press } from "../../components/press.js";
import { telling } from "../../components/toast.js";
import { h } from "../../core/h.js";
import { t } from "../../core/words.js";
import { Fragment } from "../../vendor/preact.js";
import { openAccount, retry } from "./run_actions.js";

/** @typedef {{ card: import("../../core/api_types.js").Card }} OfRun */

/** Opens the list of codes at one of them, or whole; loaded when it is first opened. */
export const openCodes = telling(async (/** @type {string} */ query = "") => {
  const { openAt } = await import("../account/error_codes.js");
  openAt(query);
});

/** What happened, what to do, and RunningHub's own message.
 * @param {OfRun} props */
export function FailureWords({ card: { failure, blames } }) {
  if (!failure) return null;
  return h(
    Fragment,
    {},
    h("p.rh-run-error", {}, failure.what),
    failure.do && h("p.rh-run-words", {}, failure.do),
    failure.says && h("p.rh-run-says", {}, failure.says),
    blames.map(({ label, said }) => h("p.rh-run-blame", {}, h("strong", {}, label), ` ${said}`)),
  );
}

/** The buttons beside "Use these settings", which is enough where something must be changed first.
 * @param {OfRun} props */
export function FailureButtons({ card }) {
  const { failure } = card;
  if (!failure) return null;
  const { button, code } = failure;
  return h(
    Fragment,
    {},
    button === "again" && !card.only_look && h(Press, { class: "is-main", title: t("code.retry_hint"), words: t("code.retry"), press: () => retry(card) }),
    button === "account" && h("button.rh-small", { type: "button", onclick: openAccount }, t("code.account")),
    code && h("button.rh-small", { type: "button", onclick: () => openCodes(code) }, t("code.explain", { code })),
  );
}
