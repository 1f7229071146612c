// @ts-check
// The places of tiles in rows of equal height, for a part whose width is measured when it changes.

import { signal, useEffect, useLayoutEffect, useRef, useSignal } from "../../vendor/preact.js";
import { kept } from "../../core/browser_storage.js";
import { keyOf } from "../../core/keys.js";
import { justified, neighbour } from "./justified.js";

export const SMALLEST = 120; // px, the height of a row
export const LARGEST = 420;
const GAP = 12;
export const FOOT = 44; // px under each picture that has words there: --rh-foot in stage.css
const BEYOND = 3; // windows above and below the visible one in which tiles are drawn
const LEAD = 1.6; // the newest are larger, where there is room
const ROOMY = 600; // px
const KEYS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"];

/** How high the rows are about, as it was chosen in this browser. */
export const rowHeight = signal(kept.row.read());

/** @param {number} height */
export function chooseRowHeight(height) {
  rowHeight.value = height;
  kept.row.write(height);
}

/** The part of an element that is in or near the window, in px from its top. It changes in steps, so that tiles are not drawn
 * anew with each move.
 * @param {{ current: HTMLElement | null }} ref */
export function useNear(ref) {
  const at = useSignal(0);
  const step = window.innerHeight;
  useEffect(() => {
    let isAsked = false;
    const look = () => {
      isAsked = false;
      if (ref.current?.offsetParent) at.value = Math.floor(-ref.current.getBoundingClientRect().top / window.innerHeight);
    };
    const soon = () => {
      if (!isAsked) requestAnimationFrame(look);
      isAsked = true;
    };
    const ending = new AbortController();
    for (const name of ["scroll", "resize"]) window.addEventListener(name, soon, { passive: true, signal: ending.signal });
    return () => ending.abort();
  }, []);
  return { from: (at.value - BEYOND) * step, to: (at.value + 2 + BEYOND) * step };
}

/** The places of tiles of these shapes, and the attributes of the element that holds them, in which arrow keys lead from tile to
 * tile. Before its width is known there are no places. `foot`: the height of what stands under each picture.
 * @param {number[]} ratios */
export function useRows(ratios, foot = FOOT) {
  const ref = useRef(/** @type {HTMLDivElement | null} */ (null));
  const width = useSignal(0);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    const measure = () => {
      width.value = element.clientWidth;
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const isRoomy = width.value >= ROOMY;
  const height = isRoomy ? rowHeight.value : Math.min(rowHeight.value, width.value * 0.48);
  const rows = justified(ratios, { width: width.value, height, gap: GAP, foot, lead: isRoomy ? LEAD : 1 });
  /** @param {import("../../vendor/preact.js").TargetedKeyboardEvent<HTMLElement>} event */
  const onkeydown = (event) => {
    const key = keyOf(event);
    const tile = event.target instanceof HTMLElement && event.target.matches(".rh-result, .rh-run") && event.target.closest(".rh-row-tile");
    if (!tile || !KEYS.includes(key) || event.altKey || event.ctrlKey || event.metaKey) return;
    const to = neighbour(rows.boxes, Number(/** @type {HTMLElement} */ (tile).dataset.place), key);
    /** @type {HTMLElement | null | undefined} */
    const next = event.currentTarget.querySelector(`.rh-row-tile[data-place="${to}"] :is(.rh-result, .rh-run)`);
    next?.focus();
    event.preventDefault();
  };
  return { ref, boxes: rows.boxes, style: { height: `${rows.height}px` }, onkeydown };
}

/** @param {import("./justified.js").Box | undefined} box */
export const placed = (box, foot = FOOT) => box && { left: `${box.left}px`, top: `${box.top}px`, width: `${box.width}px`, height: `${box.height + foot}px` };
