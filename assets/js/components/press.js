// @ts-check
// A button that answers one press: a second one does nothing until the first is answered.

import { h } from "../core/h.js";
import { useSignal } from "../vendor/preact.js";

/** `press`, which does nothing while an earlier call, or another one with the same `busy`, is not finished.
 * @param {() => unknown} press @param {import("../vendor/preact.js").Signal<boolean>} busy */
export const once = (press, busy) => async () => {
  if (busy.value) return;
  busy.value = true;
  try {
    await press();
  } finally {
    busy.value = false;
  }
};

/** The `onsubmit` of a form: as `once`, whether its button or Enter sends it.
 * @param {() => unknown} send @param {import("../vendor/preact.js").Signal<boolean>} busy */
export const submitOnce = (send, busy) => (/** @type {Event} */ event) => {
  event.preventDefault();
  return once(send, busy)();
};

/** Further attributes go to the button. `waits`: its text until the press is answered; `busy`: shared by buttons that must
 * not run at the same time.
 * @param {{ press: () => unknown, words: string, waits?: string, busy?: import("../vendor/preact.js").Signal<boolean> } & import("../core/h.js").ElementAttributes<"button">} props */
export function Press({ press, words, waits = words, busy: shared, ...given }) {
  const own = useSignal(false);
  const busy = shared ?? own;
  return h("button.rh-small", { ...given, type: "button", disabled: busy.value, onclick: once(press, busy) }, busy.value ? waits : words);
}
