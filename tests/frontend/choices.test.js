// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { arrange, countWith, FILTERS, passes, waysOut } from "../../assets/js/features/studio/model_filter.js";

/** @typedef {import("../../assets/js/types.js").Model} Model */

/** @param {string} path @param {Partial<Model>} given @returns {Model} */
const model = (path, given = {}) => ({ path, title: path, task: "t2i", family: "fam", channel: "", deprecated: false, price: null, takes: [], wordsOnly: true, ...given });
/** @param {string} run */
const costs = (run, currency = "CNY") => ({ low: run, high: run, currency, unit: "call", size: 1, from: false, run });
const NAMES = { favourite: "Favourites", recent: "Recent", others: "Others" };
/** @param {Partial<{ liked: Set<string>, used: string[], found: boolean }>} given */
const how = (given = {}) => ({ liked: /** @type {Set<string>} */ (new Set()), used: [], found: false, names: NAMES, ...given });
const paths = (/** @type {[Model, string][]} */ arranged) => arranged.map(([one]) => one.path);

test("each filter lets through what it names", () => {
  const cat = model("cat", { task: "i2i", family: "f", channel: "low-price", price: costs("0.50"), takes: ["image"], wordsOnly: false });
  for (const [name, yes, no] of [["task", "i2i", "t2i"], ["family", "f", "g"], ["channel", "low-price", "x"], ["price", "0.5", "0.1"], ["inputs", "image", "words"]]) {
    assert.equal(passes(cat, { [name]: yes }), true, name);
    assert.equal(passes(cat, { [name]: no }), false, name);
    assert.equal(passes(cat, { [name]: no }, name), true, `${name} left out`);
  }
  assert.deepEqual(FILTERS, ["task", "family", "channel", "price", "inputs"]);
});

test("a price that is not known is never below a limit, and is never free", () => {
  assert.equal(passes(model("a"), { price: "10" }), false);
  assert.equal(passes(model("a"), { price: "none" }), true);
  assert.equal(passes(model("a", { price: costs("0") }), { price: "0.1" }), true);
  assert.equal(passes(model("a", { price: costs("0") }), { price: "none" }), false);
});

test("models that are being retired are hidden unless asked for", () => {
  assert.equal(passes(model("old", { deprecated: true }), {}), false);
  assert.equal(passes(model("old", { deprecated: true }), { retiring: true }), true);
});

test("what a choice would leave is counted with the other filters as they are", () => {
  const models = [model("a", { family: "x" }), model("b", { family: "x", task: "i2i" }), model("c", { family: "y" })];
  assert.equal(countWith(models, { task: "t2i", family: "y" }, "family", "x"), 1);
  assert.equal(countWith(models, { task: "t2i", family: "y" }, "family", ""), 2);
});

test("where filters hide all that was found, each way out says how much it shows", () => {
  const lips = model("lips", { task: "lip-sync", family: "x" });
  const talk = model("talk", { task: "speech", family: "y" });
  const models = [lips, talk, model("other")];
  const ways = (/** @type {Model[]} */ matching, /** @type {import("../../assets/js/features/studio/model_filter.js").Chosen} */ chosen) => waysOut(models, matching, chosen);
  assert.deepEqual(ways([lips, talk], { task: "t2i" }), { tasks: [["lip-sync", 1], ["speech", 1]], filters: 2, retired: 0, everything: 0, words: 1 });
  assert.deepEqual(ways([lips, talk], { task: "t2i", family: "x" }).tasks, [["lip-sync", 1]]);
  assert.deepEqual(ways([], { task: "t2i" }), { tasks: [], filters: 0, retired: 0, everything: 0, words: 1 });
  assert.deepEqual(ways([lips, talk], {}).filters, 0);
});

test("what only retired models fit leads to them, through the filters where these hide them too", () => {
  const old = model("old", { deprecated: true });
  assert.deepEqual(waysOut([old], [old], {}), { tasks: [], filters: 0, retired: 1, everything: 0, words: 0 });
  assert.deepEqual(waysOut([old], [old], { family: "x" }), { tasks: [], filters: 0, retired: 0, everything: 1, words: 0 });
  assert.deepEqual(waysOut([old], [old], { family: "x", retiring: true }).filters, 1);
  assert.deepEqual(waysOut([old], [old], { family: "x", retiring: true }).everything, 0);
});

test("by price, both ways, unknown ones last and currencies apart", () => {
  const models = [model("none"), model("b", { price: costs("0.1") }), model("a", { price: costs("0.10") }), model("ten", { price: costs("10") }), model("two", { price: costs("2") }), model("usd", { price: costs("0.01", "USD") })];
  assert.deepEqual(paths(arrange(models, "price", how())), ["a", "b", "two", "ten", "usd", "none"]);
  assert.deepEqual(paths(arrange(models, "dear", how())), ["ten", "two", "a", "b", "usd", "none"]);
});

test("names are sorted as people count", () => {
  assert.deepEqual(paths(arrange([model("v10"), model("v9")], "name", how())), ["v9", "v10"]);
});

test("favourites and recent ones come first under their headings", () => {
  const models = [model("a"), model("b"), model("c")];
  assert.deepEqual(arrange(models, "favourite", how({ liked: new Set(["c"]) })).map(([one, group]) => [one.path, group]), [["c", "Favourites"], ["a", "Others"], ["b", "Others"]]);
  assert.deepEqual(arrange(models, "recent", how({ used: ["b", "c"] })).map(([one, group]) => [one.path, group]), [["b", "Recent"], ["c", "Recent"], ["a", "Others"]]);
});

test("as suggested: favourites, the last four used, then by family", () => {
  const models = ["a", "b", "c", "d", "e", "f", "g"].map((path) => model(path, { family: path < "d" ? "one" : "two" }));
  const arranged = arrange(models, "suggested", how({ liked: new Set(["g"]), used: ["f", "e", "d", "c", "b"] }));
  assert.deepEqual(paths(arranged), ["g", "f", "e", "d", "c", "a", "b"]);
  assert.deepEqual(arranged.map(([, group]) => group), ["Favourites", "Recent", "Recent", "Recent", "Recent", "one", "one"]);
});

test("what a search found stays in its order until another one is asked for", () => {
  const models = [model("z"), model("a")];
  assert.deepEqual(paths(arrange(models, "suggested", how({ found: true }))), ["z", "a"]);
  assert.deepEqual(paths(arrange(models, "name", how({ found: true }))), ["a", "z"]);
});

test("the list that was given is not changed", () => {
  const models = Object.freeze([model("b"), model("a")]);
  for (const order of ["suggested", "price", "dear", "recent", "favourite", "name"]) arrange(/** @type {Model[]} */ (models), order, how());
  assert.deepEqual(models.map(({ path }) => path), ["b", "a"]);
});
