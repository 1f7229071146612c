// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { paced } from "../../assets/js/core/timing.js";

const turn = () => new Promise(setImmediate);

test("what changes all the time is read now and then, and once more at the end", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  let read = 0;
  const change = paced(() => (read += 1), 1000);
  change();
  assert.equal(read, 1, "at once");
  for (let changes = 0; changes < 20; changes += 1) {
    await turn();
    mock.timers.tick(250);
    change();
  }
  assert.equal(read, 6, "once a second, though the changes never rest");
  for (const wait of [1000, 1000, 1000]) {
    await turn();
    mock.timers.tick(wait);
  }
  assert.equal(read, 7);
});

test("what takes long never runs twice at once", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  /** @type {(() => void)[]} */
  const reads = [];
  const change = paced(() => new Promise((go) => reads.push(() => go(undefined))), 100);
  for (let changes = 0; changes < 3; changes += 1) {
    change();
    mock.timers.tick(1000);
  }
  assert.equal(reads.length, 1);
  reads[0]();
  await turn();
  mock.timers.tick(100);
  assert.equal(reads.length, 2);
});
