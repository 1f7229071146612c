// @ts-check
// The dialog with a model's details: what it does, its price, its limits, and its earlier results here.
// Loaded when the first one is opened.

import { Icon, IconButton } from "../../components/icon.js";
import { get, onChange } from "../../core/api.js";
import { debounced, latest } from "../../core/timing.js";
import { clock } from "../../core/format.js";
import { drawOver, h } from "../../core/h.js";
import { layDialog } from "../../core/layers.js";
import { openResult } from "../results/open_result.js";
import { ResultTile } from "../results/result_tile.js";
import { isThere } from "../runs/listing.js";
import { reuse } from "../runs/run_actions.js";
import { channelHint, channelWords, priceWords, taskWords } from "./model_words.js";
import { Chips } from "./picker.js";
import { createRef, signal, useLayoutEffect, useRef } from "../../vendor/preact.js";
import { t } from "../../core/words.js";

/** @typedef {import("../../types.js").Spec} Spec
 * @typedef {import("../../core/api_types.js").Card} Card
 * @typedef {import("../../core/api_types.js").ModelCard} Told
 * @typedef {{ models: Spec[], chosen: Spec | null, use: (model: Spec) => void }} Options `models`: all of its tab; `chosen`: the one the form stands for */

class Details {
  shown = signal(/** @type {(Options & { model: Spec }) | null} */ (null));
  /** The server's answer; undefined: not yet, null: it does not answer. */
  told = signal(/** @type {Told | null | undefined} */ (undefined));

  dialog = /** @type {import("../../vendor/preact.js").RefObject<HTMLDialogElement>} */ (createRef());

  #ask = latest(async (/** @type {string} */ endpoint) => ({ told: await get("/models/details", { endpoint }).catch(() => null) }));

  constructor() {
    drawOver(h(Dialog, { details: this }));
    window.addEventListener("rh:reuse", () => this.close());
    const refresh = debounced(() => this.dialog.current?.open && this.tell(), 200);
    onChange((online) => online && refresh());
  }

  close() {
    this.dialog.current?.close();
  }

  /** @param {Spec} model @param {Options} options */
  open(model, options) {
    this.shown.value = { model, ...options };
    this.told.value = undefined;
    return this.tell();
  }

  /** Drawn again only if it has changed: a sample's thumbnail comes after its file. */
  async tell() {
    const model = this.shown.value?.model;
    if (!model) return;
    const answer = await this.#ask(model.path);
    if (!answer || (!answer.told && this.told.value)) return;
    const { told } = answer;
    if (JSON.stringify(told) !== JSON.stringify(this.told.value)) this.told.value = told;
  }
}

/** @param {{ details: Details }} props */
function Dialog({ details }) {
  const body = useRef(/** @type {HTMLDivElement | null} */ (null));
  const shown = details.shown.value;
  const told = details.told.value;
  useLayoutEffect(() => {
    if (!shown || !body.current) return;
    body.current.scrollTop = 0;
    layDialog(details.dialog.current); // only now, since its title must exist to take the focus
  }, [shown]);
  return h(
    "dialog.rh-dialog.rh-about",
    { ref: details.dialog, "aria-labelledby": "rh-about-title" },
    h(
      "div.rh-about-body",
      { ref: body },
      shown && h(Head, { details, ...shown }),
      h(
        "div.rh-about-answer",
        { "aria-busy": told === undefined ? "true" : undefined },
        told === null ? h("p.rh-quiet", { role: "alert" }, t("about.gone")) : shown && told && h(Answer, { details, shown, told }),
      ),
    ),
    h(IconButton, { name: "close", label: t("results.close"), class: "rh-close", onclick: () => details.close() }),
  );
}

/** @param {{ details: Details, model: Spec } & Options} props */
function Head({ details, model, chosen, use }) {
  const take = () => {
    details.close();
    use(model);
  };
  return [
    h("h2.rh-about-title", { id: "rh-about-title", tabindex: -1, autofocus: true }, model.title),
    h(
      "div.rh-about-chips",
      {},
      h("span.rh-chip", {}, taskWords(model.task)),
      h(Chips, { model }),
      h("span.rh-card-price", {}, priceWords(model.price)),
    ),
    model.deprecated && h("p.rh-banner.is-bad", {}, t("about.retired")),
    h("p.rh-about-text", {}, model.description),
    h(
      "div.rh-buttons",
      {},
      model === chosen ? h("span.rh-quiet", {}, t("about.used")) : h("button.rh-small.is-main", { type: "button", onclick: take }, t("about.use")),
    ),
  ];
}

