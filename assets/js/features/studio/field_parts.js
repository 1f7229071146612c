// @ts-check
// What the parts of a form's fields share.

import { useComputed, useLayoutEffect, useSignal } from "../../vendor/preact.js";
import { BEYOND_THE_EDGE, whenSeen } from "../../components/sight.js";
import { h } from "../../core/h.js";
import { isEmpty } from "./form_transfer.js";
import { t } from "../../core/words.js";

/** The props of a field's part. `off`: the rules forbid the field; `described`: the id of its help.
 * @typedef {{ studio: import("./studio.js").Studio, field: import("../../types.js").Field, off: boolean, described?: string }} FieldProps
 * @typedef {import("../../types.js").Value} Value */

const TALLEST = 420; // px

/** The id of a field's input, for its label.
 * @param {FieldProps} props */
export const inputId = ({ studio, field }) => `rh-${studio.modality}-${field.key}`;

/** A field's value; the part is drawn again when this value changes, not with the rest of the form.
 * @param {Pick<FieldProps, "studio" | "field">} props @returns {Value} */
export const useValue = ({ studio, field }) => useComputed(() => studio.values[field.key]).value;

/** What the rules change in a field now.
 * @param {Pick<FieldProps, "studio" | "field">} props @returns {import("../../core/api_types.js").FieldState} */
export const useFieldState = ({ studio, field }) => useComputed(() => studio.states[field.key]).value ?? {};

/** The typed text of an input as long as it stands for the field's value; otherwise the value.
 * @param {FieldProps} props @param {(text: string) => Value} read */
export function useTyped({ studio, field }, read) {
  const typed = useSignal(/** @type {{ text: string, value: Value } | null} */ (null));
  const value = useValue({ studio, field });
  return {
    value: typed.value && typed.value.value === value ? typed.value.text : words(value),
    /** @param {{ currentTarget: HTMLInputElement }} event */
    oninput: ({ currentTarget: { value: text } }) => {
      typed.value = { text, value: read(text) };
      studio.set(field.key, typed.value.value);
    },
    // Shows the value that is sent.
    onchange: () => (typed.value = null),
  };
}

/** @param {Value} value */
const words = (value) => (isEmpty(value) ? "" : String(value));

/** Makes a text area as high as its text, up to a limit, as soon as it can be measured.
 * @param {{ current: HTMLTextAreaElement | null }} area @param {Value} value */
export function useHeight(area, value) {
  useLayoutEffect(() => {
    const element = area.current;
    if (!element?.offsetParent) return whenSeen(element, () => element && grow(element), BEYOND_THE_EDGE);
    grow(element);
    return undefined;
  }, [value]);
}

/** @param {HTMLTextAreaElement} area */
function grow(area) {
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight + 2, TALLEST)}px`;
}

/** Pills for numbers with a special meaning: “-1 = no limit”.
 * @param {FieldProps} props */
export function SentinelPills(props) {
  const { studio, field } = props;
  const now = String(useValue(props));
  return (field.sentinels ?? []).map(({ value, means }) => {
    const on = now === String(value);
    const pick = () => studio.set(field.key, on ? undefined : value);
    return h(
      "button.rh-pill",
      { key: value, type: "button", "data-value": String(value), "aria-pressed": on, onclick: pick },
      t("form.sentinel", { value, meaning: means }),
    );
  });
}
