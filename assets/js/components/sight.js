// @ts-check
// Runs something when an element becomes visible.

import { onChange } from "../core/api.js";
import { paced } from "../core/timing.js";
import { useEffect, useRef } from "../vendor/preact.js";

/** With this margin everything drawn counts as visible, also below the window's edge. */
export const BEYOND_THE_EDGE = "100000px";
const SOON = 200; // ms

/** Calls `act` each time the element becomes visible, until the returned function is called.
 * @param {Element | null | undefined} element @param {(end: () => void) => unknown} act @param {string} [rootMargin] */
export function eachTimeSeen(element, act, rootMargin = BEYOND_THE_EDGE) {
  const end = () => watcher.disconnect();
  const watcher = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && act(end), { rootMargin });
  if (element) watcher.observe(element);
  return end;
}

/** The same, once, and only inside the window.
 * @param {Element | null | undefined} element @param {() => unknown} first @param {string} [rootMargin] */
export const whenSeen = (element, first, rootMargin = "0px") =>
  eachTimeSeen(
    element,
    (end) => {
      end();
      first();
    },
    rootMargin,
  );

/** The ref of an element; `act` runs each time the element becomes visible.
 * @template {HTMLElement} [Place=HTMLDivElement]
 * @param {() => unknown} act */
export function useSight(act) {
  const place = useRef(/** @type {Place | null} */ (null));
  useEffect(() => eachTimeSeen(place.current, act), []);
  return place;
}

/** The same for content that follows the server: `read` runs also after changes there, while the element is drawn, `pause` ms
 * apart.
 * @template {HTMLElement} [Place=HTMLDivElement]
 * @param {() => unknown} read */
export function useFresh(read, pause = SOON) {
  const place = /** @type {typeof useSight<Place>} */ (useSight)(read);
  useEffect(() => {
    const again = paced(read, pause);
    return onChange((online) => online && place.current?.offsetParent && again());
  }, []);
  return place;
}