/** @param {{ details: Details, shown: Options & { model: Spec }, told: Told }} props */
function Answer({ details, shown, told }) {
  const { model } = shown;
  return [
    h(Part, { title: "about.here" }, h(Made, { told })),
    h(Part, { title: "about.price" }, told.price.map((line) => h("p", {}, line)), told.prices.length > 0 && h(PriceTable, { rows: told.prices })),
    model.channel && h(Part, { title: "about.channel" }, h("p", {}, channelHint(model.channel)), h(OtherChannels, { details, shown })),
    told.inputs.length > 0 && h(Part, { title: "about.inputs" }, h(FieldList, { fields: told.inputs })),
    told.settings.length > 0 && h(Part, { title: "about.settings" }, h(FieldList, { fields: told.settings })),
    h("code.rh-path", {}, model.path),
  ];
}

/** @param {{ title: string, children?: import("../../vendor/preact.js").ComponentChildren }} props */
const Part = ({ title, children }) => h("section.rh-about-part", {}, h("h3", {}, t(title)), children);

/** The same model in other channels, each with its price.
 * @param {{ details: Details, shown: Options & { model: Spec } }} props */
function OtherChannels({ details, shown: { model, ...options } }) {
  const name = (/** @type {Spec} */ one) => one.title.split(" · ")[0];
  const others = options.models.filter((other) => other !== model && name(other) === name(model) && !other.deprecated);
  const button = (/** @type {Spec} */ other) =>
    h(
      "button.rh-small",
      { key: other.path, type: "button", onclick: () => details.open(other, options) },
      t("about.other_channel", { channel: channelWords(other.channel), price: priceWords(other.price) }),
    );
  return others.length ? h("div.rh-buttons", {}, others.map(button)) : null;
}

/** Its earlier results here.
 * @param {{ told: Told }} props */
function Made({ told: { count, usual_seconds: usual, samples } }) {
  if (!count) return h("p.rh-quiet", {}, t("about.none"));
  const runs = count === 1 ? t("about.runs_one") : t("about.runs", { count });
  const firsts = samples.flatMap((card) => {
    const output = card.outputs.find(isThere);
    return output ? [{ card, output }] : [];
  });
  const ids = firsts.map(({ output }) => output.id);
  return [
    h("p", {}, [runs, usual && t("about.usually", { time: clock(usual) })].filter(Boolean).join(" · ")),
    h("div.rh-samples", {}, firsts.map(({ card, output }) => h(Sample, { key: output.id, card, output, ids }))),
  ];
}

/** @param {{ card: Card, output: import("../../core/api_types.js").Output, ids: string[] }} props */
function Sample({ card, output, ids }) {
  const title = card.title || t("about.untitled");
  return h(
    "div.rh-sample",
    {},
    h(ResultTile, { output, open: () => openResult(output.id, ids) }),
    h("span.rh-sample-title", { title }, title),
    h(
      "button.rh-small",
      { type: "button", "aria-label": t("about.reuse", { title }), onclick: () => reuse(card) },
      h(Icon, { name: "reuse" }),
      t("card.reuse"),
    ),
  );
}

/** @param {{ rows: [string, string][] }} props */
const PriceTable = ({ rows }) =>
  h("table.rh-prices", {}, h("tbody", {}, rows.map(([what, amount]) => h("tr", {}, h("th", { scope: "row" }, what), h("td", {}, amount)))));

/** @param {{ fields: import("../../core/api_types.js").FieldDetails[] }} props */
const FieldList = ({ fields }) =>
  h(
    "dl.rh-about-fields",
    {},
    fields.map((field) =>
      h(
        "div",
        {},
        h("dt", {}, field.label, field.optional && h("span.rh-quiet", {}, t("about.optional"))),
        h("dd", {}, field.help, field.limits && h("span.rh-about-limits", {}, field.limits)),
      ),
    ),
  );

/** @type {Details | null} */
let details = null;

/** @param {Spec} model @param {Options} options */
export function openAbout(model, options) {
  details ??= new Details();
  details.open(model, options);
}
