// @ts-check
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import "./page.js";
import { clock, clockWords, count, fileSize, megabytes, money, moneySpan, times } from "../../assets/js/core/format.js";
import { loadWords, sentences, t } from "../../assets/js/core/words.js";

/** What the server's side answers too: tests/unit/ui/test_formats.py. */
const CASES = JSON.parse(readFileSync(new URL("../material/formats.json", import.meta.url), "utf8"));
await loadWords();

test("money keeps every digit, and has two at least", () => {
  for (const [amount, currency, shown] of CASES.money) assert.equal(money(amount, currency), shown);
});

test("a Chinese value has no space beside it", () => {
  const before = window.rhBoot.language;
  for (const [language, template, values, sentence] of CASES.places) {
    window.rhBoot.language = language;
    assert.equal(t(template, values), sentence);
  }
  window.rhBoot.language = before;
});

test("so many times an amount is exact", () => {
  for (const [amount, many, product] of CASES.times) assert.equal(times(amount, many), product, `${many} × ${amount}`);
});

test("a span has one sign, and none where both ends are the same", () => {
  assert.equal(moneySpan("0.46", "0.5", "CNY"), "¥0.46–0.50");
  assert.equal(moneySpan("0.46", "0.460", "USD"), "$0.46");
  assert.equal(moneySpan("3", "3", "EUR"), "EUR 3.00");
});

test("what is no amount is never shown as one", () => {
  for (const words of ["", "free", "NaN", "-1", "1,5", " 1", "0x10"]) assert.throws(() => times(words, 1), RangeError, words);
});

test("sizes", () => {
  for (const [bytes, shown] of CASES.size) assert.equal(fileSize(bytes), shown);
  assert.deepEqual([524288, 1048576, 10485760].map(megabytes), ["0.50", "1.0", "10"]);
});

test("thousands are parted", () => {
  for (const [number, shown] of CASES.count) assert.equal(count(number), shown);
});

test("the clock shows hours only where there are some, and never less than nothing", () => {
  assert.deepEqual([-1, 0, 9.9, 75, 3599, 3600, 36_061].map(clock), ["0:00", "0:00", "0:09", "1:15", "59:59", "1:00:00", "10:01:01"]);
});

test("sentences stand apart, but not after a Chinese stop", () => {
  for (const [said, shown] of CASES.sentences) assert.equal(sentences(...said), shown);
  assert.equal(sentences(undefined, "One.", null, false, "Two."), "One. Two.");
});

test("a time says its day unless that is today", () => {
  const now = new Date(2026, 10, 30, 23, 30);
  const at = (/** @type {[number, number, number, number]} */ ...parts) => clockWords(new Date(2026, ...parts).toISOString(), now).short.replaceAll("\u202f", " ");
  assert.equal(at(10, 30, 14, 10), "2:10 PM");
  assert.equal(at(11, 1, 14, 10), "tomorrow 2:10 PM");
  assert.equal(at(11, 2, 14, 10), "Dec 2, 2026, 2:10 PM");
  assert.equal(at(10, 29, 14, 10), "Nov 29, 2026, 2:10 PM");
});
