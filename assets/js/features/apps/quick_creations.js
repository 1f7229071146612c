// Quick creations: the call that a person copied from the site becomes a form, which is kept.

import { h } from "../../core/dom.js";
import { get, post } from "../../core/api.js";
import { keptTiles, whenSeen } from "./run_picker.js";
import { t } from "../../core/words.js";

export function section(studio) {
  const kept = keptTiles(studio, "quick-ai-app");
  const said = h("p.rh-field-error", { role: "alert" });
  const box = h("textarea.rh-input.rh-quick-call", { rows: 5, id: "quick-call", spellcheck: false, placeholder: t("quick.placeholder") });
  const doing = async (button, action) => {
    button.disabled = true;
    said.textContent = "";
    try {
      await action();
    } catch (fault) {
      said.textContent = fault.message;
    }
    button.disabled = false;
  };
  const take = async () => {
    const { refused, path } = await post("/quick-creations/open", { text: box.value });
    if (refused) said.textContent = refused;
    else {
      await studio.open(path);
      kept.read();
    }
  };
  const show = async () => {
    const { refused, text } = await get("/quick-creations/example");
    said.textContent = refused;
    box.value = text;
  };
  const open = h("button.rh-small.is-main", { type: "button", onclick: () => doing(open, take) }, t("quick.open"));
  const example = window.rhBoot.demo && h("button.rh-quiet-button", { type: "button", onclick: () => doing(example, show) }, t("quick.example"));
  const element = h(
    "div",
    {},
    h(
      "div.rh-run-paste",
      {},
      h("label.rh-label", { for: box.id }, t("quick.paste")),
      h("p.rh-help", {}, t("quick.about")),
      box,
      h("div.rh-buttons", {}, open, example),
      said,
    ),
    kept.element,
  );
  whenSeen(element, kept.read);
  return element;
}
