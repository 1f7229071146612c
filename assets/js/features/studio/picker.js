// The model picker of a studio tab: tasks as pills, one searchable list with filters, the chosen model's card.

import { arrange, countWith, FILTERS, INPUTS, ORDERS, passes, PRICES } from "./model_filter.js";
import { Combo } from "../../components/combobox.js";
import { h, icon, iconButton } from "../../core/dom.js";
import { favourites, loadChoices, recents, saveChoices, toggleFavourite } from "../../core/local_state.js";
import { ask } from "../../core/api.js";
import { studioOf } from "./studio.js";
import { t } from "../../core/words.js";

export const taskWords = (task) => t(`task.${task}`);

export const channelWords = (channel) =>
  ({ "official-stable": t("picker.stable"), "low-price": t("picker.cheap") })[channel] ?? "";

/** What a channel means for a run, in a sentence. */
export const channelHint = (channel) =>
  ({ "official-stable": t("about.stable"), "low-price": t("about.cheap") })[channel] ?? "";

const signOf = (currency) => ({ CNY: "¥", USD: "$" })[currency] ?? `${currency} `;

/** "¥0.46 / second", "¥0.46–0.58 / second", or that it is not known. */
export function priceWords(price) {
  if (!price) return t("picker.price_unknown");
  const sign = signOf(price.currency);
  const range = price.low === price.high ? `${sign}${price.low}` : `${sign}${price.low}–${price.high}`;
  const one = price.unit === "call" ? range : t("price.per", { price: range, unit: t(`unit.${price.unit}`) });
  return price.from ? t("price.from", { price: one }) : one;
}

const pickers = new Map();

/** The one picker of a tab, made when first asked for. */
export function pickerOf(modality) {
  if (!pickers.has(modality)) pickers.set(modality, new Picker(studioOf(modality)));
  return pickers.get(modality);
}

