// @ts-check
// Rows of equal height in which every tile keeps its own shape, and the rows fill the width. Pure.

/** @typedef {{ left: number, top: number, width: number, height: number }} Box `height`: of the picture, without what stands beneath it */
/** @typedef {{ width: number, height: number, gap: number, foot: number, lead?: number }} Measure in px. `height`: of a row, about; `foot`: what
 * stands beneath each picture; `lead`: by how much the first row is higher */

/** The height at which tiles of these shapes fill the width.
 * @param {number[]} ratios @param {Measure} measure */
const filling = (ratios, { width, gap }) => (width - gap * (ratios.length - 1)) / ratios.reduce((sum, ratio) => sum + ratio, 0);

/** How many of the tiles from `first` stand in one row, and how high: as near as it can be to `target`. The last row may
 * be unfilled.
 * @param {number[]} ratios @param {number} first @param {number} target @param {Measure} measure */
function rowFrom(ratios, first, target, measure) {
  const far = (/** @type {number} */ height) => Math.abs(Math.log(height / target));
  let count = 1;
  while (filling(ratios.slice(first, first + count), measure) > target) {
    if (first + count === ratios.length) return { count, height: target };
    count += 1;
  }
  const height = filling(ratios.slice(first, first + count), measure);
  const fewer = count > 1 ? filling(ratios.slice(first, first + count - 1), measure) : Infinity;
  return far(fewer) < far(height) ? { count: count - 1, height: fewer } : { count, height };
}

/** Where each tile stands, and how high all of them are.
 * @param {number[]} ratios @param {Measure} measure @returns {{ boxes: Box[], height: number }} */
export function justified(ratios, measure) {
  const { gap, foot, lead = 1 } = measure;
  /** @type {Box[]} */
  const boxes = [];
  let top = 0;
  if (measure.width <= 0) return { boxes, height: 0 };
  while (boxes.length < ratios.length) {
    const first = boxes.length;
    const target = measure.height * (first === 0 ? lead : 1);
    const { count, height } = rowFrom(ratios, first, target, measure);
    let left = 0;
    for (const ratio of ratios.slice(first, first + count)) {
      boxes.push({ left, top, width: ratio * height, height });
      left += ratio * height + gap;
    }
    top += height + foot + gap;
  }
  return { boxes, height: Math.max(0, top - gap) };
}

/** The tile that an arrow key leads to: the neighbour in the order, or the nearest in the row above or below.
 * @param {Box[]} boxes @param {number} from @param {string} key */
export function neighbour(boxes, from, key) {
  if (key === "ArrowLeft" || key === "ArrowRight") return Math.min(boxes.length - 1, Math.max(0, from + (key === "ArrowRight" ? 1 : -1)));
  if (key === "Home" || key === "End") return key === "Home" ? 0 : boxes.length - 1;
  const down = key === "ArrowDown";
  const { top, left, width } = boxes[from];
  const beyond = boxes.filter((box) => (down ? box.top > top : box.top < top));
  if (!beyond.length) return from;
  const row = beyond.reduce((best, box) => (down ? Math.min(best, box.top) : Math.max(best, box.top)), beyond[0].top);
  const middle = left + width / 2;
  const off = (/** @type {Box} */ box) => Math.abs(box.left + box.width / 2 - middle);
  const nearest = beyond.filter((box) => box.top === row).reduce((best, box) => (off(box) < off(best) ? box : best));
  return boxes.indexOf(nearest);
}
