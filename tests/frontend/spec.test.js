// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { capacity, fits, isMedia, numeric, randomSeed } from "../../assets/js/features/studio/spec.js";
import { field } from "./page.js";

/** @typedef {import("../../assets/js/types.js").Field} Field
 * @typedef {import("../../assets/js/types.js").Value} Value */

/** @type {[string, Partial<Field>, Value[], Value[]][]} */
const KINDS = [
  ["a choice takes its options as they are written", { kind: "choice", options: ["1", "2"] }, ["1"], [1, "3", ["1"], null, undefined]],
  ["a switch takes true and false only", { kind: "flag" }, [true, false], ["true", 1, 0, null]],
  ["a text takes any text, also one that is too long", { kind: "text", maxLength: 3 }, ["", "four"], [1, true, null]],
  ["an integer", { kind: "integer", min: 1, max: 10 }, [1, 10, "7", " 7 ", "+7"], [0, 11, "11", "-1", "7.0", "1e1", "", " ", 1.5, true]],
  ["a decimal", { kind: "decimal", min: 0, max: 1 }, [0, 1, 0.5, "0.5", "1e-1"], [-0.1, 1.1, "", "a", "NaN", "Infinity", true]],
  ["a number without limits has 64 bits", { kind: "integer" }, ["-5", "-9223372036854775808", "18446744073709551615"], ["five", "-9223372036854775809", "18446744073709551616"]],
  ["a decimal without limits", { kind: "decimal" }, ["-0.5", "１，5", "2.", ".5"], ["1e999", "0x10"]],
  ["a special number lies outside the limits", { kind: "integer", min: 1, max: 10, sentinels: [{ value: -1, means: "any" }] }, [-1, "-1", 5], [-2]],
  ["many values", { kind: "choice", many: true, options: ["1", "2"] }, [["1"], ["1", "2"]], [[], ["3"], ["1", "3"], "1"]],
];

for (const [name, given, taken, refused] of KINDS) {
  test(name, () => {
    for (const value of taken) assert.equal(fits(field(given), value), true, JSON.stringify(value));
    for (const value of refused) assert.equal(fits(field(given), value), false, JSON.stringify(value));
  });
}

test("limits beyond 2^53 hold to the last digit", () => {
  const seed = field({ kind: "integer", min: "-9223372036854775808", max: "9223372036854775807" });
  for (const value of ["9223372036854775807", "-9223372036854775808", 0]) assert.ok(fits(seed, value), String(value));
  for (const value of ["9223372036854775808", "-9223372036854775809"]) assert.ok(!fits(seed, value), value);
});

test("what was typed is a number where that is exact, however its keyboard writes it", () => {
  const whole = field({ kind: "integer" });
  const part = field({ kind: "decimal" });
  /** @type {[Field, string, string | number | undefined][]} */
  const typed = [
    [whole, " ", undefined], [whole, "４２", 42], [whole, "−3", -3], [whole, "9007199254740993", "9007199254740993"], [whole, "1.5", "1.5"],
    [part, "0,5", 0.5], [part, "1。5", 1.5], [part, "1,500", "1,500"], [part, "five ", "five"],
  ];
  for (const [one, text, value] of typed) assert.equal(numeric(one, text), value, text);
});

test("a random number is whole, within the limits, and never below zero", () => {
  for (const limits of [{}, { min: 5, max: 6 }, { min: -10, max: 0 }, { min: "9223372036854775806", max: "9223372036854775807" }]) {
    const seed = field({ kind: "integer", ...limits });
    for (let turn = 0; turn < 50; turn += 1) {
      const drawn = randomSeed(seed);
      assert.match(drawn, /^\d+$/);
      assert.ok(fits(seed, drawn), drawn);
    }
  }
});

test("a random number is not always the same", () => {
  assert.ok(new Set(Array.from({ length: 20 }, () => randomSeed(field({ kind: "integer" })))).size > 1);
});

test("what is a file, and how many a field takes", () => {
  assert.deepEqual(["image", "video", "audio", "text", "choice"].map((kind) => isMedia(field({ kind: /** @type {any} */ (kind) }))), [true, true, true, false, false]);
  assert.equal(capacity(field({ kind: "image" })), 1);
  assert.equal(capacity(field({ kind: "image", many: true, maxItems: 4 })), 4);
  assert.equal(capacity(field({ kind: "image", many: true })), 99);
});
