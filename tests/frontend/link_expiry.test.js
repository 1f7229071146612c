// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import "./drawn.js";



const { firstEnd, timeLeft } = await import("../../assets/js/features/results/link_expiry.js");



const NOW = Date.parse("2026-11-29T12:00:00+00:00");
const left = (/** @type {string} */ ends) => timeLeft(ends, NOW);

test("what is left is told in hours and whole minutes, never more than there is", () => {
  assert.match(left("2026-11-30T12:00:00+00:00"), /another 24 h 0 min/);
  assert.match(left("2026-11-29T13:01:59+00:00"), /another 1 h 1 min/);
  assert.match(left("2026-11-29T12:59:59+00:00"), /another 59 min/);
  assert.match(left("2026-11-29T12:00:30+00:00"), /another 0 min/);
});

test("over is over to the second, and time zones count", () => {
  assert.match(left("2026-11-29T11:59:59+00:00"), /has run out/);
  assert.match(left("2026-11-29T12:00:00+00:00"), /another 0 min/);
  assert.match(left("2026-11-29T20:30:00+08:00"), /another 30 min/);
});

test("the result that is lost first counts; those that are safe do not", () => {
  const outputs = /** @type {import("../../assets/js/core/api_types.js").Output[]} */ (
    ["2026-11-29T21:00:00+08:00", null, "2026-11-29T12:30:00+00:00"].map((link_ends) => ({ link_ends }))
  );
  assert.equal(firstEnd(outputs), "2026-11-29T12:30:00+00:00");
  assert.equal(firstEnd([outputs[1]]), undefined);
  assert.equal(firstEnd([]), undefined);
});
