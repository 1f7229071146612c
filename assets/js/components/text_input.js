// @ts-check
// An input whose text is in a signal.

import { h } from "../core/h.js";

/** `then` runs after each letter. With a `label` it is a search field; the label is also its placeholder.
 * @param {{ text: import("../vendor/preact.js").Signal<string>, then?: () => unknown, label?: string, id?: string, class?: string,
 *   placeholder?: string, maxlength?: number, inputmode?: "url", autocomplete?: "off" | "username" }} props */
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
