// @ts-check
// Quick creations: a call that the user copied from the site becomes a form, which is saved.

import { Press } from "../../components/press.js";
import { faultWords } from "../../components/toast.js";
import { get, post } from "../../core/api.js";
import { h } from "../../core/h.js";
import { t } from "../../core/words.js";
import { useSignal } from "../../vendor/preact.js";
import { KeptTiles } from "./run_tiles.js";

/** @param {{ studio: import("./run_form.js").RunStudio, hidden: boolean }} props */
export function QuickCreations({ studio, hidden }) {
  const call = useSignal("");
  const said = useSignal("");
  /** @param {() => Promise<void>} work */
  const saying = (work) => async () => {
    said.value = "";
    await work().catch((fault) => (said.value = faultWords(fault)));
  };
  const take = saying(async () => {
    const { refused, path } = await post("/quick-creations/open", { text: call.value });
    if (refused) said.value = refused;
    else await studio.open(path);
  });
  const show = saying(async () => {
    const { refused, text } = await get("/quick-creations/example");
    said.value = refused;
    call.value = text;
  });
  return h(
    "div",
    { hidden },
    h(
      "div.rh-run-paste",
      {},
      h("label.rh-label", { for: "quick-call" }, t("quick.paste")),
      h("p.rh-help", {}, t("quick.about")),
      h("textarea.rh-input.rh-quick-call", {
        rows: 5,
        id: "quick-call",
        spellcheck: false,
        placeholder: t("quick.placeholder"),
        value: call.value,
        oninput: (event) => (call.value = event.currentTarget.value),
      }),
      h(
        "div.rh-buttons",
        {},
        h(Press, { class: "is-main", words: t("quick.open"), press: take }),
        window.rhBoot.demo && h("button.rh-quiet-button", { type: "button", onclick: show }, t("quick.example")),
      ),
      h("p.rh-field-error", { role: "alert" }, said.value),
    ),
    h(KeptTiles, { studio, hidden, kind: "quick-ai-app" }),
  );
}
