// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { field, item, spec } from "./page.js";

const { carried, isEmpty, restored, startStates } = await import("../../assets/js/features/studio/form_transfer.js");

/** @typedef {import("../../assets/js/types.js").Values} Values
 * @typedef {import("../../assets/js/types.js").Field} Field */

/** A form in which all that is given was filled in by a person.
 * @param {Values} values @param {import("../../assets/js/types.js").Media} media */
const form = (values, media = {}) => ({ values, media, touched: new Set([...Object.keys(values), ...Object.keys(media)]) });

/** One value goes from a field to another of the same key.
 * @param {Partial<Field>} from @param {Partial<Field>} to @param {import("../../assets/js/types.js").Value} value */
const moved = (from, to, value) => carried(spec({ fields: [field(to)] }), spec({ fields: [field(from)] }), form({ a: value }));

test("empty is what was never filled in; zero and false are values", () => {
  assert.deepEqual([undefined, null, "", 0, false, " "].map(isEmpty), [true, true, true, false, false, false]);
});

test("a value that the new model takes goes along and counts as filled in", () => {
  const next = moved({ kind: "text" }, { kind: "text", default: "d" }, "a cat");
  assert.deepEqual([next.values.a, [...next.touched], next.lost], ["a cat", ["a"], []]);
});

test("what it does not take falls back to its default and is told", () => {
  const next = moved({ kind: "choice", options: ["1k", "8k"] }, { kind: "choice", options: ["1k", "2k"], default: "1k", label: "Size" }, "8k");
  assert.deepEqual([next.values.a, [...next.touched], next.lost], ["1k", [], ["Size"]]);
});

test("what a person did not touch is the new model's default, and nothing is told", () => {
  const next = carried(spec({ fields: [field({ default: "new" })] }), spec({ fields: [field({ default: "old" })] }), { values: { a: "old" }, media: {}, touched: new Set() });
  assert.deepEqual([next.values.a, next.touched.size, next.lost], ["new", 0, []]);
});

test("a setting keeps its meaning where it is of another kind", () => {
  const ten = { kind: /** @type {const} */ ("choice"), options: ["5", "10"] };
  const number = { kind: /** @type {const} */ ("integer"), min: 1, max: 20 };
  const flag = { kind: /** @type {const} */ ("flag") };
  const said = { kind: /** @type {const} */ ("choice"), options: ["true", "false"] };
  assert.equal(moved(ten, number, "10").values.a, 10);
  assert.equal(moved(number, ten, 10).values.a, "10");
  assert.equal(moved(said, flag, "true").values.a, true);
  assert.equal(moved(said, flag, "false").values.a, false);
  assert.equal(moved(flag, said, true).values.a, "true");
  assert.deepEqual(moved({ kind: "choice", options: ["auto"] }, flag, "auto").lost, ["a"]);
});

test("a number that a browser would round stays text", () => {
  const wide = { kind: /** @type {const} */ ("integer"), min: 0, max: "18446744073709551615" };
  assert.equal(moved(wide, wide, "18446744073709551615").values.a, "18446744073709551615");
  assert.equal(moved({ kind: "choice", options: ["18446744073709551615"] }, wide, "18446744073709551615").values.a, "18446744073709551615");
});

test("files go along to a field of the same kind, as many as it takes", () => {
  const many = field({ kind: "image", many: true, maxItems: 3 });
  const one = field({ kind: "image", label: "Picture" });
  const cats = [item({ name: "one.png" }), item({ name: "two.png" })];
  const next = carried(spec({ fields: [one] }), spec({ fields: [many] }), form({}, { a: cats }));
  assert.deepEqual([next.media.a, next.lost, [...next.touched]], [[cats[0]], ["Picture"], ["a"]]);
  const other = carried(spec({ fields: [field({ kind: "video" })] }), spec({ fields: [one] }), form({}, { a: cats }));
  assert.deepEqual([other.media.a, other.lost], [[], []]);
});

test("a file that failed or that the new field does not take stays behind", () => {
  const from = spec({ fields: [field({ kind: "image", many: true })] });
  const to = spec({ fields: [field({ kind: "image", many: true, accept: ["png"], maxMb: 1 })] });
  const good = item({ name: "good.png" });
  const link = item({ name: "https://x/y.webp", value: "https://x/y.webp" });
  const items = [good, item({ error: "broken" }), item({ name: "big.png", size: 2 ** 21 }), item({ name: "no.webp" }), link];
  const next = carried(to, from, form({}, { a: items }));
  assert.deepEqual([next.media.a, next.lost], [[good, link], ["a"]]);
});

test("files and texts without a field are told, settings are not", () => {
  const before = spec({ fields: [field({ key: "film", kind: "video" }), field({ key: "words" }), field({ key: "size", kind: "choice", options: ["1"] }), field({ key: "none" })] });
  const next = carried(spec({}), before, form({ words: "a cat", size: "1", none: "" }, { film: [item({})] }));
  assert.deepEqual(next.homeless, ["film", "words"]);
});

test("stored values come back as they were, with defaults for the rest", () => {
  const fields = [field({ key: "a", default: "d" }), field({ key: "b", kind: "integer", max: 5, default: 1 }), field({ key: "c", default: "d" }), field({ key: "e", default: "d" })];
  const next = restored(spec({ fields }), { a: "words", b: 9, c: null });
  assert.deepEqual(next.values, { a: "words", b: 1, c: undefined, e: "d" });
  assert.deepEqual([[...next.touched], next.lost], [["a", "c"], ["b"]]);
});

test("an empty field that is empty by default is not filled in", () => {
  assert.equal(restored(spec({ fields: [field({})] }), { a: "" }).touched.size, 0);
});

test("the table speaks for a form that no rule has been asked about", () => {
  const fields = [field({ key: "a", default: "d" }), field({ key: "pic", kind: "image" })];
  const start = { a: { off: { en: "no", zh: "不" } } };
  const ruled = spec({ fields, ruled: ["a", "pic"], start });
  assert.equal(startStates(ruled, { values: { a: "d" }, media: { pic: [] } }), start);
  assert.equal(startStates(ruled, { values: { a: "x" }, media: { pic: [] } }), null);
  assert.equal(startStates(ruled, { values: { a: "d" }, media: { pic: [item({})] } }), null);
  assert.deepEqual(startStates(spec({ fields }), { values: { a: "x" }, media: {} }), {});
});
