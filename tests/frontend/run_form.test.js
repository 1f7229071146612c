// @ts-check
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { server } from "./drawn.js";
import { field, spec } from "./page.js";

const { draftedFiles } = await import("../../assets/js/core/local_state.js");
const { RunStudio } = await import("../../assets/js/features/apps/run_form.js");

const FILE = `input:${"a".repeat(64)}.png`;
const form = spec({ path: "workflow/1", fields: [field({ key: "image", kind: "image" })] });

/** @type {import("../../assets/js/features/apps/run_form.js").RunStudio} */
let studio;
beforeEach(async () => {
  server({ "/inputs/fit": () => new Promise(() => {}) });
  localStorage.clear();
  studio = new RunStudio("apps");
  await studio.ready;
  studio.fill(form, { media: { image: [{ name: "cat.png", size: 1, value: FILE }] } });
});

test("what was typed into a form that is closed stays for the next time", () => {
  studio.close();
  assert.equal(studio.spec, null);
  assert.deepEqual(draftedFiles(), [FILE]);
});

test("a form that was removed holds no files any more", () => {
  studio.keepNow();
  studio.forget();
  studio.keepNow();
  assert.equal(studio.spec, null);
  assert.deepEqual([draftedFiles(), localStorage.length], [[], 0]);
});
