// The model picker of a studio tab: tasks as pills, one searchable list, the chosen model's card.

import { Combo } from "./combo.js";
import { h, icon } from "./dom.js";
import { favourites, recents, toggleFavourite } from "./drafts.js";
import { ask } from "./net.js";
import { t } from "./words.js";

export const taskWords = (task) => t(`task.${task}`);

export const channelWords = (channel) =>
  ({ "official-stable": t("picker.stable"), "low-price": t("picker.cheap") })[channel] ?? "";

/** "¥0.46 / second", "¥0.46–0.58 / second", or that it is not known. */
export function priceWords(price) {
  if (!price) return t("picker.price_unknown");
  const sign = { CNY: "¥", USD: "$" }[price.currency] ?? `${price.currency} `;
  const range = price.low === price.high ? `${sign}${price.low}` : `${sign}${price.low}–${price.high}`;
  const one = price.unit === "call" ? range : t("price.per", { price: range, unit: t(`unit.${price.unit}`) });
  return price.from ? t("price.from", { price: one }) : one;
}

/** Cheapest unit first; models whose price is not known come last. */
function byPrice(one, other) {
  const low = (model) => (model.price ? Number(model.price.low) / (model.price.size ?? 1) : Infinity);
  return low(one) - low(other) || one.title.localeCompare(other.title);
}

export class Picker {
  constructor(studio) {
    this.studio = studio;
    this.task = "";
    this.channel = "";
    this.family = "";
    this.tasks = h("div.rh-tasks", { role: "group", "aria-label": t("picker.model") });
    this.channels = h("select.rh-input.rh-filter", { "aria-label": t("picker.channel"), onchange: () => this.filter() });
    this.families = h("select.rh-input.rh-filter", { "aria-label": t("picker.family"), onchange: () => this.filter() });
    const option = (value, words) => h("option", { value }, words);
    this.inputs = h(
      "select.rh-input.rh-filter",
      { "aria-label": t("picker.inputs"), onchange: () => this.filter() },
      ...["any", "words", "image", "video", "audio"].map((kind) => option(kind, t(`picker.inputs_${kind}`))),
    );
    this.order = h(
      "select.rh-input.rh-filter",
      { "aria-label": t("picker.order"), onchange: () => this.filter() },
      ...["family", "price"].map((order) => option(order, t(`picker.order_${order}`))),
    );
    this.retiring = h("input", { type: "checkbox", onchange: () => this.filter() });
    this.retiringRow = h("label.rh-check.rh-filter-check", {}, this.retiring, t("picker.show_deprecated"));
    this.combo = new Combo({
      label: t("picker.model"),
      placeholder: t("picker.search"),
      search: (query) => this.find(query),
      pick: (path) => studio.choose(path),
      header: h("div.rh-filters", {}, this.families, this.channels, this.inputs, this.order, this.retiringRow),
    });
    this.card = h("div.rh-model-card");
    this.element = h(
      "div.rh-picker",
      {},
      this.tasks,
      h("div.rh-model-row", {}, h("span.rh-model-label", {}, t("picker.model")), this.combo.element),
      this.card,
    );
    studio.ready.then(() => this.fill());
    studio.addEventListener("model", () => this.show());
  }

  fill() {
    const tasks = [...new Set(this.studio.models.map((model) => model.task))];
    const pill = (task, words) =>
      h("button.rh-task", { type: "button", "data-task": task, "aria-pressed": "false", onclick: () => this.pickTask(task) }, words);
    this.tasks.replaceChildren(pill("", t("picker.all_tasks")), ...tasks.map((task) => pill(task, taskWords(task))));
    this.tasks.hidden = tasks.length < 2;
    const families = [...new Set(this.studio.models.map((model) => model.family))].sort();
    const option = (value, words) => h("option", { value }, words);
    this.families.replaceChildren(option("", t("picker.any_family")), ...families.map((name) => option(name, name)));
    this.channels.replaceChildren(
      option("", t("picker.any_channel")),
      option("official-stable", t("picker.stable")),
      option("low-price", t("picker.cheap")),
    );
    this.channels.hidden = !this.studio.models.some((model) => model.channel);
    this.retiringRow.hidden = !this.studio.models.some((model) => model.deprecated);
    this.show();
  }

