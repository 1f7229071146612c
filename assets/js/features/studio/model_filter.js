// @ts-check
// Which models the picker shows and in which order. Pure.

/** Upper ends of the price filter, in the tab's currency. */
export const PRICES = ["0.1", "0.5", "1", "2", "5", "10"];
export const INPUTS = ["words", "image", "video", "audio"];
export const ORDERS = ["suggested", "price", "dear", "recent", "favourite", "name"];
/** The number of recently used models above the families. */
const LATELY = 4;

/** The chosen values, by filter.
 * @typedef {Partial<Record<"task" | "family" | "channel" | "price" | "inputs", string>> & { retiring?: boolean }} Chosen
 * @typedef {import("../../types.js").Model} Model */

/** Whether it is known what a usual run costs.
 * @param {Model} model */
const costs = (model) => typeof model.price?.run === "string";

/** @type {Record<string, (model: Model, wanted: string) => boolean>} */
const TESTS = {
  task: (model, wanted) => model.task === wanted,
  family: (model, wanted) => model.family === wanted,
  channel: (model, wanted) => model.channel === wanted,
  price: (model, wanted) => (wanted === "none" ? !model.price : costs(model) && Number(model.price?.run) <= Number(wanted)),
  inputs: (model, wanted) => (wanted === "words" ? model.wordsOnly : model.takes.some((kind) => kind === wanted)),
};
export const FILTERS = /** @type {("task" | "family" | "channel" | "price" | "inputs")[]} */ (Object.keys(TESTS));

/** Whether a model passes every chosen filter except one.
 * @param {Model} model @param {Chosen} chosen */
export function passes(model, chosen, except = "") {
  if (model.deprecated && !chosen.retiring) return false;
  return FILTERS.every((name) => name === except || !chosen[name] || TESTS[name](model, chosen[name] ?? ""));
}

/** How many of `models` remain with `value` in one filter and the others as chosen.
 * @param {Model[]} models @param {Chosen} chosen @param {string} name @param {string} value */
export function countWith(models, chosen, name, value) {
  return models.filter((model) => passes(model, chosen, name) && (!value || TESTS[name](model, value))).length;
}

/** What stands in the way of what was found when none of it is shown, and how many each way out shows: other tasks as
 * [task, count], the filters dropped, retired models shown. `words`: what the filters leave without the words.
 * @param {Model[]} models @param {Model[]} matching @param {Chosen} chosen */
export function waysOut(models, matching, chosen) {
  const { retiring = false } = chosen;
  /** @param {Model[]} among @param {Chosen} under */
  const count = (among, under) => among.filter((model) => passes(model, under)).length;
  const others = new Set(matching.filter((model) => passes(model, chosen, "task")).map((model) => model.task));
  const isFiltered = FILTERS.some((name) => chosen[name]);
  const retired = { ...chosen, retiring: true };
  return {
    tasks: [...others].map((task) => /** @type {[string, number]} */ ([task, count(matching, { ...chosen, task })])),
    filters: isFiltered ? count(matching, { retiring }) : 0,
    retired: retiring ? 0 : count(matching, retired),
    everything: retiring || count(matching, { retiring }) || count(matching, retired) ? 0 : matching.length,
    words: count(models, chosen),
  };
}

const titles = new Intl.Collator(undefined, { numeric: true });
/** @param {Model} one @param {Model} other */
const byTitle = (one, other) => titles.compare(one.title, other.title);

/** By the price of a usual run, separately for each currency; models with an unknown price always come last.
 * @param {1 | -1} turn @returns {(one: Model, other: Model) => number} */
function byPrice(turn) {
  return (one, other) => {
    if (!costs(one) || !costs(other) || !one.price || !other.price)
      return Number(costs(other)) - Number(costs(one)) || Number(!one.price) - Number(!other.price) || byTitle(one, other);
    const apart = one.price.currency.localeCompare(other.price.currency);
    return apart || turn * (Number(one.price.run) - Number(other.price.run)) || byTitle(one, other);
  };
}

/** The models in order, each with its heading: [[model, group]]. `used`: paths, the last used first; `found`: the models
 * come from a search, best first, which only a chosen order may change.
 * @param {Model[]} models @param {string} order
 * @param {{ liked: Set<string>, used: string[], found: boolean, names: Record<"favourite" | "recent" | "others", string> }} how
 * @returns {[Model, string][]} */
export function arrange(models, order, { liked, used, found, names }) {
  const place = new Map(used.map((path, at) => [path, at]));
  /** @param {Model} model */
  const at = (model) => place.get(model.path) ?? Infinity;
  /** @param {Model[]} sorted @returns {[Model, string][]} */
  const plain = (sorted) => sorted.map((model) => [model, ""]);
  /** @param {Model[]} sorted @param {string} first @param {(model: Model) => boolean} isFirst @returns {[Model, string][]} */
  const apart = (sorted, first, isFirst) => sorted.map((model) => [model, isFirst(model) ? first : names.others]);
  if (order === "price" || order === "dear") return plain([...models].sort(byPrice(order === "dear" ? -1 : 1)));
  if (order === "name") return plain([...models].sort(byTitle));
  if (order === "favourite") {
    /** @param {Model} model */
    const isLiked = (model) => liked.has(model.path);
    return apart([...models].sort((one, other) => Number(isLiked(other)) - Number(isLiked(one)) || byTitle(one, other)), names.favourite, isLiked);
  }
  if (order === "recent") {
    /** @param {Model} model */
    const isUsed = (model) => place.has(model.path);
    const sorted = [...models].sort((one, other) => (isUsed(one) || isUsed(other) ? at(one) - at(other) : byTitle(one, other)));
    return apart(sorted, names.recent, isUsed);
  }
  if (found) return plain(models);
  /** @param {Model} model */
  const rank = (model) => (liked.has(model.path) ? 0 : at(model) < LATELY ? 1 : 2);
  /** @param {Model} one @param {Model} other */
  const within = (one, other) => [() => byTitle(one, other), () => at(one) - at(other), () => one.family.localeCompare(other.family)][rank(one)]();
  return [...models]
    .sort((one, other) => rank(one) - rank(other) || within(one, other))
    .map((model) => [model, [names.favourite, names.recent, model.family][rank(model)]]);
}
