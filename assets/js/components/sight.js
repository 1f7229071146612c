// @ts-check
// What is to be done when something comes into sight.

import { useEffect, useRef } from "../vendor/preact.js";

/** The ref of an element; `act` runs each time it comes into sight.
 * @template {HTMLElement} [Place=HTMLDivElement]
 * @param {() => unknown} act */
export function useSight(act) {
  const place = useRef(/** @type {Place | null} */ (null));
  useEffect(() => {
    const watcher = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && act());
    if (place.current) watcher.observe(place.current);
    return () => watcher.disconnect();
  }, []);
  return place;
}

/** Calls `first` when the element comes into sight for the first time, unless the answer is called before.
 * @param {Element | null | undefined} element @param {() => unknown} first */
export function whenSeen(element, first) {
  const watcher = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watcher.disconnect();
    first();
  });
  if (element) watcher.observe(element);
  return () => watcher.disconnect();
}
