// @ts-check
// The parts that draw fields, by kind, and those for texts. Each writes its value into the studio at once and shows the
// studio's value.

import { useRef, useSignal } from "../../vendor/preact.js";
import { later } from "../../components/later.js";
import { h } from "../../core/h.js";
import { Choice, Flag } from "./choice_fields.js";
import { inputId, useHeight, useValue } from "./field_parts.js";
import { MediaField } from "./media.js";
import { useMentions } from "./mentions.js";
import { NumberField } from "./number_fields.js";
import { Shots } from "./shots.js";
import { isMedia } from "./spec.js";
import { Suggestions } from "./suggestions.js";
import { t } from "../../core/words.js";

/** @typedef {import("./field_parts.js").FieldProps} FieldProps
 * @typedef {import("../../types.js").Field} Field
 * @typedef {import("../../vendor/preact.js").ComponentType<FieldProps>} FieldPart */

/** What is written at length. */
const LEADING = ["prompt", "lyrics"];

/** @param {Field} field @returns {FieldPart} */
export function partOf(field) {
  if (isMedia(field)) return MediaField;
  if (field.kind === "shots") return Shots;
  if (field.kind === "text") return field.secret ? Secret : field.resource ? Resource : field.options ? Suggestions : field.many ? TextLines : TextArea;
  if (field.kind === "choice") return field.resource === "STYLE" ? Style : Choice;
  return field.kind === "flag" ? Flag : NumberField;
}

/** Whether a field has one input for its label; others have the label inside.
 * @param {Field} field */
export const isLabelled = (field) => ["integer", "decimal"].includes(field.kind) || (field.kind === "text" && !field.resource && !field.options);

/** @param {FieldProps} props */
function TextArea(props) {
  const { studio, field, off, described } = props;
  const area = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const text = String(useValue(props) ?? "");
  useHeight(area, text);
  const { maxLength = Infinity } = field;
  const left = maxLength - [...text].length;
  const mentions = useMentions(props, area);
  const leading = field.multiline || (!field.advanced && LEADING.includes(field.role ?? ""));
  return h(
    "div.rh-text",
    { inert: off },
    h("textarea.rh-input", {
      ref: area,
      rows: leading ? 4 : 1,
      id: inputId(props),
      "aria-describedby": described,
      placeholder: field.placeholder ?? "",
      value: text,
      ...mentions.attributes,
      oninput: ({ currentTarget }) => {
        studio.set(field.key, currentTarget.value);
        mentions.look();
      },
    }),
    mentions.list,
    h(
      "span.rh-counter",
      { class: left < 0 ? "is-bad" : "" },
      left < 0 ? t("form.letters_over", { over: -left }) : left < maxLength * 0.2 && maxLength < Infinity ? t("form.letters_left", { left }) : "",
    ),
  );
}

/** A text that is hidden while typing, and that leaves the page only with the run.
 * @param {FieldProps} props */
function Secret(props) {
  const { studio, field, off, described } = props;
  return h("input.rh-input", {
    type: "password",
    id: inputId(props),
    inert: off,
    "aria-describedby": described,
    autocomplete: "off",
    value: String(useValue(props) ?? ""),
    oninput: ({ currentTarget }) => studio.set(field.key, currentTarget.value),
  });
}

/** Several texts, one per line.
 * @param {FieldProps} props */
function TextLines(props) {
  const { studio, field, off, described } = props;
  const area = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const typed = useSignal("");
  const value = useValue(props);
  const text = JSON.stringify(linesOf(typed.value)) === JSON.stringify(value) ? typed.value : [value ?? []].flat().join("\n");
  useHeight(area, text);
  return h("textarea.rh-input", {
    ref: area,
    rows: 2,
    id: inputId(props),
    inert: off,
    "aria-describedby": described,
    placeholder: field.placeholder ?? "",
    value: text,
    oninput: ({ currentTarget }) => {
      typed.value = currentTarget.value;
      studio.set(field.key, linesOf(typed.value));
    },
  });
}

/** @param {string} text */
export function linesOf(text) {
  const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
  return lines.length ? lines : undefined;
}

/** @param {FieldPart} part @returns {FieldPart} */
const within = (part) => (props) => h("div", { inert: props.off }, h(part, props));

const Resource = within(later(async () => (await import("./resource.js")).ResourceField));

const Style = within(later(async () => (await import("../apps/styles.js")).StyleField));
