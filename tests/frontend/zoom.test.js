// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import "./drawn.js";

const { FITS, moved, zoomed } = await import("../../assets/js/features/results/zoom.js");

const sizes = { width: 400, height: 300, room: { width: 600, height: 300 } };

test("what is under the pointer stays there, as far as the picture reaches", () => {
  const once = zoomed(FITS, { x: 100, y: 50 }, 4, sizes);
  assert.deepEqual(once, { scale: 4, x: -300, y: -150 });
  const back = zoomed(once, { x: 100, y: 50 }, 1 / 2, sizes);
  assert.deepEqual(back, { scale: 2, x: -100, y: -50 });
  assert.deepEqual(zoomed(FITS, { x: 190, y: 0 }, 1.2, sizes), { scale: 1.2, x: 0, y: 0 }, "narrower than its place: in the middle");
});

test("it never becomes smaller than its place, nor endlessly large", () => {
  assert.deepEqual(zoomed({ scale: 2, x: 50, y: 0 }, { x: 9, y: 9 }, 0.1, sizes), FITS);
  assert.equal(zoomed(FITS, { x: 0, y: 0 }, 1000, sizes).scale, 16);
});

test("it is moved up to its edges", () => {
  const view = { scale: 2, x: 0, y: 0 };
  assert.deepEqual(moved(view, 30, -40, sizes), { scale: 2, x: 30, y: -40 });
  assert.deepEqual(moved(view, 500, -500, sizes), { scale: 2, x: 100, y: -150 });
  assert.deepEqual(moved(FITS, 10, 0, sizes), FITS);
});
