// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

const { justified, neighbour } = await import("../../assets/js/features/results/justified.js");
const { countOfSettings, ratioOfOutput, ratioOfRun, ratioOfSettings, tileRatio } = await import("../../assets/js/features/results/shapes.js");
const { output } = await import("./drawn.js");

const MEASURE = { width: 800, height: 200, gap: 12, foot: 40 };
const SHAPES = [1, 16 / 9, 9 / 16, 3 / 2, 2 / 3, 1, 21 / 9, 4 / 3, 1, 1, 9 / 16];

test("rows fill the width, are of one height each, and every tile keeps its shape", () => {
  for (const width of [358, 640, 800, 1200]) {
    const { boxes, height } = justified(SHAPES, { ...MEASURE, width });
    assert.equal(boxes.length, SHAPES.length);
    boxes.forEach((box, place) => assert.ok(Math.abs(box.width / box.height - SHAPES[place]) < 1e-9));
    const tops = [...new Set(boxes.map((box) => box.top))];
    for (const top of tops) {
      const row = boxes.filter((box) => box.top === top);
      assert.equal(new Set(row.map((box) => box.height)).size, 1);
      const end = Math.max(...row.map((box) => box.left + box.width));
      assert.ok(end < width + 1e-6);
      if (top !== tops.at(-1)) assert.ok(end > width - 1e-6, "only the last row may be unfilled");
    }
    assert.ok(Math.abs(height - Math.max(...boxes.map((box) => box.top + box.height + MEASURE.foot))) < 1e-9);
  }
});

test("a few tiles are not blown up, and one that is wider than the place fits into it", () => {
  assert.deepEqual(justified([1, 1], MEASURE).boxes.map((box) => box.height), [200, 200]);
  assert.equal(justified([1], { ...MEASURE, lead: 1.6 }).boxes[0].height, 320);
  assert.equal(justified([2], { ...MEASURE, width: 300 }).boxes[0].height, 150);
  assert.deepEqual(justified([], MEASURE), { boxes: [], height: 0 });
  assert.deepEqual(justified([1], { ...MEASURE, width: 0 }), { boxes: [], height: 0 });
});

test("the newest stand in a higher row", () => {
  const { boxes } = justified([1, 1, 1, 1, 1, 1, 1], { ...MEASURE, lead: 1.6 });
  assert.ok(boxes[0].height > 1.3 * boxes[boxes.length - 2].height);
});

test("arrow keys lead to neighbours, up and down to the nearest of the next row", () => {
  const { boxes } = justified([1, 1, 1, 1, 1, 1, 1, 1], { ...MEASURE, width: 636 }); // 3, 3, 2
  assert.deepEqual([0, 1, 2].map((place) => neighbour(boxes, place, "ArrowDown")), [3, 4, 5]);
  assert.equal(neighbour(boxes, 5, "ArrowDown"), 7);
  assert.equal(neighbour(boxes, 7, "ArrowDown"), 7);
  assert.equal(neighbour(boxes, 4, "ArrowUp"), 1);
  assert.equal(neighbour(boxes, 2, "ArrowRight"), 3);
  assert.equal(neighbour(boxes, 0, "ArrowLeft"), 0);
  assert.equal(neighbour(boxes, 3, "End"), 7);
  assert.equal(neighbour(boxes, 3, "Home"), 0);
});

const spec = { fields: [{ key: "shape", role: "ratio" }, { key: "size", role: "resolution" }, { key: "w", role: "width" }, { key: "h", role: "height" }, { key: "n", role: "count" }, { key: "text", role: "prompt" }] };

test("the settings tell the shape: ratio first, then sizes, then width and height", () => {
  assert.equal(ratioOfSettings(spec, { shape: "16:9", size: "1024*1024" }), 16 / 9);
  assert.equal(ratioOfSettings(spec, { shape: "1:1 (Square)" }), 1);
  assert.equal(ratioOfSettings(spec, { shape: "auto", size: "1024×1920" }), 1024 / 1920);
  assert.equal(ratioOfSettings(spec, { shape: "custom", size: "2k", w: 800, h: "400" }), 2);
  assert.equal(ratioOfSettings(spec, { shape: "adaptive", size: "720p", text: "3:1" }), null);
  assert.equal(ratioOfSettings(spec, { shape: "0:0" }), null);
  assert.equal(ratioOfSettings(undefined, { shape: "16:9" }), null);
});

test("without them a run looks as the model's last result, else as usual on its tab", () => {
  const wide = output({ width: 300, height: 100 });
  const run = { spec, values: {}, modality: /** @type {const} */ ("image") };
  assert.equal(ratioOfRun({ ...run, last: wide }), 3);
  assert.equal(ratioOfRun(run), 1);
  assert.equal(ratioOfRun({ ...run, modality: "video" }), 16 / 9);
  assert.equal(ratioOfRun({ ...run, modality: "text", values: { shape: "9:16" } }), 4 / 3);
  assert.equal(ratioOfRun({ ...run, values: { shape: "9:16" }, last: wide }), 9 / 16);
  assert.equal(ratioOfRun({ ...run, modality: "audio" }), ratioOfOutput(output({ kind: "audio", width: 100, height: 100 })));
  assert.equal(tileRatio(8), 21 / 9);
  assert.equal(tileRatio(1 / 8), 9 / 16);
});

test("the settings tell how many results there will be", () => {
  assert.equal(countOfSettings(spec, { n: "4" }), 4);
  assert.equal(countOfSettings(spec, { n: "many" }), 1);
  assert.equal(countOfSettings(spec, {}), 1);
  assert.equal(countOfSettings(undefined, { n: 4 }), 1);
});
