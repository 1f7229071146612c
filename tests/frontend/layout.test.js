// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import "./window.js";
import { field, spec } from "./page.js";

const { loadWords } = await import("../../assets/js/core/words.js");
const { paired, rangeWords, reasons } = await import("../../assets/js/features/studio/form_layout.js");
const { asPills } = await import("../../assets/js/features/studio/choice_fields.js");
const { isLabelled, linesOf, partOf } = await import("../../assets/js/features/studio/fields.js");
const { suggested } = await import("../../assets/js/features/studio/suggestions.js");
const { amountWords } = await import("../../assets/js/features/studio/price_line.js");
const { priceWords, runWords } = await import("../../assets/js/features/studio/model_words.js");
const { elsewhere, offersOf } = await import("../../assets/js/features/studio/picker_state.js");
const { stylesOf } = await import("../../assets/js/features/apps/styles.js");
await loadWords();

const said = (/** @type {string} */ en) => ({ en, zh: en });

test("first and last frame stand side by side where the first one was", () => {
  const [first, prompt, last] = /** @type {const} */ (["first_frame", "prompt", "last_frame"]).map((role) => field({ key: `my-${role}`, role }));
  assert.deepEqual(paired([first, prompt, last]), [[first, last], prompt]);
  assert.deepEqual(paired([first, prompt]), [first, prompt]);
  const called = ["firstFrameUrl", "lastFrameUrl"].map((key) => field({ key }));
  assert.deepEqual(paired(called), called, "a key alone says nothing");
});

test("what several fields have in common is said at the first of them", () => {
  const oneOf = { fields: ["a", "b"], said: said("One of both.") };
  const fields = ["a", "b", "c"].map((key) => field({ key }));
  assert.deepEqual(reasons(fields, { a: { oneOf }, b: { oneOf, why: said("Short.") }, c: { off: said("Not now."), why: said("Short.") } }), {
    a: "One of both.",
    b: "Short.",
    c: "Not now.",
  });
  assert.deepEqual(reasons(fields, {}), { a: "", b: "", c: "" });
});

test("a range is told with its digits in groups, exactly", () => {
  assert.match(rangeWords({ kind: "integer", min: 0, max: "18446744073709551615" }), /18,446,744,073,709,551,615/);
  assert.match(rangeWords({ kind: "decimal", min: -1000, max: undefined }), /-1,000/);
  assert.equal(rangeWords({ kind: "text", min: 1, max: 2 }), "");
  assert.equal(rangeWords({ kind: "integer", min: undefined, max: undefined }), "");
});

test("few short choices and all ratios are pills, others a list", () => {
  const choice = (/** @type {string[]} */ ...options) => field({ kind: "choice", options });
  assert.equal(asPills(choice("a", "b")), true);
  assert.equal(asPills(choice("1:1", "16:9", "9:16", "4:3", "3:4", "2:3", "3:2", "21:9")), true);
  assert.equal(asPills(choice(..."abcdefg")), false);
  assert.equal(asPills(choice("auto", "1.85:1", "2.35:1", "1:1", "16:9", "9:16", "4:3")), true, "a ratio has more signs than a size may");
  assert.equal(asPills(choice("1024x768", "768x1024", "640x480", "480x640", "800x600", "600x800", "1x1")), false);
  const many = Array.from({ length: 17 }, (_, at) => `${at + 1}:1`);
  assert.deepEqual([asPills(choice(...many.slice(1))), asPills(choice(...many))], [true, false]);
  assert.equal(asPills(field({ kind: "choice", options: many.slice(0, 8), labels: { "1:1": "1:1 square" } })), false, "words are no shapes");
  assert.equal(asPills(field({ kind: "choice", options: ["a"], labels: { a: "a very long name of a choice" } })), false);
});

test("lines are values, empty ones are not", () => {
  assert.deepEqual(linesOf(" a \n\n b"), ["a", "b"]);
  assert.equal(linesOf(" \n"), undefined);
});

