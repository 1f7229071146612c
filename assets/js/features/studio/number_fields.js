// @ts-check
// Number fields, with a slider if the range is small enough, and seeds.

import { h } from "../../core/h.js";
import { IconButton } from "../../components/icon.js";
import { inputId, SentinelPills, useFieldState, useTyped, useValue } from "./field_parts.js";
import { isEmpty } from "./form_transfer.js";
import { numeric, randomSeed, typedNumber } from "./spec.js";
import { t } from "../../core/words.js";

/** @typedef {import("./field_parts.js").FieldProps} FieldProps
 * @typedef {import("../../types.js").Field} Field */

const MOST_STEPS = 2000;

/** @param {FieldProps} props */
export const NumberField = (props) => h(props.field.role === "seed" ? Seed : PlainNumber, props);

/** @param {FieldProps} props */
function PlainNumber(props) {
  const { field, off, described } = props;
  const box = useTyped(props, (text) => numeric(field, text));
  return h(
    "div.rh-number-row",
    { inert: off },
    h(Slider, props),
    h("input.rh-input.rh-number", { type: "text", inputmode: field.kind === "integer" ? "numeric" : "decimal", id: inputId(props), "aria-describedby": described, ...box }),
    field.role === "duration" && h("span.rh-unit", {}, t("form.seconds")),
    h(SentinelPills, props),
  );
}

/** For a range that is small enough.
 * @param {FieldProps} props */
function Slider(props) {
  const { studio, field } = props;
  const value = useValue(props);
  const { min, max } = useFieldState(props);
  const [low, high] = [Number(field.min), Number(field.max)];
  const step = Number(field.step ?? (field.kind === "integer" ? 1 : 0.01));
  if (!Number.isFinite(low) || !Number.isFinite(high) || (high - low) / step > MOST_STEPS) return null;
  return h("input.rh-slider", {
    type: "range",
    min: String(min ?? low),
    max: String(max ?? high),
    step: String(step),
    "aria-label": field.label,
    // It stays in place while the text is not a number.
    value: isEmpty(value) ? String(low) : Number.isFinite(Number(value)) ? String(value) : undefined,
    oninput: (event) => studio.set(field.key, numeric(field, event.currentTarget.value)),
  });
}

/** @param {FieldProps} props */
function Seed(props) {
  const { studio, field, off, described } = props;
  const box = useTyped(props, (text) => typedNumber(field, text) || undefined);
  const fresh = studio.fresh.has(field.key);
  return h(
    "div.rh-number-row",
    { inert: off },
    h("input.rh-input.rh-seed", { type: "text", inputmode: "numeric", id: inputId(props), "aria-describedby": described, placeholder: t("form.not_set"), ...box }),
    h(IconButton, { name: "dice", label: t("form.dice"), onclick: () => studio.set(field.key, randomSeed(field)) }),
    h(
      "label.rh-check",
      {},
      h("input", { type: "checkbox", checked: fresh, onchange: (event) => studio.setFresh(field.key, event.currentTarget.checked) }),
      t("form.new_each_time"),
    ),
    h(SentinelPills, props),
  );
}
