// @ts-check
// A button that answers one press: a second one does nothing until the first is answered.

import { h } from "../core/h.js";
import { useSignal } from "../vendor/preact.js";

/** What else is given goes to the button. `waits`: its words until the press is answered.
 * @param {{ press: () => unknown, words: string, waits?: string } & import("../core/h.js").ElementAttributes<"button">} props */
export function Press({ press, words, waits = words, ...given }) {
  const busy = useSignal(false);
  const go = async () => {
    if (busy.value) return;
    busy.value = true;
    try {
      await press();
    } finally {
      busy.value = false;
    }
  };
  return h("button.rh-small", { ...given, type: "button", disabled: busy.value, onclick: go }, busy.value ? waits : words);
}
