// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { card, output } from "./drawn.js";

const { staged } = await import("../../assets/js/features/runs/listing.js");

const one = () => 1;
const ids = (/** @type {{ key: string }[]} */ items) => items.map(({ key }) => key).join(" ");
const press = (/** @type {string} */ id, task = "") => ({ id, task, path: "some/model", title: "a boat", values: {} });
const ended = [
  card({ id: "r7", state: "done", outputs: [output({ id: "r7-0" }), output({ id: "r7-1", state: "failed" })] }),
  card({ id: "r6-bad", state: "failed" }),
  card({ id: "r5", state: "done", outputs: [output({ id: "r5-missing", state: "missing" })] }),
  card({ id: "r4", state: "done", outputs: [output({ id: "r4-words", state: "pending", text: "a poem" })] }),
  card({ id: "r3-forgotten", state: "done", forgotten: true, outputs: [output({ id: "forgotten-0", state: "forgotten" })] }),
  card({ id: "r2-lost", state: "done", outputs: [output({ id: "lost-0", state: "gone" })] }),
];

test("runs with something to look at stand as their results, the others as runs; what is forgotten is nowhere", () => {
  const { standing, results } = staged({ active: [card({ id: "r8" })], ended, waiting: [] }, new Set(), one);
  assert.equal(ids(standing), "r8 r7-0 r7-1 r6-bad r5-missing r4-words r2-lost");
  assert.deepEqual(standing.map((item) => Object.keys(item)[1]), ["active", "result", "result", "ended", "result", "result", "ended"]);
  assert.equal(results.map(({ id }) => id).join(" "), "r7-0 r7-1 r5-missing r4-words");
});

test("a run keeps its place among newer and older ones when it ends", () => {
  const slow = card({ id: "r5x" });
  const before = staged({ active: [slow], ended, waiting: [] }, new Set(), one).standing.map(({ key }) => key);
  const done = card({ ...slow, state: "done", outputs: [output({ id: "r5x-0" })] });
  const after = staged({ active: [], ended: [done, ...ended], waiting: [] }, new Set(), one).standing.map(({ key }) => key);
  assert.equal(before.indexOf("r5x"), 3);
  assert.deepEqual(after, before.map((key) => key.replace("r5x", "r5x-0")));
});

test("a press stands in front until its run is in the lists", () => {
  const waiting = [press("b"), press("a", "r8")];
  assert.equal(ids(staged({ active: [], ended: ended.slice(0, 1), waiting }, new Set(), one).standing), "b a r7-0 r7-1");
  assert.equal(ids(staged({ active: [card({ id: "r8" })], ended: ended.slice(0, 1), waiting }, new Set(), one).standing), "b r8 r7-0 r7-1");
});

test("a run that will have several results has as many places", () => {
  const { standing } = staged({ active: [card({ id: "r8" })], ended: [], waiting: [press("a")] }, new Set(), () => 3);
  assert.deepEqual(standing.map(({ key }) => key), ["a", "a 1", "a 2", "r8", "r8 1", "r8 2"]);
  assert.equal(standing.filter((item) => "beside" in item).length, 4);
});

test("only a run without results can be put away", () => {
  const { standing } = staged({ active: [], ended, waiting: [] }, new Set(["r6-bad", "r7"]), one);
  assert.equal(ids(standing), "r7-0 r7-1 r5-missing r4-words r2-lost");
});

test("no ended run is shown when all are put away or forgotten", () => {
  assert.equal(staged({ active: [], ended: [ended[1], ended[4]], waiting: [] }, new Set(["r6-bad"]), one).endedCount, 0);
});
