// @ts-check
// Whether a part is shown at all, the time for parts that tell it while they are, and lists that follow the server then.

import { onChange } from "../core/api.js";
import { createContext, signal, useContext, useEffect, useSignal, useSignalEffect } from "../vendor/preact.js";

/** @typedef {import("../vendor/preact.js").ReadonlySignal<boolean>} Yes */

/** Whether what stands around a part is shown. */
export const Shown = createContext(/** @type {Yes} */ (signal(true)));

/** @type {ReturnType<typeof setInterval>} */
let timer;
const tick = () => {
  everySecond.value = everySecond.peek() + 1;
};

/** Changes every second; its timer runs while a part that is shown reads it. */
export const everySecond = signal(0, {
  watched: () => (timer = setInterval(tick, 1000)),
  unwatched: () => clearInterval(timer),
});

/** The time now. A part that `follows` is drawn again every second while it is shown.
 * @param {boolean} follows */
export function useNow(follows) {
  const shown = useContext(Shown);
  if (follows && shown.value) void everySecond.value;
  return Date.now();
}

/** Whether an element is in sight: drawn at all, also beyond the window's edge, in a tab of the browser that is
 * looked at.
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
    // A page in another one's frame is told of its edge only.
    const end = onChange(look);
    return () => {
      observer.disconnect();
      document.removeEventListener("visibilitychange", look);
      end();
    };
  }, []);
  return shown;
}

/** `refresh()` runs after every change at the server while `shown`, and once when it is shown again and some was missed.
 * `isRead`: what is shown first is already on its way.
 * @param {Yes} shown @param {() => void} refresh @param {boolean} isRead */
export function useChangesSeen(shown, refresh, isRead = false) {
  const changes = useSignal(0);
  const known = useSignal(isRead ? 0 : -1);
  useEffect(
    () =>
      onChange((online) => {
        if (online) changes.value += 1;
      }),
    [],
  );
  useSignalEffect(() => {
    if (!shown.value || changes.value === known.peek()) return;
    known.value = changes.value;
    refresh();
  });
}
