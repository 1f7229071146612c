// @ts-check
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { settled, type } from "./window.js";
import { field, spec } from "./page.js";

const { loadWords } = await import("../../assets/js/core/words.js");
const { draw: drawInPlace, h } = await import("../../assets/js/core/h.js");
const { render } = await import("../../assets/js/vendor/preact.js");
const { Form } = await import("../../assets/js/features/studio/form.js");
const { Studio } = await import("../../assets/js/features/studio/studio.js");
await loadWords();

/** @typedef {import("../../assets/js/types.js").Field} Field */

/** Without a server: a request is answered by nothing. */
globalThis.fetch = () => new Promise(() => {});

/** @type {any} */
let place;
/** @type {import("../../assets/js/features/studio/studio.js").Studio} */
let studio;
beforeEach(() => {
  document.body.replaceChildren();
  place = document.createElement("div");
  document.body.append(place);
  studio = new Studio("image");
});

const prompt = field({ key: "prompt", label: "Prompt" });
const one = spec({ path: "one", title: "One", fields: [prompt, field({ key: "steps", kind: "integer", min: 1, max: 9 })] });
const other = spec({ path: "other", title: "Other", fields: [field({ key: "style", kind: "choice", options: ["a", "b"] }), { ...prompt, maxLength: 10 }] });

/** The form with a model in it. */
async function drawn(model = one) {
  studio.models = [one, other];
  studio.fill(model);
  render(h(Form, { studio }), place);
  await settled();
}

const input = (/** @type {string} */ key) => place.querySelector(`[data-key="${key}"] :is(textarea, input[type=text])`);

test("what is typed is what would be sent, at once", async () => {
  await drawn();
  type(input("prompt"), "a cat");
  type(input("steps"), "4");
  assert.deepEqual(studio.body, { prompt: "a cat", steps: 4 });
});

test("a field that two models share stays, with its text and its focus", async () => {
  await drawn();
  const before = input("prompt");
  type(before, "a cat");
  before.focus();
  studio.choose("other");
  await settled();
  assert.equal(place.querySelector("form").dataset.endpoint, "other");
  assert.equal(input("prompt"), before);
  assert.equal(before.value, "a cat");
  assert.equal(document.activeElement, before);
  type(before, "two cats");
  assert.deepEqual(studio.body, { prompt: "two cats" });
});

test("what is typed stays as it was typed while it means the same, and shows what is sent when it is left", async () => {
  await drawn();
  type(input("steps"), "04");
  await settled();
  assert.equal(input("steps").value, "04");
  input("steps").dispatchEvent(new Event("change", { bubbles: true }));
  await settled();
  assert.equal(input("steps").value, "4");
});

test("a cleared form shows nothing of what was typed", async () => {
  await drawn();
  type(input("prompt"), "a cat");
  type(input("steps"), "x");
  await settled();
  place.querySelector(".rh-form-end button").click();
  await settled();
  assert.deepEqual([input("prompt").value, input("steps").value, studio.body], ["", "", {}]);
});

test("a field that is off is grey, says why and sends nothing", async () => {
  await drawn();
  type(input("steps"), "4");
  studio.states = { steps: { off: { en: "Not with this.", zh: "不可用" } } };
  await settled();
  const row = place.querySelector('[data-key="steps"]');
  assert.equal(row.classList.contains("is-off"), true);
  assert.equal(row.querySelector(".rh-field-note").textContent, "Not with this.");
  assert.deepEqual(studio.body, {});
});

test("a choice is taken by a press and given back by the next one", async () => {
  await drawn(other);
  const pill = (/** @type {string} */ value) => place.querySelector(`[data-key="style"] [data-value="${value}"]`);
  pill("b").click();
  await settled();
  assert.equal(pill("b").getAttribute("aria-checked"), "true");
  assert.deepEqual(studio.body, { style: "b" });
  pill("b").click();
  await settled();
  assert.equal(pill("b").getAttribute("aria-checked"), "false");
  assert.deepEqual(studio.body, {});
});

test("what is wrong stands at its field in place of what was to be heeded", async () => {
  await drawn(spec({ path: "one", fields: [{ ...prompt, required: true }] }));
  await studio.generate();
  await settled();
  const error = place.querySelector(".rh-field-error");
  assert.equal(error.hidden, false);
  assert.notEqual(error.textContent, "");
  assert.match(studio.submission.message.value, /Prompt/);
  type(input("prompt"), "a cat");
  assert.equal(studio.submission.message.value, "");
});

test("a setting without a value says so, whatever its kind, and sends nothing", async () => {
  const long = "abcdefghi".split("");
  const fields = [
    field({ key: "size", kind: "choice", options: long }),
    field({ key: "flag", kind: "flag" }),
    field({ key: "steps", kind: "integer" }),
    field({ key: "lines", many: true }),
    field({ key: "prompt" }),
  ];
  await drawn(spec({ path: "one", fields }));
  assert.deepEqual([...place.querySelectorAll("input[type=text], textarea")].map((box) => box.value), ["", "", "", ""]);
  assert.equal(place.querySelector(".rh-switch-words").textContent, "Not set");
  assert.deepEqual(studio.body, {});
});

test("a list of ratios that may be left out has a way back to that", async () => {
  const ratios = ["1:1", "16:9", "9:16", "4:3", "3:4", "2:3", "3:2"];
  await drawn(spec({ path: "one", fields: [field({ key: "ratio", kind: "choice", options: ratios })] }));
  const pill = (/** @type {string} */ value) => place.querySelector(`[data-key="ratio"] [data-value="${value}"]`);
  assert.equal(pill("").getAttribute("aria-checked"), "true");
  pill("16:9").click();
  await settled();
  assert.deepEqual([pill("").getAttribute("aria-checked"), studio.body], ["false", { ratio: "16:9" }]);
  pill("").click();
  await settled();
  assert.deepEqual([pill("").textContent, pill("").getAttribute("aria-checked"), studio.body], ["Not set", "true", {}]);
});

test("a part whose script can't be had says so, and comes with a press", async () => {
  const { later } = await import("../../assets/js/components/later.js");
  let fails = true;
  const Part = later(() => (fails ? Promise.reject(new Error("no script")) : Promise.resolve(() => h("p.rh-here", {}, "here"))));
  render(h(Part, {}), place);
  await settled();
  const line = place.querySelector("[role=alert]");
  fails = false;
  line.querySelector("button").click();
  await settled();
  assert.equal(place.querySelector(".rh-here").textContent, "here");
});

test("a part that can't be drawn leaves its place as it was", () => {
  const stood = document.createElement("div");
  stood.textContent = "stood here";
  document.body.append(stood);
  assert.throws(() => drawInPlace(h(() => { throw new Error("odd"); }), stood));
  assert.deepEqual([stood.isConnected, stood.textContent, stood.classList.contains("is-drawn")], [true, "stood here", false]);
  drawInPlace(h("p", {}, "drawn"), stood);
  assert.deepEqual([stood.isConnected, document.querySelector(".is-drawn")?.textContent], [false, "drawn"]);
});
