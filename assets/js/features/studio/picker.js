// @ts-check
// The model picker of a studio tab: tasks as pills, a searchable list with filters, the chosen model's card.

import { Combobox } from "../../components/combobox.js";
import { Icon, IconButton } from "../../components/icon.js";
import { h } from "../../core/h.js";
import { favourites, toggleFavourite } from "../../core/local_state.js";
import { countWith, FILTERS, ORDERS, passes, waysOut } from "./model_filter.js";
import { channelHint, channelWords, priceWords, runWords, taskWords } from "./model_words.js";
import { PickerState } from "./picker_state.js";
import { studioOf } from "./studio.js";
import { useSignal } from "../../vendor/preact.js";
import { t } from "../../core/words.js";

/** @typedef {import("../../types.js").Spec} Spec
 * @typedef {import("./picker_state.js").SelectName} SelectName
 * @typedef {{ picker: PickerState }} Props */

/** @type {Map<string, PickerState>} */
const pickers = new Map();

/** The one picker of a tab, made at the first call.
 * @param {import("../../core/api_types.js").Modality} modality */
export function pickerOf(modality) {
  const there = pickers.get(modality);
  if (there) return there;
  const picker = new PickerState(studioOf(modality), {
    option: (model, group) => ({ value: model.path, text: model.title, group, node: h(OptionRow, { model }) }),
    actions: (model) => [
      h(Star, { key: model.path, model }),
      h(IconButton, { name: "info", label: t("picker.info", { model: model.title }), class: "rh-row-info", tabindex: -1, onclick: () => picker.about(model) }),
    ],
    empty: () => h(WayOut, { picker }),
  });
  pickers.set(modality, picker);
  return picker;
}

/** @param {Props} props */
export const Picker = ({ picker }) =>
  h(
    "div.rh-picker",
    {},
    h(Tasks, { picker }),
    h(
      "div.rh-model-row",
      {},
      h("span.rh-model-label", {}, t("picker.model")),
      h(Combobox, { combo: picker.combo, header: h(Filters, { picker }), footer: h("p.rh-panel-hint", { "aria-hidden": "true" }, t("picker.hint")) }),
    ),
    h(ModelCard, { picker }),
  );

/** @param {Props} props */
function Tasks({ picker }) {
  const { models } = picker.studio;
  const { task: chosen = "" } = picker.chosen.value;
  const tasks = [...new Set(models.map((model) => model.task))];
  const pill = (/** @type {string} */ task) => {
    const count = models.filter((model) => !model.deprecated && (!task || model.task === task)).length;
    return h(
      "button.rh-task",
      { key: task, type: "button", "data-task": task, "aria-pressed": task === chosen, onclick: () => picker.pickTask(task) },
      task ? taskWords(task) : t("picker.all_tasks"),
      h("span.rh-task-count", {}, count),
    );
  };
  return h("div.rh-tasks", { role: "group", "aria-label": t("picker.model"), hidden: tasks.length < 2 }, ["", ...tasks].map(pill));
}

/** Every filter with its choice, and the number of models for each option.
 * @param {Props} props */
function Filters({ picker }) {
  const chosen = picker.chosen.value;
  const { matching } = picker.found.value;
  const hint = channelHint(chosen.channel);
  const total = picker.studio.models.filter((model) => passes(model, { retiring: chosen.retiring })).length;
  const shown = matching.filter((model) => passes(model, chosen)).length;
  const names = /** @type {SelectName[]} */ (Object.keys(picker.offers.value));
  return h(
    "div.rh-filters",
    {},
    names.map((name) => h(Filter, { key: name, picker, name })),
    h(
      "label.rh-check.rh-filter-check",
      {},
      h("input", { type: "checkbox", checked: Boolean(chosen.retiring), onchange: (event) => picker.choose("retiring", event.currentTarget.checked) }),
      t("picker.show_deprecated"),
    ),
    h("p.rh-filter-hint", { hidden: !hint }, hint),
    h(
      "div.rh-tally-row",
      {},
      h("span.rh-tally", { role: "status" }, t("picker.found", { count: shown, total })),
      h("button.rh-quiet-button", { type: "button", hidden: !FILTERS.some((name) => chosen[name]), onclick: () => picker.dropFilters() }, t("picker.clear")),
    ),
    shown > 0 && h(Elsewhere, { picker }),
  );
}