  /** A task narrows the list; when the chosen model does something else, the best one of the task is taken. */
  pickTask(task) {
    this.task = task;
    this.markTask();
    if (task && this.studio.spec?.task !== task) {
      const usual = recents().find((path) => this.model(path)?.task === task);
      const first = this.studio.models.find((model) => model.task === task && !model.deprecated);
      const next = usual ?? first?.path ?? this.studio.models.find((model) => model.task === task)?.path;
      this.studio.choose(next);
    }
  }

  markTask() {
    for (const button of this.tasks.children) {
      button.setAttribute("aria-pressed", String(button.dataset.task === this.task));
    }
  }

  model(path) {
    return this.studio.models.find((model) => model.path === path);
  }

  filter() {
    this.family = this.families.value;
    this.channel = this.channels.value;
    this.combo.refresh(this.combo.input.value === this.combo.text ? "" : this.combo.input.value);
    this.combo.input.focus();
  }

  async find(query) {
    const fitting = (model) =>
      model &&
      (!this.task || model.task === this.task) &&
      (!this.family || model.family === this.family) &&
      (!this.channel || model.channel === this.channel) &&
      (!model.deprecated || this.retiring.checked) &&
      this.takes(model);
    let found = this.studio.models;
    const cheapest = this.order.value === "price";
    if (query) {
      const { paths } = await ask("search", query, this.studio.modality);
      found = paths.map((path) => this.model(path)).filter(fitting);
      if (cheapest) found.sort(byPrice);
      return found.map((model) => this.option(model, ""));
    }
    found = found.filter(fitting);
    if (cheapest) return found.sort(byPrice).map((model) => this.option(model, ""));
    const liked = favourites();
    const used = recents().slice(0, 4);
    const rank = (model) => (liked.has(model.path) ? 0 : used.includes(model.path) ? 1 : 2);
    const group = (model) => [t("picker.favourite"), t("picker.recent"), model.family][rank(model)];
    return found
      .sort((one, other) => rank(one) - rank(other) || (rank(one) === 2 ? one.family.localeCompare(other.family) : 0))
      .map((model) => this.option(model, group(model)));
  }

  /** Whether the model needs what the person has: words only, or a file of one kind. */
  takes(model) {
    const needs = model.needs ?? [];
    const wanted = this.inputs.value;
    return wanted === "any" || (wanted === "words" ? !needs.length : needs.includes(wanted));
  }

  option(model, group) {
    const star = h(
      "button.rh-star",
      {
        type: "button",
        tabindex: "-1",
        "aria-label": t("picker.favourite_add"),
        "aria-pressed": String(favourites().has(model.path)),
        onclick: (event) => {
          event.stopPropagation();
          star.setAttribute("aria-pressed", String(toggleFavourite(model.path)));
        },
      },
      icon("star"),
    );
    const node = h(
      "span.rh-option-row",
      {},
      star,
      h("span.rh-option-title", {}, model.title),
      model.channel && h(`span.rh-chip.is-${model.channel}`, {}, channelWords(model.channel)),
      model.deprecated && h("span.rh-chip.is-bad", {}, t("picker.deprecated")),
      h("span.rh-option-price", {}, priceWords(model.price)),
    );
    return { value: model.path, text: model.title, group, node };
  }

  show() {
    const { spec } = this.studio;
    if (!spec) return;
    if (this.task && spec.task !== this.task) {
      this.task = "";
    }
    this.markTask();
    this.combo.show(spec.title);
    const hint = { "official-stable": t("picker.stable_hint"), "low-price": t("picker.cheap_hint") }[spec.channel] ?? "";
    this.card.replaceChildren(
      ...[
        h("p.rh-card-about", {}, spec.description),
        h("span.rh-chip", {}, taskWords(spec.task)),
        spec.channel && h(`span.rh-chip.is-${spec.channel}`, { title: hint }, channelWords(spec.channel)),
        spec.deprecated && h("span.rh-chip.is-bad", {}, t("picker.deprecated")),
        h("span.rh-card-price", {}, priceWords(spec.price)),
        h("code.rh-path", {}, spec.path),
      ].filter(Boolean),
    );
  }
}
