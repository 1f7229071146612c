// @ts-check
// Whether a part is visible, and what depends on it: parts that show the time, and lists that follow the server.

import { changes, onChange } from "../core/api.js";
import { createContext, signal, useContext, useEffect, useSignal, useSignalEffect } from "../vendor/preact.js";

/** @typedef {import("../vendor/preact.js").ReadonlySignal<boolean>} Yes */

/** Whether the surroundings of a part are visible. */
export const Shown = createContext(/** @type {Yes} */ (signal(true)));

/** @type {ReturnType<typeof setInterval>} */
let timer;
const tick = () => {
  everySecond.value = everySecond.peek() + 1;
};

/** Changes every second; its timer only runs while a visible part reads it. */
export const everySecond = signal(0, {
  watched: () => (timer = setInterval(tick, 1000)),
  unwatched: () => clearInterval(timer),
});

/** The time now. With `follows` the part is drawn again every second while it is visible.
 * @param {boolean} follows */
export function useNow(follows) {
  const shown = useContext(Shown);
  if (follows && shown.value) void everySecond.value;
  return Date.now();
}

/** Whether an element is drawn (also outside the window) while this tab of the browser is visible.
 *
 * @param {{ current: HTMLElement | null }} place */
export function useShown(place) {
  const shown = useSignal(false);
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const look = () => {
      shown.value = document.visibilityState === "visible" && element.offsetParent !== null;
    };
    const observer = new IntersectionObserver(look, { rootMargin: "100000px" });
    observer.observe(element);
    document.addEventListener("visibilitychange", look);
    // In a frame of another page the observer ignores the margin.
    const end = onChange(look);
    return () => {
      observer.disconnect();
      document.removeEventListener("visibilitychange", look);
      end();
    };
  }, []);
  return shown;
}

/** `refresh()` runs after every change at the server while `shown`, and once when the part is shown again after a missed
 * change. `readAt`: the count of changes when the content was requested last; -1: not yet.
 * @param {Yes} shown @param {() => void} refresh @param {number} readAt */
export function useChangesSeen(shown, refresh, readAt = -1) {
  const known = useSignal(readAt);
  useSignalEffect(() => {
    if (!shown.value || changes.value === known.peek()) return;
    known.value = changes.value;
    refresh();
  });
}
