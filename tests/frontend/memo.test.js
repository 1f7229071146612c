// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { stage } from "./drawn.js";

const { h } = await import("../../assets/js/core/h.js");
const { memo, unchanged } = await import("../../assets/js/core/memo.js");

test("what says the same is the object of before, wherever it stands now", () => {
  const before = [{ id: "a", size: 1 }, { id: "b", size: 1 }];
  const now = unchanged(before, [{ id: "c", size: 1 }, { id: "b", size: 1 }, { id: "a", size: 2 }]);
  assert.deepEqual(now, [{ id: "c", size: 1 }, { id: "b", size: 1 }, { id: "a", size: 2 }]);
  assert.equal(now[1], before[1]);
  assert.notEqual(now[2], before[0]);
});

test("a part is drawn again when one of its props is another one, or is there no more", async () => {
  let drawn = 0;
  const Part = memo((/** @type {{ item: object, open?: () => void }} */ { item }) => {
    drawn += 1;
    return h("p", {}, JSON.stringify(item));
  });
  const on = stage();
  const item = { name: "a" };
  const open = () => {};
  await on.draw(h(Part, { item, open }));
  await on.draw(h(Part, { item, open }));
  assert.equal(drawn, 1);
  await on.draw(h(Part, { item: { name: "b" }, open }));
  assert.deepEqual([drawn, on.place.textContent], [2, '{"name":"b"}']);
  await on.draw(h(Part, { item }));
  assert.equal(drawn, 3);
});
