// @ts-check
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { settled } from "./drawn.js";

const { layDialog } = await import("../../assets/js/core/layers.js");
const { toast } = await import("../../assets/js/components/toast.js");

/** @type {any} */
let dialog;
/** @type {any} */
let inside;
const at = (/** @type {any} */ target, /** @type {string} */ what) => target.dispatchEvent(new Event(what, { bubbles: true }));

beforeEach(() => {
  document.body.className = "gradio-container";
  dialog = document.createElement("dialog");
  inside = document.createElement("textarea");
  dialog.append(inside);
  document.body.append(dialog);
  layDialog(dialog);
});

test("a press beside a window closes it; a drag that ends there does not", () => {
  at(inside, "pointerdown");
  at(dialog, "click");
  assert.equal(dialog.open, true);
  at(dialog, "pointerdown");
  at(dialog, "click");
  assert.equal(dialog.open, false);
  layDialog(dialog);
  at(dialog, "click");
  assert.equal(dialog.open, true, "what was pressed before it was opened again counts no more");
  dialog.close();
});

test("a window with something in it that would be lost stays at a press beside it", () => {
  inside.setAttribute("data-unsaved", "");
  at(dialog, "pointerdown");
  at(dialog, "click");
  assert.equal(dialog.open, true);
  dialog.close();
});

test("what is told while a window is open stands in it, and outlives it", async () => {
  toast("It is told.");
  await settled();
  const notes = document.querySelector(".rh-toasts");
  assert.equal(dialog.contains(notes), true);
  dialog.close();
  await settled();
  assert.equal(dialog.contains(notes), false);
  assert.match(notes?.textContent ?? "", /It is told/);
});
