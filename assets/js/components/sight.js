// @ts-check
// What is to be done when something comes into sight.

import { useEffect, useRef } from "../vendor/preact.js";

/** By it everything is in sight that is drawn at all, also below the window's edge. */
export const BEYOND_THE_EDGE = "100000px";

/** The ref of an element; `act` runs each time it comes into sight.
 * @template {HTMLElement} [Place=HTMLDivElement]
 * @param {() => unknown} act */
export function useSight(act) {
  const place = useRef(/** @type {Place | null} */ (null));
  useEffect(() => {
    const watcher = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && act(), { rootMargin: BEYOND_THE_EDGE });
    if (place.current) watcher.observe(place.current);
    return () => watcher.disconnect();
  }, []);
  return place;
}

/** Calls `first` when the element comes into sight for the first time, unless the answer is called before.
 * @param {Element | null | undefined} element @param {() => unknown} first @param {string} [rootMargin] */
export function whenSeen(element, first, rootMargin = "0px") {
  const watcher = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watcher.disconnect();
    first();
  }, { rootMargin });
  if (element) watcher.observe(element);
  return () => watcher.disconnect();
}
