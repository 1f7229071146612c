// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { output, settled, stage } from "./drawn.js";

const { h } = await import("../../assets/js/core/h.js");
const { ChoosableTile, Selection, SelectionBar } = await import("../../assets/js/features/gallery/selection.js");
const { signal } = await import("../../assets/js/vendor/preact.js");

const items = ["a", "b", "c", "d"].map((id) => output({ id, size: 1024 }));
const chosen = (/** @type {InstanceType<typeof Selection>} */ selection) => [...selection.chosen.value.keys()].sort().join("");

test("a stretch goes from the last one to this one, in either direction, and can be taken off again", () => {
  const selection = new Selection(signal(items));
  selection.set(items[3], true, true);
  assert.equal(chosen(selection), "d");
  selection.set(items[1], true, true);
  assert.equal(chosen(selection), "bcd");
  selection.set(items[2], false, false);
  selection.set(items[3], false, true);
  assert.equal(chosen(selection), "b");
});

test("a stretch begins anew where the last one is no longer shown", () => {
  const shown = signal(items);
  const selection = new Selection(shown);
  selection.set(items[0], true, false);
  shown.value = items.slice(1);
  selection.set(items[3], true, true);
  assert.equal(chosen(selection), "ad");
});

test("all that are shown are chosen beside those chosen before; none at once", () => {
  const shown = signal(items.slice(0, 2));
  const selection = new Selection(shown);
  selection.set(items[3], true, false);
  selection.all();
  assert.equal(chosen(selection), "abd");
  selection.clear();
  assert.equal(chosen(selection), "");
});

test("a click with a key chooses, one without opens; the bar tells how much and sends the ids", async () => {
  const on = stage();
  const selection = new Selection(signal(items));
  let opened = 0;
  await on.draw(
    h("div", {}, [
      ...items.map((each) => h(ChoosableTile, { key: each.id, selection, output: each, open: () => (opened += 1) })),
      h(SelectionBar, { key: "bar", selection }),
    ]),
  );
  const click = (/** @type {string} */ id, /** @type {MouseEventInit} */ keys) =>
    on.find(`[data-output="${id}"]`).dispatchEvent(new window.MouseEvent("click", { bubbles: true, cancelable: true, ...keys }));
  assert.equal(on.find(".rh-selection").hidden, true);
  click("a", {});
  assert.equal(opened, 1);
  click("b", { ctrlKey: true });
  click("d", { shiftKey: true });
  await settled();
  assert.equal(opened, 1);
  assert.deepEqual([...on.place.querySelectorAll("input[type=checkbox]")].map((box) => /** @type {HTMLInputElement} */ (box).checked), [false, true, true, true]);
  assert.equal(on.find(".rh-selection").hidden, false);
  assert.equal(on.find("strong").textContent, "3 results selected · 3.0 KB");
  assert.equal(on.find("input[name=ids]").value, "b,c,d");
  click("b", { metaKey: true });
  await settled();
  assert.equal(on.find("input[name=ids]").value, "c,d");
  await on.draw(null);
});
