// @ts-check
// The state of a tab's picker: its filters, and the models that the last query found.

import { arrange, FILTERS, INPUTS, ORDERS, passes, PRICES } from "./model_filter.js";
import { toast } from "../../components/toast.js";
import { Combo } from "../../components/combobox_state.js";
import { favourites, loadChoices, recents, saveChoices } from "../../core/local_state.js";
import { get } from "../../core/api.js";
import { money } from "../../core/format.js";
import { computed, effect, signal, untracked } from "../../vendor/preact.js";
import { latest } from "../../core/timing.js";
import { t } from "../../core/words.js";

/** @typedef {import("../../types.js").Spec} Spec
 * @typedef {import("./model_filter.js").Chosen & { order?: string }} Chosen
 * @typedef {import("../../core/api_types.js").FoundModels} FoundModels
 * @typedef {import("../../core/api_types.js").ClosedModel} ClosedModel
 * @typedef {{ tab: string, count: number, retiring: boolean }} Elsewhere
 * @typedef {"family" | "channel" | "price" | "inputs" | "order"} SelectName */

/** @type {FoundModels} */
const NOTHING = { by_modality: {}, retired: [], closed: [] };

export class PickerState {
  chosen;
  /** The models that the query found. `elsewhere`: on other tabs; `closed`: known ones that are not offered. */
  found = signal({ query: "", matching: /** @type {Spec[]} */ ([]), elsewhere: /** @type {Elsewhere[]} */ ([]), closed: /** @type {ClosedModel[]} */ ([]) });
  offers = computed(() => offersOf(this.studio.models));
  #ask = latest((/** @type {string} */ query) =>
    Promise.all([query ? get("/models/search", { query }).catch(() => null) : NOTHING, this.#lastUsed()]),
  );
  /** @type {Promise<string[]> | null} */
  #used = null;

  /** @param {import("./studio.js").Studio} studio
   * @param {{ option: (model: Spec, group: string) => import("../../components/combobox_state.js").Option, actions: (model: Spec) => import("../../vendor/preact.js").ComponentChildren,
   *   empty: () => import("../../vendor/preact.js").ComponentChildren }} drawn */
  constructor(studio, { option, actions, empty }) {
    this.studio = studio;
    this.option = option;
    this.chosen = signal(/** @type {Chosen} */ ({ order: "suggested", ...loadChoices(studio.modality) }));
    this.combo = new Combo({
      label: t("picker.model"),
      placeholder: t("picker.search"),
      text: () => studio.spec?.title ?? "",
      search: (query) => this.find(query),
      pick: (path) => studio.choose(path),
      actions: ({ value }) => {
        const model = this.model(String(value));
        return model && actions(model);
      },
      empty,
      floating: true,
    });
    effect(() => this.#forgetWhatWent());
    effect(() => this.#followTask());
    studio.submission.starts.subscribe(() => (this.#used = null));
    window.addEventListener("rh:reuse", () => this.combo.close());
  }

  /** Removes stored filters whose values no longer exist, and updates an open list. */
  #forgetWhatWent() {
    const offers = Object.entries(this.offers.value);
    if (!this.studio.models.length) return;
    untracked(() => {
      const chosen = /** @type {Record<string, string | boolean | undefined>} */ ({ ...this.chosen.value });
      for (const [name, choices] of offers) if (!choices.some(([value]) => value === (chosen[name] ?? ""))) delete chosen[name];
      this.chosen.value = chosen;
      if (this.combo.isOpen.value) this.combo.refresh();
    });
  }

  /** A model of another task was chosen: the list no longer shows the earlier task. */
  #followTask() {
    const { spec } = this.studio;
    const { task, ...others } = this.chosen.peek();
    if (spec && task && spec.task !== task) this.chosen.value = others;
  }

  /** @param {string} path */
  model(path) {
    return this.studio.models.find((model) => model.path === path);
  }

  /** A task filters the list; if the chosen model has another task, the best model of the task is chosen.
   * @param {string} task */
  pickTask(task) {
    this.choose("task", task);
    if (!task || this.studio.spec?.task === task) return;
    const { models } = this.studio;
    const usual = recents().find((/** @type {string} */ path) => this.model(path)?.task === task);
    const first = models.find((model) => model.task === task && !model.deprecated) ?? models.find((model) => model.task === task);
    this.studio.choose(usual ?? first?.path);
  }

  /** @param {keyof Chosen} name @param {string | boolean} value */
  choose(name, value) {
    const chosen = { ...this.chosen.value, [name]: value };
    if (!value) delete chosen[name];
    this.chosen.value = chosen;
    saveChoices(this.studio.modality, this.chosen.value);
    if (this.combo.isOpen.value) this.combo.refresh();
  }

  /** Runs what a button in the empty list does. The focus goes first: the button is removed, and a list that loses the focus
   * closes.
   * @param {() => void} change */
  widen(change) {
    this.combo.input.current?.focus();
    change();
  }

  /** @param {boolean} [retiring] Shows retired models too. */
  dropFilters(retiring = false) {
    this.widen(() => {
      this.#forgetFilters();
      if (retiring) this.choose("retiring", true);
      else this.choose("task", "");
    });
  }

  #forgetFilters() {
    const others = { ...this.chosen.value };
    for (const name of FILTERS) delete others[name];
    this.chosen.value = others;
  }

  /** The models used last: in this browser, then in any other with runs on this server. */
  async #lastUsed() {
    this.#used ??= get("/models/recent", { modality: this.studio.modality }).then(({ paths }) => paths, () => []);
    return [...new Set([...recents(), ...(await this.#used)])];
  }

  /** The list for a query; null if the server does not answer.
   * @param {string} query */
  async find(query) {
    const { modality, models } = this.studio;
    /** @type {[FoundModels | null, string[]]} */
    const [found, used] = (await this.#ask(query)) ?? [null, []];
    if (!found) return null;
    const matching = query ? found.by_modality[modality].map((/** @type {string} */ path) => this.model(path)).filter((model) => model !== undefined) : models;
    this.found.value = { query, matching, elsewhere: elsewhere(found, modality), closed: found.closed };
    const names = { favourite: t("picker.favourite"), recent: t("picker.recent"), others: t("picker.others") };
    const { order = ORDERS[0], ...chosen } = this.chosen.value;
    const fitting = matching.filter((model) => passes(model, chosen));
    return arrange(fitting, order, { liked: favourites(), used, found: Boolean(query), names }).map(([model, group]) => this.option(/** @type {Spec} */ (model), group));
  }

  /** @param {Elsewhere} there */
  goElsewhere({ tab, retiring }) {
    const { query } = this.found.value;
    this.combo.close();
    window.dispatchEvent(new CustomEvent("rh:find", { detail: { modality: tab, query, retiring } }));
  }

  /** Opens the list with a query, without filters that would hide results.
   * @param {string} query @param {boolean} retiring */
  async search(query, retiring) {
    await this.studio.ready;
    this.#forgetFilters();
    if (retiring) this.choose("retiring", true);
    this.combo.ask(query);
  }

  /** @param {Spec} model */
  async about(model) {
    const { openAbout } = await import("./model_details.js");
    openAbout(model, {
      models: this.studio.models,
      chosen: this.studio.spec,
      use: (/** @type {Spec} */ taken) => {
        this.combo.close();
        if (!this.studio.choose(taken.path)) toast(t("card.model_gone", { model: taken.title }));
        else if (taken.fields.length) this.studio.lead(taken.fields[0].key);
      },
    });
  }
}

/** What the other tabs have; retired models only where there is nothing else.
 * @param {FoundModels} found @param {string} here @returns {Elsewhere[]} */
export function elsewhere({ by_modality, retired }, here) {
  const gone = new Set(retired);
  return Object.entries(by_modality)
    .filter(([tab, paths]) => tab !== here && paths.length)
    .map(([tab, paths]) => {
      const living = paths.filter((path) => !gone.has(path)).length;
      return { tab, count: living || paths.length, retiring: !living };
    });
}

/** Each filter's options as [value, text].
 * @param {Spec[]} models @returns {Record<SelectName, [string, string][]>} */
export function offersOf(models) {
  const currency = models.find((model) => model.price)?.price?.currency ?? "CNY";
  const families = [...new Set(models.map((model) => model.family))].sort();
  const inputs = INPUTS.filter((kind) => models.some((model) => (kind === "words" ? model.wordsOnly : model.takes.some((taken) => taken === kind))));
  return {
    family: [["", t("picker.any_family")], ...families.map((name) => /** @type {[string, string]} */ ([name, name]))],
    channel: [["", t("picker.any_channel")], ["official-stable", t("picker.stable")], ["low-price", t("picker.cheap")]],
    price: [
      ["", t("picker.any_price")],
      ...PRICES.map((high) => /** @type {[string, string]} */ ([high, t("picker.price_to", { price: money(high, currency) })])),
      ["none", t("picker.price_none")],
    ],
    inputs: ["any", ...inputs].map((kind) => [kind === "any" ? "" : kind, t(`picker.inputs_${kind}`)]),
    order: ORDERS.map((order) => [order, t(`picker.order_${order}`)]),
  };
}
