// @ts-check
// An input whose text is in a signal.

import { h } from "../core/h.js";

/** `then` runs after each letter. With a `label` it is a search field; the label is also its placeholder.
 * @param {{ text: import("../vendor/preact.js").Signal<string>, then?: () => unknown, label?: string, id?: string, class?: string,
 *   type?: "password" | "datetime-local", "aria-label"?: string, placeholder?: string, maxlength?: number, required?: boolean,
 *   inputmode?: "url" | "decimal", autocomplete?: "off" | "username" | "current-password" | "new-password" }} props */
export const TextInput = ({ text, then, label, type, placeholder = label, ...given }) =>
  h("input.rh-input", {
    type: /** @type {"text"} */ (type ?? (label ? "search" : "text")),
    "aria-label": label,
    placeholder,
    ...given,
    value: text.value,
    oninput: ({ currentTarget }) => {
      text.value = currentTarget.value;
      then?.();
    },
  });