test("a price is told for as many runs as are started, and never made up", () => {
  /** @type {import("../../assets/js/features/studio/form_checks.js").Price} */
  const price = { amount: "0.3", currency: "CNY", words: "¥0.30", from: false, how: "", how_zh: "", as_of: null, source: "table", by_table: { amount: "0.3", currency: "CNY" } };
  assert.equal(amountWords(price, 1), "¥0.30");
  assert.match(amountWords(price, 3), /¥0\.90/);
  assert.match(amountWords({ ...price, from: true }, 2), /from ¥0\.60/i);
  assert.doesNotMatch(amountWords({ ...price, amount: null, words: "" }, 3), /\d/);
  assert.doesNotMatch(amountWords(null, 1), /\d/);
});

test("a free call is one call: what the others cost is not made up", () => {
  /** @type {import("../../assets/js/features/studio/form_checks.js").Price} */
  const price = { amount: "0.2", currency: "CNY", words: "¥0.20", from: false, how: "", how_zh: "", as_of: null, source: "service", by_table: { amount: "0.2", currency: "CNY" }, free: true, free_left: null };
  assert.equal(amountWords(price, 1), "Free this time");
  assert.equal(amountWords(price, 3), "One of these 3 runs is free");
  assert.equal(amountWords({ ...price, free_left: 2 }, 2), "Free this time (2 free left)");
  assert.match(amountWords({ ...price, free_left: 2 }, 4), /^One of these 4 runs is free/);
});

test("a price by the second is told as such, beside what a usual run costs", () => {
  const span = { low: "0.1", high: "0.2", currency: "CNY", unit: "second", size: 1, from: false, run: "1.00" };
  assert.match(priceWords(span), /¥0\.10–0\.20/);
  assert.match(runWords(span).run, /¥1\.00/);
  for (const unit of ["call", "image", "result"]) {
    assert.equal(runWords({ ...span, unit }).unit, "");
    assert.equal(runWords({ ...span, unit, from: true }).run, "from ¥1.00 a run");
  }
  const byUse = runWords({ ...span, unit: "million tokens", run: null });
  assert.ok(!byUse.run.includes("¥") && byUse.unit.includes("¥0.10"), "what a run costs is not made up");
  assert.doesNotMatch(runWords(null).run, /\d/);
});

test("filters offer what the models have", () => {
  const offers = offersOf([spec({ family: "b", takes: ["image"], wordsOnly: false }), spec({ family: "a" })]);
  assert.deepEqual(offers.family.map(([value]) => value), ["", "a", "b"]);
  assert.deepEqual(offers.inputs.map(([value]) => value), ["", "words", "image"]);
});

test("other tabs are named with what they show there", () => {
  const found = { by_modality: { image: ["a"], video: ["b", "c"], audio: ["d"], text: [] }, retired: ["c", "d"], closed: [] };
  assert.deepEqual(elsewhere(found, "image"), [{ tab: "video", count: 1, retiring: false }, { tab: "audio", count: 1, retiring: true }]);
});

test("a style's pictures come first, then what else the field takes", () => {
  const style = field({ key: "style", kind: "choice", options: ["x", "y"], labels: { y: "Why" } });
  const found = stylesOf(style, [{ name: "Ex", sets: { style: "x", prompt: "p" } }, { name: "Other field", sets: { size: 1 } }]);
  assert.deepEqual(found.map(({ name }) => name), ["Ex", "Why"]);
});

test("a known value is found by its name, and any other one is taken as it is typed", () => {
  const voice = field({ kind: "text", required: true, options: ["Wise_Woman", "Abbess"], labels: { Wise_Woman: "Wise woman" } });
  const values = (/** @type {string} */ query) => suggested(voice, query).map(({ value }) => value);
  assert.deepEqual(values(""), ["Wise_Woman", "Abbess"]);
  assert.deepEqual(values("wise w"), ["Wise_Woman", "wise w"]);
  assert.deepEqual(values("Abbess"), ["Abbess"]);
  assert.deepEqual(values("my-voice-01"), ["my-voice-01"]);
  assert.deepEqual(suggested({ ...voice, required: false }, "").map(({ value }) => value), ["", "Wise_Woman", "Abbess"]);
});

test("the part that draws a field is that of its kind and of what it is", () => {
  assert.equal(partOf(field({ kind: "text" })).name, "TextArea");
  assert.equal(partOf(field({ kind: "text", options: ["a"] })).name, "Suggestions");
  assert.equal(isLabelled(field({ kind: "text", options: ["a"] })), false, "its list says its name itself");
});
