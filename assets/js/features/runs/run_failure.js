// Why a run ended badly: in words, with the button that helps and the way to all that is known of its code.

import { h } from "../../core/dom.js";
import { ask } from "../../core/api.js";
import { toast } from "../../components/toast.js";
import { t } from "../../core/words.js";

/** Opens the list of codes at one of them, or whole; fetched when it is first asked for. */
export async function openCodes(query = "") {
  try {
    const { codes } = await import("../account/error_codes.js");
    codes().open(query);
  } catch (fault) {
    toast(fault.message);
  }
}

/** What happened, what to do and what RunningHub says itself. */
export function failureWords({ failure, blames }) {
  if (!failure) return [];
  return [
    h("p.rh-run-error", {}, failure.what),
    failure.do && h("p.rh-run-words", {}, failure.do),
    failure.says && h("p.rh-run-says", {}, failure.says),
    ...blames.map(({ label, said }) => h("p.rh-run-blame", {}, h("strong", {}, label), ` ${said}`)),
  ];
}

/** The buttons beside "Use these settings", which helps by itself where something must be changed first. */
export function failureButtons(card) {
  const { failure } = card;
  if (!failure) return [];
  return [
    failure.button === "again" && retryButton(card),
    failure.button === "account" && accountButton(),
    failure.code && h("button.rh-small", { type: "button", onclick: () => openCodes(failure.code) }, t("code.explain", { code: failure.code })),
  ];
}

/** The card may lie in the tray, over the tab. */
function accountButton() {
  const go = () => {
    document.getElementById("rh-tray")?.hidePopover();
    window.dispatchEvent(new CustomEvent("rh:tab", { detail: "account" }));
  };
  return h("button.rh-small", { type: "button", onclick: go }, t("code.account"));
}

/** The same once more: pressed twice, or on two pages, it is still one run. */
function retryButton(card) {
  const button = h(
    "button.rh-small.is-main",
    {
      type: "button",
      title: t("code.retry_hint"),
      onclick: async () => {
        button.disabled = true;
        try {
          await ask("retry", card.id);
          toast(t("code.retried"));
        } catch (fault) {
          toast(fault.message);
          button.disabled = false;
        }
      },
    },
    t("code.retry"),
  );
  return button;
}
