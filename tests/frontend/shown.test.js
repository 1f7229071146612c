// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { card, settled, stage } from "./drawn.js";

const { everySecond, Shown } = await import("../../assets/js/components/shown.js");
const { h } = await import("../../assets/js/core/h.js");
const { RunCard } = await import("../../assets/js/features/runs/cards.js");
const { signal } = await import("../../assets/js/vendor/preact.js");

/** Timers that run. */
const running = new Set();
const { setInterval: start, clearInterval: end } = globalThis;
/** @type {any} */ (globalThis).setInterval = (/** @type {() => void} */ act, /** @type {number} */ wait) => {
  const timer = start(act, wait);
  running.add(timer);
  return timer;
};
globalThis.clearInterval = (timer) => {
  running.delete(timer);
  end(timer);
};

test("one timer runs, and only while something that is shown tells the time", async () => {
  const on = stage();
  const shown = signal(true);
  const both = (/** @type {string} */ state) =>
    h(Shown.Provider, { value: shown }, ["a", "b"].map((id) => h(RunCard, { key: id, card: card({ id, state: /** @type {"running"} */ (state) }) })));
  await on.draw(both("running"));
  assert.equal(running.size, 1);
  shown.value = false;
  await settled();
  assert.equal(running.size, 0);
  shown.value = true;
  await settled();
  assert.equal(running.size, 1);
  await on.draw(both("unknown"));
  assert.equal(running.size, 0);
  await on.draw(both("running"));
  assert.equal(running.size, 1);
  await on.draw(null);
  assert.equal(running.size, 0);
});

test("what tells the time tells it anew", async () => {
  const on = stage();
  const created_at = new Date(Date.now() - 59_000).toISOString();
  await on.draw(h(RunCard, { card: card({ created_at }) }));
  assert.match(on.find(".rh-run-words").textContent, /0:59/);
  const { now } = Date;
  Date.now = () => now() + 10_000;
  everySecond.value += 1;
  await settled();
  Date.now = now;
  assert.match(on.find(".rh-run-words").textContent, /1:09/);
  await on.draw(null);
});
