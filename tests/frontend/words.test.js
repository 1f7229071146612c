// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import "./page.js";
import { has, language, loadWords, named, t } from "../../assets/js/core/words.js";

window.rhBoot.words = Promise.resolve({ "a.b": "{count} of {total}, {count} again", "a.c": "plain" });
await loadWords();

test("places are filled, each as often as it stands there", () => {
  assert.equal(t("a.b", { count: 0, total: 5 }), "0 of 5, 0 again");
  assert.equal(t("a.c", { count: 1 }), "plain");
});

test("a place without a value stays to be seen, and what is filled in is not filled again", () => {
  assert.equal(t("a.b", { count: "{total}" }), "{total} of {total}, {total} again");
  assert.equal(t("a.b", { count: "{total}", total: 2 }), "{total} of 2, {total} again");
});

test("a sentence that is not there is its key", () => {
  assert.equal(t("no.such"), "no.such");
  assert.deepEqual([has("a.c"), has("no.such")], [true, false]);
  assert.equal(language(), "en");
});

test("of many names the first three are told, and how many there are", () => {
  assert.equal(named(["a", "b", "c", "d"]), "a, b, c, d");
  assert.equal(named(["a", "b", "c", "d", "e"]), "a, b, c … (5)");
  assert.equal(named([]), "");
});
