// The model picker of a studio tab: tasks as pills, one searchable list, the chosen model's card.

import { Combo } from "./combo.js";
import { h, icon } from "./dom.js";
import { favourites, recents, toggleFavourite } from "./drafts.js";
import { call } from "./net.js";
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

export class Picker {
  constructor(studio) {
    this.studio = studio;
    this.task = "";
    this.channel = "";
    this.family = "";
    this.tasks = h("div.rh-tasks", { role: "group", "aria-label": t("picker.model") });
    this.channels = h("select.rh-input.rh-filter", { "aria-label": t("picker.channel"), onchange: () => this.filter() });
    this.families = h("select.rh-input.rh-filter", { "aria-label": t("picker.family"), onchange: () => this.filter() });
    this.combo = new Combo({
      label: t("picker.model"),
      placeholder: t("picker.search"),
      search: (query) => this.find(query),
      pick: (path) => studio.choose(path),
      header: h("div.rh-filters", {}, this.families, this.channels),
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
      (!this.channel || model.channel === this.channel);
    let found = this.studio.models;
    if (query) {
      const paths = await call("page_search", query, this.studio.modality);
      found = paths.map((path) => this.model(path));
      return found.filter(fitting).map((model) => this.option(model, ""));
    }
    const liked = favourites();
    const used = recents().slice(0, 4);
    const rank = (model) => (liked.has(model.path) ? 0 : used.includes(model.path) ? 1 : 2);
    const group = (model) =>
      [t("picker.favourite"), t("picker.recent"), model.family][rank(model)];
    return found
      .filter(fitting)
      .sort((one, other) => rank(one) - rank(other) || (rank(one) === 2 ? one.family.localeCompare(other.family) : 0))
      .map((model) => this.option(model, group(model)));
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
