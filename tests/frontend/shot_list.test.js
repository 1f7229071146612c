// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { extended, moved, numbered, secondsOf, spread, together } from "../../assets/js/features/studio/shot_list.js";

const WHOLE = { number: "index", text: "prompt", seconds: "duration", as_text: false };
const TEXT = { ...WHOLE, as_text: true };
/** @param {(number | string)[]} lengths */
const shots = (lengths) => lengths.map((duration, place) => ({ index: place + 1, prompt: `shot ${place + 1}`, duration }));
/** @param {import("../../assets/js/types.js").Shot[] | null} made */
const lengths = (made) => made?.map(({ duration }) => duration);

test("a moved shot takes the others' numbers along; out of the list it stays", () => {
  const given = shots([1, 2, 3]);
  assert.deepEqual(numbered(moved(given, 0, 2), WHOLE)?.map(({ index, prompt }) => [index, prompt]), [[1, "shot 2"], [2, "shot 3"], [3, "shot 1"]]);
  assert.equal(moved(given, 0, -1), given);
  assert.equal(moved(given, 2, 3), given);
  assert.equal(numbered([], WHOLE), undefined);
});

test("a new shot gets the seconds that are left, and at least one", () => {
  assert.deepEqual(lengths(extended([], TEXT, 5)), ["5"]);
  assert.deepEqual(lengths(extended(shots([2, 1]), WHOLE, 10)), [2, 1, 7]);
  assert.deepEqual(lengths(extended(shots([5]), WHOLE, 5)), [5, 1]);
  assert.deepEqual(lengths(extended([], WHOLE, NaN)), [1]);
});

test("seconds go out as the service takes them; what is none stays as it was typed", () => {
  assert.deepEqual([secondsOf(" 07 ", WHOLE), secondsOf("３", TEXT), secondsOf("2.5", WHOLE), secondsOf("", TEXT)], [7, "3", "2.5", ""]);
  assert.equal(together(shots([2, "3"]), WHOLE), 5);
  assert.ok(Number.isNaN(together(shots([2, ""]), WHOLE)));
});

test("spread makes the sum fit in proportion, a second each at least", () => {
  assert.deepEqual(lengths(spread(shots([2, 2]), WHOLE, 5)), [3, 2]);
  assert.deepEqual(lengths(spread(shots(["1", "9"]), TEXT, 5)), ["1", "4"]);
  assert.deepEqual(lengths(spread(shots([8, 1, 1, 1]), WHOLE, 4)), [1, 1, 1, 1]);
  assert.deepEqual(lengths(spread(shots(["", "x"]), WHOLE, 5)), [3, 2]);
  assert.equal(spread(shots([1, 1, 1]), WHOLE, 2), null);
  assert.equal(spread([], WHOLE, 5), null);
  for (let total = 3; total <= 15; total += 1) {
    for (const given of [[1, 2, 3], [7, 1, 1], [5, 5, 5], [1, 1, 13]]) {
      const made = lengths(spread(shots(given), WHOLE, total))?.map(Number) ?? [];
      assert.equal(made.reduce((sum, one) => sum + one, 0), total);
      assert.ok(made.every((one) => one >= 1));
    }
  }
});
