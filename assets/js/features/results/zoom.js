// @ts-check
// Zooming into a picture, and moving it: wheel, pinch, double click, drag, and the keys + − 0 and arrows.

import { h } from "../../core/h.js";
import { signal, useEffect, useRef, useSignal } from "../../vendor/preact.js";

/** How a picture is shown: `scale` 1 fits the place, `x` and `y` are pixels from its middle.
 * @typedef {{ scale: number, x: number, y: number }} View */
/** The picture as it fits, and the place that shows it, in pixels.
 * @typedef {{ width: number, height: number, room: { width: number, height: number } }} Sizes */

const MOST = 16;
const STEP = 1.5; // of a key or a double click's further zoom
const FIRST = 2.5; // of a double click

/** @type {View} */
export const FITS = { scale: 1, x: 0, y: 0 };

/** Not further than the picture reaches.
 * @param {View} view @param {Sizes} sizes @returns {View} */
function bounded({ scale, x, y }, { width, height, room }) {
  const within = (/** @type {number} */ at, /** @type {number} */ size, /** @type {number} */ space) => {
    const far = Math.max(0, (size * scale - space) / 2);
    return Math.min(far, Math.max(-far, at)) + 0; // never -0
  };
  return { scale, x: within(x, width, room.width), y: within(y, height, room.height) };
}

/** Larger by `factor`, while what is at `point` (from the middle of the place) stays there.
 * @param {View} view @param {{ x: number, y: number }} point @param {number} factor @param {Sizes} sizes */
export function zoomed(view, point, factor, sizes) {
  const scale = Math.min(MOST, Math.max(1, view.scale * factor));
  if (scale === 1) return FITS;
  const grows = scale / view.scale;
  return bounded({ scale, x: point.x - (point.x - view.x) * grows, y: point.y - (point.y - view.y) * grows }, sizes);
}

/** @param {View} view @param {number} x @param {number} y @param {Sizes} sizes */
export const moved = (view, x, y, sizes) => bounded({ ...view, x: view.x + x, y: view.y + y }, sizes);

/** What the keys do with the picture that is shown; null: none is, or it is no picture.
 * @type {import("../../vendor/preact.js").Signal<((key: string) => boolean) | null>} */
export const pictureKeys = signal(null);

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [80, 0], ArrowRight: [-80, 0], ArrowUp: [0, 80], ArrowDown: [0, -80] };

/** @param {HTMLImageElement} image @returns {Sizes} */
function sizesOf(image) {
  const place = /** @type {HTMLElement} */ (image.parentElement);
  return { width: image.offsetWidth, height: image.offsetHeight, room: { width: place.clientWidth, height: place.clientHeight } };
}

/** @param {{ src: string, alt: string, [name: string]: unknown }} props */
export function Zoomable(props) {
  const view = useSignal(FITS);
  const image = useRef(/** @type {HTMLImageElement | null} */ (null));
  const fingers = useRef(/** @type {Map<number, { x: number, y: number }>} */ (new Map()));
  /** @param {number} x @param {number} y @param {number} factor */
  const zoom = (x, y, factor) => {
    const shown = image.current;
    if (!shown) return;
    const place = /** @type {HTMLElement} */ (shown.parentElement).getBoundingClientRect();
    const point = { x: x - place.left - place.width / 2, y: y - place.top - place.height / 2 };
    view.value = zoomed(view.peek(), point, factor, sizesOf(shown));
  };
  /** @param {number} factor */
  const zoomMiddle = (factor) => image.current && (view.value = zoomed(view.peek(), { x: 0, y: 0 }, factor, sizesOf(image.current)));
  useEffect(() => {
    pictureKeys.value = (key) => {
      const isLarge = view.peek().scale > 1;
      if (key === "+" || key === "=") zoomMiddle(STEP);
      else if (key === "-") zoomMiddle(1 / STEP);
      else if (isLarge && key === "0") view.value = FITS;
      else if (isLarge && key in ARROWS && image.current) view.value = moved(view.peek(), ...ARROWS[key], sizesOf(image.current));
      else return false;
      return true;
    };
    return () => (pictureKeys.value = null);
  }, []);
  // Preact adds it as passive in some browsers; the page must not scroll or zoom with it.
  useEffect(() => {
    const shown = image.current;
    const wheel = (/** @type {WheelEvent} */ event) => {
      event.preventDefault();
      zoom(event.clientX, event.clientY, Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.002)));
    };
    shown?.parentElement?.addEventListener("wheel", wheel, { passive: false });
    const place = shown?.parentElement;
    return () => place?.removeEventListener("wheel", wheel);
  }, []);
  /** @param {PointerEvent} event */
  const down = (event) => {
    fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (view.peek().scale > 1 || fingers.current.size > 1) {
      event.preventDefault();
      image.current?.setPointerCapture(event.pointerId);
    }
  };
  /** @param {PointerEvent} event */
  const move = (event) => {
    const before = fingers.current.get(event.pointerId);
    if (!before || !image.current) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1];
    fingers.current.set(event.pointerId, now);
    if (other) {
      const apart = (/** @type {{ x: number, y: number }} */ at) => Math.max(1, Math.hypot(at.x - other.x, at.y - other.y));
      zoom((now.x + other.x) / 2, (now.y + other.y) / 2, apart(now) / apart(before));
    } else if (view.peek().scale > 1) view.value = moved(view.peek(), now.x - before.x, now.y - before.y, sizesOf(image.current));
  };
  const up = (/** @type {PointerEvent} */ event) => fingers.current.delete(event.pointerId);
  const { scale, x, y } = view.value;
  return h("img.rh-large", {
    ...props,
    ref: image,
    class: scale > 1 ? "is-zoomed" : "",
    draggable: scale === 1,
    style: scale > 1 ? { transform: `translate(${x}px, ${y}px) scale(${scale})` } : undefined,
    ondblclick: (/** @type {MouseEvent} */ event) => (scale > 1 ? (view.value = FITS) : zoom(event.clientX, event.clientY, FIRST)),
    onpointerdown: down,
    onpointermove: move,
    onpointerup: up,
    onpointercancel: up,
  });
}