class Picker {
  constructor(studio) {
    this.studio = studio;
    this.chosen = { order: "suggested", ...loadChoices(studio.modality) };
    this.turn = 0;
    this.query = "";
    this.matching = [];
    this.elsewhere = [];
    this.tasks = h("div.rh-tasks", { role: "group", "aria-label": t("picker.model") });
    this.selects = Object.fromEntries(
      ["family", "channel", "price", "inputs", "order"].map((name) => [name, this.select(name)]),
    );
    this.channelHint = h("p.rh-filter-hint", { hidden: true });
    this.retiring = h("input", { type: "checkbox", onchange: () => this.choose("retiring", this.retiring.checked) });
    this.retiringRow = h("label.rh-check.rh-filter-check", {}, this.retiring, t("picker.show_deprecated"));
    this.tally = h("span.rh-tally", { role: "status" });
    this.clear = h("button.rh-quiet-button", { type: "button", onclick: () => this.dropFilters() }, t("picker.clear"));
    this.combo = new Combo({
      label: t("picker.model"),
      placeholder: t("picker.search"),
      search: (query) => this.find(query),
      pick: (path) => studio.choose(path),
      header: h(
        "div.rh-filters",
        {},
        ...Object.values(this.selects),
        this.retiringRow,
        this.channelHint,
        h("div.rh-tally-row", {}, this.tally, this.clear),
      ),
      footer: h("p.rh-panel-hint", { "aria-hidden": "true" }, t("picker.hint")),
      actions: (option) => [this.star(option.model), this.info(option.model)],
      empty: () => this.wayOut(),
      floating: true,
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
    studio.addEventListener("models", () => {
      this.fill();
      if (!this.combo.panel.hidden) this.combo.refresh();
    });
    studio.addEventListener("model", () => this.show());
    studio.addEventListener("started", () => (this.used = null));
    window.addEventListener("rh:reuse", () => this.combo.close());
  }

  select(name) {
    return h("select.rh-input.rh-filter", {
      "aria-label": t(`picker.${name}`),
      "data-filter": name,
      onchange: (event) => this.choose(name, event.target.value),
    });
  }

  fill() {
    const { models } = this.studio;
    const tasks = [...new Set(models.map((model) => model.task))];
    const count = (task) => models.filter((model) => !model.deprecated && (!task || model.task === task)).length;
    const pill = (task, words) =>
      h(
        "button.rh-task",
        { type: "button", "data-task": task, "aria-pressed": "false", onclick: () => this.pickTask(task) },
        words,
        h("span.rh-task-count", {}, String(count(task))),
      );
    this.tasks.replaceChildren(pill("", t("picker.all_tasks")), ...tasks.map((task) => pill(task, taskWords(task))));
    this.tasks.hidden = tasks.length < 2;
    const currency = signOf(models.find((model) => model.price)?.price.currency ?? "CNY");
    const families = [...new Set(models.map((model) => model.family))].sort();
    const inputs = INPUTS.filter((kind) => models.some((model) => (kind === "words" ? model.wordsOnly : model.takes.includes(kind))));
    this.offer("family", [["", t("picker.any_family")], ...families.map((name) => [name, name])]);
    this.offer("channel", [["", t("picker.any_channel")], ["official-stable", t("picker.stable")], ["low-price", t("picker.cheap")]]);
    this.offer("price", [
      ["", t("picker.any_price")],
      ...PRICES.map((high) => [high, t("picker.price_to", { price: `${currency}${Number(high).toFixed(2)}` })]),
      ["none", t("picker.price_none")],
    ]);
    this.offer("inputs", ["any", ...inputs].map((kind) => [kind === "any" ? "" : kind, t(`picker.inputs_${kind}`)]));
    this.offer("order", ORDERS.map((order) => [order, t(`picker.order_${order}`)]));
    this.selects.channel.hidden = !models.some((model) => model.channel);
    this.retiringRow.hidden = !models.some((model) => model.deprecated);
    if (this.chosen.task && !tasks.includes(this.chosen.task)) delete this.chosen.task;
    this.matching = models;
    this.show();
  }

  /** A select's choices; what was remembered and is no longer there is forgotten. */
  offer(name, choices) {
    this.selects[name].replaceChildren(...choices.map(([value, words]) => h("option", { value, "data-words": words }, words)));
    if (!choices.some(([value]) => value === (this.chosen[name] ?? ""))) delete this.chosen[name];
  }

  /** A task narrows the list; when the chosen model does something else, the best one of the task is taken. */
  pickTask(task) {
    this.choose("task", task);
    if (task && this.studio.spec?.task !== task) {
      const usual = recents().find((path) => this.model(path)?.task === task);
      const first = this.studio.models.find((model) => model.task === task && !model.deprecated);
      const next = usual ?? first?.path ?? this.studio.models.find((model) => model.task === task)?.path;
      this.studio.choose(next);
    }
  }

  choose(name, value) {
    this.chosen[name] = value;
    if (!value) delete this.chosen[name];
    saveChoices(this.studio.modality, this.chosen);
    this.drawFilters();
    if (!this.combo.panel.hidden) this.combo.refresh();
  }

  dropFilters() {
    this.combo.input.focus(); // first: the pressed button goes away, and a list without the focus closes
    for (const name of FILTERS) delete this.chosen[name];
    this.choose("task", "");
  }

  model(path) {
    return this.studio.models.find((model) => model.path === path);
  }

  /** What was used last: by this browser, then by any other that this server has runs of. A new browser so knows them too. */
  async lastUsed() {
    this.used ??= ask("recent", this.studio.modality).then(({ paths }) => paths, () => []);
    return [...new Set([...recents(), ...(await this.used)])];
  }

  /** The list for these words; null for what the server does not answer. */
  async find(query) {
    const turn = ++this.turn;
    const { modality, models } = this.studio;
    const [found, used] = await Promise.all([query ? ask("search", query).catch(() => null) : {}, this.lastUsed()]);
    if (turn !== this.turn || !found) return null;
    this.query = query;
    this.matching = query ? found[modality].map((path) => this.model(path)).filter(Boolean) : models;
    this.elsewhere = Object.entries(found).filter(([other, paths]) => other !== modality && paths.length);
    this.drawFilters();
    const names = { favourite: t("picker.favourite"), recent: t("picker.recent"), others: t("picker.others") };
    const fitting = this.matching.filter((model) => passes(model, this.chosen));
    return arrange(fitting, this.chosen.order, { liked: favourites(), used, found: Boolean(query), names }).map(([model, group]) =>
      this.option(model, group),
    );
  }

  option(model, group) {
    const { price } = model;
    const each = price && !["call", "image"].includes(price.unit);
    const node = h(
      "span.rh-option-row",
      {},
      h(
        "span.rh-option-text",
        {},
        h("span.rh-option-title", {}, model.title.split(" · ")[0]),
        h("span.rh-option-about", {}, model.summary),
      ),
      model.channel && h(`span.rh-chip.is-${model.channel}`, {}, channelWords(model.channel)),
      model.deprecated && h("span.rh-chip.is-bad", {}, t("picker.deprecated")),
      h(
        "span.rh-option-price",
        {},
        h("span.rh-option-run", {}, price ? t(each ? "price.run_about" : "price.run", { price: `${signOf(price.currency)}${price.run}` }) : t("picker.price_unknown")),
        each && h("span.rh-option-unit", {}, priceWords(price)),
      ),
    );
    return { value: model.path, text: model.title, group, node, model };
  }

  star(model) {
    const star = iconButton(
      "star",
      t("picker.favourite_of", { model: model.title }),
      () => star.setAttribute("aria-pressed", String(toggleFavourite(model.path))),
      ".rh-star",
    );
    star.setAttribute("aria-pressed", String(favourites().has(model.path)));
    return star;
  }

  info(model) {
    return iconButton("info", t("picker.info", { model: model.title }), () => this.about(model), ".rh-row-info");
  }

  async about(model) {
    const { openAbout } = await import("./model_details.js");
    openAbout(model, {
      models: this.studio.models,
      chosen: this.studio.spec,
      use: (taken) => {
        this.combo.close();
        this.studio.choose(taken.path);
        this.studio.dispatchEvent(new CustomEvent("focus", { detail: taken.fields[0]?.key }));
      },
    });
  }

  /** What stands in an empty list: why, and what to press. */
  wayOut() {
    const filtered = FILTERS.some((name) => this.chosen[name]);
    const why = !this.query ? "none_filters" : this.matching.length ? "none_both" : "none_query";
    const free = this.matching.filter((model) => passes(model, { retiring: this.chosen.retiring })).length;
    const fitting = this.studio.models.filter((model) => passes(model, this.chosen)).length;
    const button = (words, onclick) => h("button.rh-small", { type: "button", onclick }, words);
    const tabs = this.elsewhere.map(([modality, paths]) =>
      button(t("picker.elsewhere", { tab: t(`tab.${modality}`), count: paths.length }), () => this.goElsewhere(modality)),
    );
    return h(
      "div.rh-way-out",
      {},
      h("p", {}, t(`picker.${why}`, { query: this.query })),
      h(
        "div.rh-buttons",
        {},
        filtered && free > 0 && button(t("picker.drop_filters", { count: free }), () => this.dropFilters()),
        this.query && fitting > 0 && button(t("picker.drop_query", { count: fitting }), () => this.combo.ask("")),
      ),
      tabs.length > 0 && h("p.rh-quiet", {}, t("picker.elsewhere_label")),
      h("div.rh-buttons", {}, ...tabs),
    );
  }

  goElsewhere(modality) {
    const { query } = this;
    this.combo.close();
    window.dispatchEvent(new CustomEvent("rh:find", { detail: { modality, query } }));
  }

  /** Opens the list with these words, without the filters that would hide what was found. */
  async search(query) {
    await this.studio.ready;
    for (const name of FILTERS) delete this.chosen[name];
    this.combo.ask(query);
  }

  /** Every filter with what is chosen in it, and how many models each choice would leave. */
  drawFilters() {
    for (const button of this.tasks.children) {
      button.setAttribute("aria-pressed", String(button.dataset.task === (this.chosen.task ?? "")));
    }
    for (const [name, select] of Object.entries(this.selects)) {
      for (const option of select.options) {
        if (name === "order" || !option.value) continue;
        const count = countWith(this.matching, this.chosen, name, option.value);
        option.textContent = `${option.dataset.words} (${count})`;
        option.disabled = !count && this.chosen[name] !== option.value;
      }
      select.value = this.chosen[name] ?? (name === "order" ? ORDERS[0] : "");
      select.classList.toggle("is-set", Boolean(this.chosen[name]) && name !== "order");
    }
    this.retiring.checked = Boolean(this.chosen.retiring);
    this.channelHint.textContent = channelHint(this.chosen.channel);
    this.channelHint.hidden = !this.channelHint.textContent;
    const open = { retiring: this.chosen.retiring };
    const total = this.studio.models.filter((model) => passes(model, open)).length;
    const shown = this.matching.filter((model) => passes(model, this.chosen)).length;
    this.tally.textContent = t("picker.found", { count: shown, total });
    this.clear.hidden = !FILTERS.some((name) => this.chosen[name]);
  }

  show() {
    const { spec } = this.studio;
    if (!spec) return;
    if (this.chosen.task && spec.task !== this.chosen.task) delete this.chosen.task;
    this.drawFilters();
    this.combo.show(spec.title);
    this.card.replaceChildren(
      ...[
        h("p.rh-card-about", {}, spec.description),
        h("span.rh-chip", {}, taskWords(spec.task)),
        spec.channel && h(`span.rh-chip.is-${spec.channel}`, { title: channelHint(spec.channel) }, channelWords(spec.channel)),
        spec.deprecated && h("span.rh-chip.is-bad", {}, t("picker.deprecated")),
        h("span.rh-card-price", {}, priceWords(spec.price)),
        h(
          "button.rh-quiet-button.rh-about-button",
          { type: "button", onclick: () => this.about(spec) },
          icon("info"),
          t("about.open"),
        ),
      ].filter(Boolean),
    );
  }
}
