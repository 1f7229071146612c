// @ts-check
// An input whose text lives in a signal.

import { h } from "../core/h.js";

/** `then` runs after each letter. With a `label` it is one for words to look for, which stands in it too.
 * @param {{ text: import("../vendor/preact.js").Signal<string>, then?: () => unknown, label?: string, id?: string, class?: string,
 *   placeholder?: string, maxlength?: number, inputmode?: "url", autocomplete?: "off" }} props */
export const TextInput = ({ text, then, label, placeholder = label, ...given }) =>
  h("input.rh-input", {
    ...given,
    type: /** @type {"text"} */ (label ? "search" : "text"),
    "aria-label": label,
    placeholder,
    value: text.value,
    oninput: ({ currentTarget }) => {
      text.value = currentTarget.value;
      then?.();
    },
  });