/** @param {Props & { name: SelectName }} props */
function Filter({ picker, name }) {
  const chosen = picker.chosen.value;
  const { matching } = picker.found.value;
  const option = (/** @type {[string, string]} */ [value, words]) => {
    if (name === "order" || !value) return h("option", { key: value, value }, words);
    const count = countWith(matching, chosen, name, value);
    return h("option", { key: value, value, disabled: !count && chosen[name] !== value }, `${words} (${count})`);
  };
  return h(
    "select.rh-input.rh-filter",
    {
      "aria-label": t(`picker.${name}`),
      "data-filter": name,
      class: chosen[name] && name !== "order" ? "is-set" : "",
      value: chosen[name] ?? (name === "order" ? ORDERS[0] : ""),
      onchange: (event) => picker.choose(name, event.currentTarget.value),
    },
    picker.offers.value[name].map(option),
  );
}

/** @param {{ model: Spec }} props */
function OptionRow({ model }) {
  const { run, unit } = runWords(model.price);
  return h(
    "span.rh-option-row",
    {},
    h("span.rh-option-text", {}, h("span.rh-option-title", {}, model.title.split(" · ")[0]), h("span.rh-option-about", {}, model.summary)),
    h(Chips, { model }),
    h("span.rh-option-price", {}, h("span.rh-option-run", {}, run), unit && h("span.rh-option-unit", {}, unit)),
  );
}

/** Its channel, and whether it is being retired.
 * @param {{ model: Spec, title?: string }} props */
export const Chips = ({ model, title }) => [
  model.channel && h("span.rh-chip", { class: `is-${model.channel}`, title }, channelWords(model.channel)),
  model.deprecated && h("span.rh-chip.is-bad", {}, t("picker.deprecated")),
];

/** @param {{ model: Spec }} props */
function Star({ model }) {
  const liked = useSignal(favourites().has(model.path));
  return h(IconButton, {
    name: "star",
    label: t("picker.favourite_of", { model: model.title }),
    class: "rh-star",
    tabindex: -1,
    "aria-pressed": liked.value,
    onclick: () => (liked.value = toggleFavourite(model.path)),
  });
}

/** The content of an empty list: the reason, and what to press.
 * @param {Props} props */
function WayOut({ picker }) {
  const chosen = picker.chosen.value;
  const { query, matching, closed } = picker.found.value;
  const ways = waysOut(picker.studio.models, matching, chosen);
  const isFiltered = FILTERS.some((name) => chosen[name]);
  const why = !query ? "none_filters" : !matching.length ? "none_query" : isFiltered ? "none_both" : "none_retired";
  const button = (/** @type {string} */ words, /** @type {() => void} */ onclick) => h("button.rh-small", { key: words, type: "button", onclick }, words);
  return h(
    "div.rh-way-out",
    {},
    h("p", {}, t(`picker.${why}`, { query })),
    h(
      "div.rh-buttons",
      {},
      ways.tasks.map(([task, count]) => button(t("picker.elsewhere", { tab: taskWords(task), count }), () => picker.widen(() => picker.choose("task", task)))),
      ways.filters > 0 && button(t("picker.drop_filters", { count: ways.filters }), () => picker.dropFilters()),
      ways.retired > 0 && button(t("picker.show_retired", { count: ways.retired }), () => picker.widen(() => picker.choose("retiring", true))),
      ways.everything > 0 && button(t("picker.show_everything", { count: ways.everything }), () => picker.dropFilters(true)),
      query && ways.words > 0 && button(t("picker.drop_query", { count: ways.words }), () => picker.combo.ask("")),
    ),
    h(Elsewhere, { picker }),
    closed.map(({ title, said }) => h("p.rh-quiet", { key: title }, h("strong", {}, title), " ", said)),
  );
}

/** What other tabs have for the words in the list.
 * @param {Props} props */
function Elsewhere({ picker }) {
  const { elsewhere } = picker.found.value;
  if (!elsewhere.length) return null;
  return h(
    "div.rh-elsewhere",
    {},
    h("span.rh-quiet", {}, t("picker.elsewhere_label")),
    elsewhere.map((there) =>
      h("button.rh-small", { key: there.tab, type: "button", onclick: () => picker.goElsewhere(there) }, t("picker.elsewhere", { tab: t(`tab.${there.tab}`), count: there.count })),
    ),
  );
}

/** @param {Props} props */
function ModelCard({ picker }) {
  const { spec } = picker.studio;
  if (!spec) return h("div.rh-model-card");
  return h(
    "div.rh-model-card",
    {},
    h("p.rh-card-about", {}, spec.description),
    h("span.rh-chip", {}, taskWords(spec.task)),
    h(Chips, { model: spec, title: channelHint(spec.channel) }),
    h("span.rh-card-price", {}, priceWords(spec.price)),
    h("button.rh-quiet-button.rh-about-button", { type: "button", onclick: () => picker.about(spec) }, h(Icon, { name: "info" }), t("about.open")),
  );
}
