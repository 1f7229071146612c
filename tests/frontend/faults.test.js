// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { field, item, spec } from "./page.js";

const { loadWords } = await import("../../assets/js/core/words.js");
const { missing, told } = await import("../../assets/js/features/studio/form_errors.js");

window.rhBoot.words = Promise.resolve({ "problem.required": "{label} is needed." }); // comes from the table's words
await loadWords();

const said = (/** @type {string} */ en) => ({ en, zh: `${en} (zh)` });
const empty = { states: {}, values: {}, media: {} };

test("a required field that is empty is named by its label", () => {
  const [found, ...more] = missing({ ...empty, spec: spec({ fields: [field({ key: "a", label: "Prompt", required: true }), field({ key: "b" })] }) });
  assert.deepEqual([found.keys, more], [["a"], []]);
  assert.equal(found.words, "Prompt is needed.");
});

test("zero and false are no lack", () => {
  const fields = [field({ key: "a", kind: "integer", required: true }), field({ key: "b", kind: "flag", required: true })];
  assert.deepEqual(missing({ ...empty, spec: spec({ fields }), values: { a: 0, b: false } }), []);
});

test("a required file is missing without one, and a broken one speaks for itself", () => {
  const only = spec({ fields: [field({ kind: "image", required: true })] });
  assert.deepEqual(missing({ ...empty, spec: only, media: { a: [] } }).map(({ keys }) => keys), [["a"]]);
  assert.deepEqual(missing({ ...empty, spec: only, media: { a: [item({})] } }), []);
  assert.deepEqual(missing({ ...empty, spec: only, media: { a: [item({ error: "too big" })] } }), [{ keys: ["a"], words: "" }]);
});

test("a rule makes a field needed in its own words, or takes it out", () => {
  const only = spec({ fields: [field({})] });
  assert.deepEqual(missing({ ...empty, spec: only, states: { a: { needed: said("with sound") } } }), [{ keys: ["a"], words: "with sound" }]);
  const required = spec({ fields: [field({ required: true })] });
  assert.deepEqual(missing({ ...empty, spec: required, states: { a: { off: said("not with this") } } }), []);
});

test("one of several is told once, at the first of them, and not when one is there", () => {
  const fields = [field({ key: "a" }), field({ key: "pic", kind: "image" })];
  const oneOf = { fields: ["a", "pic"], said: said("words or a picture") };
  const states = { a: { oneOf }, pic: { oneOf } };
  assert.deepEqual(missing({ spec: spec({ fields }), states, values: {}, media: { pic: [] } }), [{ keys: ["a", "pic"], words: "words or a picture" }]);
  assert.deepEqual(missing({ spec: spec({ fields }), states, values: {}, media: { pic: [item({})] } }), []);
});

const problem = (/** @type {string} */ code, /** @type {string[]} */ fields, /** @type {string} */ en) => ({ code, field: fields[0], fields, ...said(en) });
const two = spec({ fields: [field({ key: "a" }), field({ key: "b" })] });

test("before a press only what was touched is told, and nothing that is just not finished", () => {
  const found = [problem("too_large", ["a"], "too large"), problem("too_large", ["b"], "too large too"), problem("required", ["a"], "needed")];
  const { problems, concerned } = told(found, { spec: two, pressed: false, touched: new Set(["a"]) });
  assert.deepEqual([problems, [...concerned]], [{ a: "too large" }, ["a"]]);
});

test("after a press all of it is told, one sentence a field, the first", () => {
  const found = [problem("required", ["b"], "needed"), problem("too_short", ["b"], "short"), problem("excludes", ["a", "b"], "not both")];
  const { problems, concerned } = told(found, { spec: two, pressed: true, touched: new Set() });
  assert.deepEqual([problems, [...concerned]], [{ b: "needed", a: "not both" }, ["b", "a"]]);
});

test("one of several stands at the first on the page, as before the server was asked", () => {
  const found = [problem("at_least_one_of", ["b", "a"], "one of them")];
  assert.deepEqual(told(found, { spec: two, pressed: true, touched: new Set() }).problems, { a: "one of them" });
});

test("words are those of the page's language", () => {
  window.rhBoot.language = "zh";
  try {
    assert.deepEqual(told([problem("x", ["a"], "no")], { spec: two, pressed: true, touched: new Set() }).problems, { a: "no (zh)" });
  } finally {
    window.rhBoot.language = "en";
  }
});
