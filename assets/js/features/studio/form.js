// @ts-check
// The form of the chosen model. Its values are in the studio. When the model changes, a field that both models have
// keeps its element, its caret and its focus.

import { h } from "../../core/h.js";
import { TryAgain } from "../../components/later.js";
import { telling } from "../../components/toast.js";
import { keyOf } from "../../core/keys.js";
import { isLabelled, partOf } from "./fields.js";
import { useFieldState } from "./field_parts.js";
import { paired, rangeWords, reasons } from "./form_layout.js";
import { RestoreButton } from "./restore.js";
import { fileKind } from "./spec.js";
import { StartMenu, StartOffer } from "./start_menu.js";
import { useComputed, useLayoutEffect, useRef } from "../../vendor/preact.js";
import { t } from "../../core/words.js";

/** @typedef {import("../../types.js").Field} Field
 * @typedef {{ studio: import("./studio.js").Studio }} Props
 * @typedef {import("../../vendor/preact.js").ReadonlySignal<Record<string, string>>} Reasons */

/** @param {Props} props */
export function Form({ studio }) {
  const { spec, notice, ledTo } = studio;
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  const why = useComputed(() => reasons(studio.spec?.fields ?? [], studio.states));
  useLayoutEffect(() => {
    if (form.current && ledTo) leadTo(form.current, ledTo.key);
  }, [ledTo]);
  /** @param {KeyboardEvent} event */
  const pressed = (event) => {
    if (keyOf(event) !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (!event.repeat) studio.generate();
  };
  return h(
    "form.rh-form",
    { ref: form, "data-endpoint": spec?.path, onsubmit: (event) => event.preventDefault(), onkeydown: pressed },
    notice && h("p.rh-notice", { key: "notice", role: "status" }, notice),
    h(StartOffer, { key: "offer", studio }),
    !spec && studio.isUnread.value && h(TryAgain, { key: "unread", words: t("notice.models_unread"), press: telling(() => studio.ready) }),
    spec && [
      paired(spec.fields.filter((field) => !field.advanced)).map((field) =>
        Array.isArray(field)
          ? h("div.rh-pair", { key: "pair" }, row(studio, field[0], why), h("span.rh-arrow", { "aria-hidden": "true" }, "→"), row(studio, field[1], why))
          : row(studio, field, why),
      ),
      h(Advanced, { key: `advanced ${spec.path}`, studio, fields: spec.fields.filter((field) => field.advanced), why }),
      h(
        "div.rh-form-end",
        { key: "end" },
        h("button.rh-quiet-button", { type: "button", onclick: () => studio.starts.startOver() }, t("form.clear")),
        h(RestoreButton),
        h(StartMenu, { studio }),
      ),
    ],
  );
}

/** @param {HTMLFormElement} form @param {string} key */
function leadTo(form, key) {
  const row = form.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!row) return;
  row.closest("details")?.setAttribute("open", "");
  row.scrollIntoView({ block: "center", behavior: "smooth" });
  const input = row.querySelector("textarea, input, button");
  if (input instanceof HTMLElement) input.focus({ preventScroll: true });
}

/** @param {import("./studio.js").Studio} studio @param {Field} field @param {Reasons} why */
const row = (studio, field, why) => h(FieldRow, { key: field.key, studio, field, why });

/** Open at first if one of its fields is filled in.
 * @param {Props & { fields: Field[], why: Reasons }} props */
function Advanced({ studio, fields, why }) {
  const open = useRef(fields.some((field) => studio.touched.has(field.key))).current;
  if (!fields.length) return null;
  return h(
    "details.rh-advanced",
    { open },
    h("summary", {}, t("form.advanced"), h("span.rh-quiet", {}, t("form.advanced_count", { count: fields.length }))),
    fields.map((field) => row(studio, field, why)),
  );
}

/** A field and its present rules: a forbidden one stays, greyed, with its reason; a problem is shown in place of a hint.
 *
 * @param {Props & { field: Field, why: Reasons }} props */
function FieldRow({ studio, field, why }) {
  const { key, kind, label, required, blank, help } = field;
  const { min, max, needed, oneOf, ...state } = useFieldState({ studio, field });
  const off = Boolean(state.off);
  const note = useComputed(() => why.value[key] ?? "").value;
  const problem = useComputed(() => studio.checks.wrong.value.problems[key] ?? "").value;
  const concerned = useComputed(() => studio.checks.wrong.value.concerned.has(key)).value;
  const id = `rh-${studio.modality}-${key}`;
  const said = [
    label,
    h("span.rh-quiet", { hidden: Boolean(required || blank || needed) }, t(oneOf ? "form.one_of" : "form.optional")),
    h("span.rh-quiet.rh-range", {}, rangeWords({ kind, min: min ?? field.min, max: max ?? field.max })),
  ];
  return h(
    "div.rh-field",
    { "data-key": key, "data-kind": fileKind(field) || kind, class: [off && "is-off", (problem || concerned) && "is-bad"].filter(Boolean).join(" ") },
    isLabelled(field) ? h("label.rh-label", { for: id }, said) : h("span.rh-label", {}, said),
    h("span.rh-help", { id: `${id}-help` }, help ?? ""),
    h(partOf(field), { studio, field, off, described: `${id}-help` }),
    h("p.rh-field-note", { hidden: !note || Boolean(problem) }, note),
    h("p.rh-field-error", { role: "alert", hidden: !problem }, problem),
  );
}
