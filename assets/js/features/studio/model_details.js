// A model's own card over the page: what it does, what it costs, its limits, and what it made here before.
// Loaded when the first one is opened.

import { ResultTile } from "../results/result_tile.js";
import { reuse } from "../runs/run_actions.js";
import { debounced, h, icon, iconButton } from "../../core/dom.js";
import { clock } from "../../core/format.js";
import { asElement, h as part } from "../../core/h.js";
import { openResult } from "../results/lightbox.js";
import { layDialog } from "../../core/layers.js";
import { ask, onChange } from "../../core/api.js";
import { channelHint, channelWords, priceWords, taskWords } from "./model_words.js";
import { language, t } from "../../core/words.js";

class About {
  constructor() {
    this.body = h("div.rh-about-body");
    this.dialog = h(
      "dialog.rh-dialog.rh-about",
      {
        "aria-labelledby": "rh-about-title",
        onclick: (event) => event.target === this.dialog && this.dialog.close(),
      },
      this.body,
      iconButton("close", t("results.close"), () => this.dialog.close(), ".rh-close"),
    );
    window.addEventListener("rh:reuse", () => this.dialog.close());
    const refresh = debounced(() => this.dialog.open && this.tell(this.shown), 200);
    onChange((online) => online && refresh());
    document.querySelector(".gradio-container").append(this.dialog);
  }

  async open(model, { models, chosen, use }) {
    this.shown = model;
    this.choices = { models, chosen, use };
    this.answer = h("div.rh-about-answer", { "aria-busy": "true" });
    this.body.replaceChildren(...this.head(model, model === chosen, () => use(model)), this.answer);
    this.body.scrollTop = 0;
    layDialog(this.dialog);
    this.told = "";
    await this.tell(model);
  }

  /** What the server knows of it, drawn anew only when that has changed: a sample's picture comes after its file. */
  async tell(model) {
    const told = await ask("about", model.path, language()).catch(() => null);
    const print = JSON.stringify(told);
    if (this.shown !== model || print === this.told || (!told && this.told)) return;
    this.told = print;
    this.answer.removeAttribute("aria-busy");
    this.answer.replaceChildren(...(told ? this.rest(told) : [h("p.rh-quiet", { role: "alert" }, t("about.gone"))]));
  }

  head(model, chosen, use) {
    const take = () => {
      this.dialog.close();
      use();
    };
    return [
      h("h2.rh-about-title", { id: "rh-about-title", tabindex: "-1", autofocus: true }, model.title),
      h(
        "div.rh-about-chips",
        {},
        h("span.rh-chip", {}, taskWords(model.task)),
        model.channel && h(`span.rh-chip.is-${model.channel}`, {}, channelWords(model.channel)),
        model.deprecated && h("span.rh-chip.is-bad", {}, t("picker.deprecated")),
        h("span.rh-card-price", {}, priceWords(model.price)),
      ),
      model.deprecated && h("p.rh-banner.is-bad", {}, t("about.retired")),
      h("p.rh-about-text", {}, model.description),
      h(
        "div.rh-buttons",
        {},
        chosen ? h("span.rh-quiet", {}, t("about.used")) : h("button.rh-small.is-main", { type: "button", onclick: take }, t("about.use")),
      ),
    ].filter(Boolean);
  }

  rest(told) {
    const part = (title, ...content) => h("section.rh-about-part", {}, h("h3", {}, t(title)), ...content);
    return [
      part("about.here", ...this.made(told)),
      part("about.price", ...told.price.map((line) => h("p", {}, line)), told.prices.length > 0 && priceTable(told.prices)),
      this.shown.channel && part("about.channel", h("p", {}, channelHint(this.shown.channel)), this.others()),
      told.inputs.length > 0 && part("about.inputs", fieldList(told.inputs)),
      told.settings.length > 0 && part("about.settings", fieldList(told.settings)),
      h("code.rh-path", {}, this.shown.path),
    ].filter(Boolean);
  }

  /** The same model over other channels, each with its price. */
  others() {
    const name = (model) => model.title.split(" · ")[0];
    const found = this.choices.models.filter((model) => model !== this.shown && name(model) === name(this.shown) && !model.deprecated);
    const button = (model) =>
      h(
        "button.rh-small",
        { type: "button", onclick: () => this.open(model, this.choices) },
        t("about.other_channel", { channel: channelWords(model.channel), price: priceWords(model.price) }),
      );
    return found.length > 0 && h("div.rh-buttons", {}, ...found.map(button));
  }

  made({ count, usual_seconds: usual, samples }) {
    if (!count) return [h("p.rh-quiet", {}, t("about.none"))];
    const runs = count === 1 ? t("about.runs_one") : t("about.runs", { count });
    const words = [runs, usual && t("about.usually", { time: clock(usual) })].filter(Boolean).join(" · ");
    const firsts = samples.map((card) => [card, card.outputs.find((output) => output.state === "saved" || output.text)]);
    const ids = firsts.map(([, output]) => output.id);
    return [
      h("p", {}, words),
      h("div.rh-samples", {}, ...firsts.map(([card, output]) => sample(card, output, ids))),
    ];
  }
}

function sample(card, output, ids) {
  const title = card.title || t("about.untitled");
  return h(
    "div.rh-sample",
    {},
    asElement(part(ResultTile, { output, open: () => openResult(output.id, ids) })),
    h("span.rh-sample-title", { title }, title),
    h(
      "button.rh-small",
      { type: "button", "aria-label": t("about.reuse", { title }), onclick: () => reuse(card) },
      icon("reuse"),
      t("card.reuse"),
    ),
  );
}

const priceTable = (rows) =>
  h("table.rh-prices", {}, h("tbody", {}, ...rows.map(([what, amount]) => h("tr", {}, h("th", { scope: "row" }, what), h("td", {}, amount)))));

const fieldList = (fields) =>
  h(
    "dl.rh-about-fields",
    {},
    ...fields.map((field) =>
      h(
        "div",
        {},
        h("dt", {}, field.label, field.optional && h("span.rh-quiet", {}, t("about.optional"))),
        h("dd", {}, field.help, field.limits && h("span.rh-about-limits", {}, field.limits)),
      ),
    ),
  );

let box = null;

/** `models`: all of its tab; `chosen`: the one the form stands for; `use(model)` takes another. */
export function openAbout(model, options) {
  box ??= new About();
  box.open(model, options);
}
