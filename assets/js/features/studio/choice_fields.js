// @ts-check
// Choice fields: as pills if the options are few and short, otherwise as a list; and switches.

import { Combo, filtered } from "../../components/combobox_state.js";
import { Combobox } from "../../components/combobox.js";
import { useMemo } from "../../vendor/preact.js";
import { h } from "../../core/h.js";
import { keyOf } from "../../core/keys.js";
import { useFieldState, useValue } from "./field_parts.js";
import { isEmpty } from "./form_transfer.js";
import { t } from "../../core/words.js";

/** @typedef {import("./field_parts.js").FieldProps} FieldProps
 * @typedef {import("../../types.js").Field} Field
 * @typedef {import("../../types.js").Scalar} Scalar */

const PILLS = 6;
const PILL_LETTERS = 20;
const SHAPES = 16;
const SHAPE_LETTERS = 8;
const UNSET = ""; // no option is an empty text
const RATIO = /^(\d+(?:\.\d+)?)\s*[:x*×]\s*(\d+(?:\.\d+)?)$/;
/** @type {Record<string, number>} */
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** The label of an option; its value is sent.
 * @param {Field} field @param {Scalar} value */
const optionWords = (field, value) => field.labels?.[String(value)] ?? String(value);

/** Whether it is a ratio, or a size that is as short as one.
 * @param {Scalar} value */
const isShape = (value) => RATIO.test(String(value)) && (String(value).includes(":") || String(value).length < 6);

/** Whether all options are shown at once.
 * @param {Field} field */
export function asPills(field) {
  const options = field.options ?? [];
  const areShort = (/** @type {Scalar[]} */ values, /** @type {number} */ most) => values.every((value) => optionWords(field, value).length <= most);
  if (options.length <= PILLS) return areShort(options, PILL_LETTERS);
  // Ratios are shown as shapes; one other option may stand beside them, usually "Model decides".
  const shapes = options.filter(isShape);
  return options.length <= SHAPES && options.length - shapes.length <= 1 && areShort(shapes, SHAPE_LETTERS) && areShort(options, PILL_LETTERS);
}

/** @param {FieldProps} props */
export function Choice(props) {
  if (props.field.many) return h(ManyPills, props);
  return asPills(props.field) ? h(Pills, props) : h(ChoiceList, props);
}

/** A ratio, drawn as a shape.
 * @param {{ value: Scalar }} props */
function Shape({ value }) {
  const found = RATIO.exec(String(value));
  if (!found) return null;
  const [wide, high] = [Number(found[1]), Number(found[2])];
  const scale = 16 / Math.max(wide, high);
  return h("span.rh-shape", { style: { width: `${Math.max(4, wide * scale)}px`, height: `${Math.max(4, high * scale)}px` } });
}

/** @param {FieldProps} props */
function Pills(props) {
  const { studio, field, off } = props;
  const { options: allowed } = useFieldState(props);
  const chosen = useValue(props);
  const given = field.options ?? [];
  // With few options, a second press of the chosen one clears the field.
  const options = field.required || given.length <= PILLS ? given : [...given, UNSET];
  const open = options.filter((value) => !allowed || value === UNSET || allowed.includes(value));
  const isChosen = (/** @type {Scalar} */ value) => (value === UNSET ? isEmpty(chosen) : value === chosen);
  const current = open.find(isChosen) ?? open[0];
  const pick = (/** @type {Scalar} */ value) =>
    studio.set(field.key, value === UNSET || (studio.values[field.key] === value && !field.required) ? undefined : value);
  /** @param {KeyboardEvent & { currentTarget: HTMLElement }} event */
  const pressed = (event) => {
    const step = STEPS[keyOf(event)];
    if (!step) return;
    event.preventDefault();
    const buttons = [...event.currentTarget.querySelectorAll("button")].filter((button) => !button.disabled);
    const place = (buttons.findIndex((button) => button === document.activeElement) + step + buttons.length) % buttons.length;
    if (!buttons.length) return;
    buttons[place].focus();
    if (studio.values[field.key] !== open[place]) pick(open[place]);
  };
  const pill = (/** @type {Scalar} */ value) =>
    h(
      "button.rh-pill",
      {
        key: String(value),
        type: "button",
        role: "radio",
        "data-value": String(value),
        "aria-checked": isChosen(value),
        tabindex: value === current ? 0 : -1,
        disabled: !open.includes(value),
        onclick: () => pick(value),
      },
      h(Shape, { value }),
      value === UNSET ? t("form.not_set") : optionWords(field, value),
    );
  return h("div.rh-pills", { role: "radiogroup", "aria-label": field.label, inert: off, onkeydown: pressed }, options.map(pill));
}

/** @param {FieldProps} props */
function ManyPills(props) {
  const { studio, field, off } = props;
  const { options: allowed } = useFieldState(props);
  const chosen = [useValue(props) ?? []].flat();
  const options = field.options ?? [];
  const toggle = (/** @type {Scalar} */ value) => {
    const next = options.filter((option) => chosen.includes(option) !== (option === value));
    studio.set(field.key, next.length ? next : undefined);
  };
  const pill = (/** @type {Scalar} */ value) =>
    h(
      "button.rh-pill",
      {
        key: String(value),
        type: "button",
        "data-value": String(value),
        "aria-pressed": chosen.includes(value),
        disabled: Boolean(allowed && !allowed.includes(value)),
        onclick: () => toggle(value),
      },
      optionWords(field, value),
    );
  return h("div.rh-pills", { role: "group", "aria-label": field.label, inert: off }, options.map(pill));
}

/** @param {FieldProps} props */
function ChoiceList({ studio, field, off }) {
  const combo = useMemo(() => {
    const options = () => {
      const open = studio.states[field.key]?.options ?? field.options ?? [];
      const plain = open.map((value) => ({ value, text: optionWords(field, value), also: String(value) }));
      return field.required ? plain : [{ value: "", text: t("form.not_set") }, ...plain];
    };
    const text = () => {
      const value = studio.values[field.key];
      return isEmpty(value) ? "" : optionWords(field, /** @type {Scalar} */ (value));
    };
    return new Combo({
      label: field.label,
      placeholder: t("form.choose"),
      text,
      search: (query) => Promise.resolve(filtered(options(), query)),
      pick: (value) => studio.set(field.key, value === "" ? undefined : value),
    });
  }, [studio, field]);
  return h(Combobox, { combo, inert: off });
}

/** @param {FieldProps} props */
export function Flag(props) {
  const { studio, field, off } = props;
  const value = useValue(props);
  const on = value === true;
  const { options } = useFieldState(props);
  return h(
    "label.rh-switch",
    { inert: off },
    h("input", {
      type: "checkbox",
      role: "switch",
      "aria-label": field.label,
      checked: on,
      // Switching back to what the rules allow stays possible.
      disabled: Boolean(options && options.includes(on) && !options.includes(!on)),
      onchange: (event) => studio.set(field.key, event.currentTarget.checked),
    }),
    h("span.rh-track"),
    h("span.rh-switch-words", {}, isEmpty(value) ? t("form.not_set") : value ? t("form.on") : t("form.off")),
  );
}
