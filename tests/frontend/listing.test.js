// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { card, output } from "./drawn.js";

const { listed } = await import("../../assets/js/features/runs/listing.js");

const ids = (/** @type {{ id: string }[]} */ items) => items.map(({ id }) => id).join(" ");
const ended = [
  card({ id: "new", state: "done", outputs: [output({ id: "new-0" }), output({ id: "new-1", state: "failed" })] }),
  card({ id: "bad", state: "failed" }),
  card({ id: "gone", state: "done", outputs: [output({ id: "gone-0", state: "missing" })] }),
  card({ id: "words", state: "done", outputs: [output({ id: "words-0", state: "pending", text: "a poem" })] }),
  card({ id: "forgotten", state: "done", forgotten: true, outputs: [output({ id: "forgotten-0", state: "forgotten" })] }),
  card({ id: "lost", state: "done", outputs: [output({ id: "lost-0", state: "gone" })] }),
];

test("runs with something to look at give tiles, the others cards; what is forgotten is nowhere", () => {
  const lists = listed({ active: [card({ id: "now" })], ended, more: false }, new Set());
  assert.equal(ids(lists.active), "now");
  assert.equal(ids(lists.tiles), "new-0 new-1 gone-0 words-0");
  assert.equal(ids(lists.bad), "bad lost");
  assert.equal(lists.isEmpty, false);
});

test("only a run without results can be put away", () => {
  const lists = listed({ active: [], ended, more: false }, new Set(["bad", "new"]));
  assert.equal(ids(lists.bad), "lost");
  assert.match(ids(lists.tiles), /^new-0 /);
});

test("a tab is empty when all of its runs are put away or forgotten", () => {
  const lists = listed({ active: [], ended: [ended[1], ended[4]], more: true }, new Set(["bad"]));
  assert.equal(lists.isEmpty, true);
});

test("six failures are shown, the newest", () => {
  const many = Array.from({ length: 9 }, (_, number) => card({ id: `bad${number}`, state: "failed" }));
  assert.equal(ids(listed({ active: [], ended: many, more: false }, new Set()).bad), "bad0 bad1 bad2 bad3 bad4 bad5");
});
