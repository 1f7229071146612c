// @ts-check
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { settled, type } from "./window.js";

const { loadWords } = await import("../../assets/js/core/words.js");
const { h } = await import("../../assets/js/core/h.js");
const { render } = await import("../../assets/js/vendor/preact.js");
const { Combo, filtered } = await import("../../assets/js/components/combobox_state.js");
const { Combobox } = await import("../../assets/js/components/combobox.js");
await loadWords();
/** @type {any} */ (HTMLElement.prototype).scrollIntoView = () => {};

const rows = (/** @type {string[]} */ ...texts) => texts.map((text) => ({ value: text, text, group: text[0] }));

/** @type {any} */
let place;
/** @type {string[]} */
let picked;
/** Answers by the words that were asked for, each given when the test says so.
 * @type {Map<string, (found: import("../../assets/js/components/combobox_state.js").Option[] | null) => void>} */
let answers;
/** @type {import("../../assets/js/components/combobox_state.js").Combo} */
let combo;
beforeEach(() => {
  render(null, document.body);
  document.body.replaceChildren();
  place = document.createElement("div");
  document.body.append(place);
  picked = [];
  answers = new Map();
  combo = new Combo({
    label: "Model",
    placeholder: "Search",
    text: () => picked[picked.length - 1] ?? "",
    search: (query) => new Promise((answer) => answers.set(query, answer)),
    pick: (value) => picked.push(value),
    actions: () => h("button.rh-about", { type: "button" }, "i"),
  });
  render(h(Combobox, { combo }), place);
});

const input = () => place.querySelector("input");
const shown = () => [...place.querySelectorAll(".rh-option-main")].map((row) => row.textContent);
const press = (/** @type {string} */ key, target = input()) => target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));

/** @param {string} words @param {string[]} found */
async function answered(words, ...found) {
  answers.get(words)?.(rows(...found));
  await settled();
}

test("a list that goes away while it is open is no layer of the page any more", async () => {
  const combo = new Combo({ label: "Style", placeholder: "", text: () => "", search: () => Promise.resolve([]), pick: () => {}, floating: true });
  render(h(Combobox, { combo }), place);
  await settled();
  combo.unfold();
  await settled();
  assert.equal(window.history.state?.rhOver, 1);
  render(null, place);
  await settled();
  assert.equal(combo.isOpen.value, false);
});

test("an answer that was overtaken is not shown", async () => {
  type(input(), "a");
  type(input(), "ab");
  await answered("ab", "ab 1");
  await answered("a", "a 1", "a 2");
  assert.deepEqual(shown(), ["ab 1"]);
});

test("Enter takes what these words find, not what stood there before", async () => {
  type(input(), "a");
  await answered("a", "a 1");
  type(input(), "ab");
  press("Enter");
  await answered("ab", "ab 1");
  assert.deepEqual(picked, ["ab 1"]);
  assert.deepEqual([combo.isOpen.value, input().value], [false, "ab 1"]);
});

test("Enter takes nothing where there was no answer", async () => {
  type(input(), "a");
  await answered("a", "a 1");
  type(input(), "ab");
  press("Enter");
  answers.get("ab")?.(null);
  await settled();
  assert.deepEqual([picked, shown()], [[], ["a 1"]]);
});

test("what is typed stays in the input while rows come, and is gone when the list is closed", async () => {
  type(input(), " a  ");
  await answered("a", "a 1");
  assert.equal(input().value, " a  ");
  press("Escape");
  await settled();
  assert.equal(input().value, "");
});

test("arrows go round among the rows, pages stop at the ends, and the input names the marked row", async () => {
  input().click();
  await answered("", "a", "b", "c");
  const marked = async (/** @type {string} */ key) => {
    press(key);
    await settled();
    return place.querySelector(".is-active")?.dataset.value;
  };
  assert.deepEqual([await marked("ArrowUp"), await marked("ArrowDown"), await marked("PageDown"), await marked("ArrowDown")], ["c", "a", "c", "a"]);
  assert.equal(input().getAttribute("aria-activedescendant"), place.querySelector(".is-active").id);
});

test("an arrow pressed before the answer marks a row of the list that comes", async () => {
  type(input(), "a");
  await answered("a", "a 1", "a 2");
  type(input(), "b");
  press("ArrowDown");
  await answered("b", "b 1");
  assert.equal(place.querySelector(".is-active")?.dataset.value, "b 1");
});

test("a press counts for the row that it began on, though another list takes its place before it ends", async () => {
  const mouse = (/** @type {string} */ kind, /** @type {any} */ target, x = 5, button = 0) => target.dispatchEvent(new window.MouseEvent(kind, { bubbles: true, clientX: x, clientY: 5, button }));
  const row = () => place.querySelector(".rh-option-main");
  for (const x of [8, 90]) {
    input().click();
    await answered("", "a", "b");
    mouse("mousedown", row());
    combo.refresh();
    await answered("", "c", "d");
    mouse("mouseup", place.querySelector(".rh-list"), x); // the second one was dragged away
    await settled();
    assert.deepEqual(picked, ["a"]);
  }
  for (const kind of ["mousedown", "mouseup", "click"]) mouse(kind, place.querySelector(".rh-about"));
  await settled();
  assert.deepEqual(picked, ["a"]);
  for (const kind of ["mousedown", "mouseup", "auxclick"]) mouse(kind, row(), 5, 2);
  await settled();
  assert.deepEqual(picked, ["a"]);
  for (const kind of ["mousedown", "mouseup", "click"]) mouse(kind, row());
  assert.deepEqual([picked, combo.isOpen.value], [["a", "c"], false], "a press that a click ends has chosen with it");
  await settled();
  input().click();
  await answered("", "c", "d");
  mouse("mousedown", row());
  mouse("mouseup", document.body, 400); // it ends outside of the list
  await settled();
  mouse("click", place.querySelectorAll(".rh-option-main")[1]); // of a screen reader
  assert.deepEqual(picked, ["a", "c", "d"]);
});

test("another list gives the focus of a row's button back first, so that it stays open", async () => {
  input().click();
  await answered("", "a", "b");
  place.querySelector(".rh-about").focus();
  combo.refresh();
  await answered("", "c");
  assert.deepEqual([document.activeElement === input(), combo.isOpen.value, shown()], [true, true, ["c"]]);
});

test("a list of other rows shows those alone, under their own headings", async () => {
  input().click();
  await answered("", "a 1", "a 2", "b 1");
  type(input(), "x");
  await answered("x", "b 2", "c 1");
  assert.deepEqual([...place.querySelectorAll("li")].map((row) => row.firstElementChild?.textContent ?? row.textContent), ["b", "b 2", "c", "c 1"]);
});

test("every word must be found, in any order and case, also in what is not shown", () => {
  const options = [{ value: 1, text: "Red Fox", also: "animal" }, { value: 2, text: "Red Car" }];
  assert.deepEqual([filtered(options, "fox RED"), filtered(options, "red"), filtered(options, "animal red")].map((found) => found.length), [1, 2, 1]);
});
