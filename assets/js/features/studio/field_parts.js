// @ts-check
// What the parts of a form's fields share.

import { useComputed, useLayoutEffect, useSignal } from "../../vendor/preact.js";
import { BEYOND_THE_EDGE, whenSeen } from "../../components/sight.js";
import { h } from "../../core/h.js";
import { isEmpty } from "./form_transfer.js";
import { t } from "../../core/words.js";

/** What the part of a field gets. `off`: the rules leave nothing of it; `described`: the id of its help.
 * @typedef {{ studio: import("./studio.js").Studio, field: import("../../types.js").Field, off: boolean, described?: string }} FieldProps
 * @typedef {import("../../types.js").Value} Value */

const TALLEST = 420; // px

/** The id of a field's own input, which its label names.
 * @param {FieldProps} props */
export const inputId = ({ studio, field }) => `rh-${studio.modality}-${field.key}`;

/** What a field holds; whoever asks is drawn again with it, and with nothing else of the form.
 * @param {Pick<FieldProps, "studio" | "field">} props @returns {Value} */
export const useValue = ({ studio, field }) => useComputed(() => studio.values[field.key]).value;

/** What the rules change at a field now.
 * @param {Pick<FieldProps, "studio" | "field">} props @returns {import("../../core/api_types.js").FieldState} */
export const useFieldState = ({ studio, field }) => useComputed(() => studio.states[field.key]).value ?? {};

/** An input's text as it is typed, while it means what the field holds; otherwise what the field holds.
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
    // What stands there then is what is sent.
    onchange: () => (typed.value = null),
  };
}

/** @param {Value} value */
const words = (value) => (isEmpty(value) ? "" : String(value));

/** Keeps an area as high as its text, up to a limit, as soon as it can be measured.
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

/** Numbers with a meaning of their own, said and chosen in words: “-1 = no limit”.
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
