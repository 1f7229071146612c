// @ts-check
// A text with known values: a list of them by name, and any other value typed.

import { Combo, filtered } from "../../components/combobox_state.js";
import { Combobox } from "../../components/combobox.js";
import { h } from "../../core/h.js";
import { useMemo } from "../../vendor/preact.js";
import { t } from "../../core/words.js";

/** @typedef {import("../../types.js").Field} Field
 * @typedef {import("../../components/combobox_state.js").Option} Option */

/** @param {import("./field_parts.js").FieldProps} props */
export function Suggestions({ studio, field, off }) {
  const combo = useMemo(() => {
    const nameOf = (/** @type {unknown} */ value) => field.labels?.[String(value)] ?? String(value);
    return new Combo({
      label: field.label,
      placeholder: t("resource.choose"),
      text: () => nameOf(studio.values[field.key] ?? ""),
      search: (query) => Promise.resolve(suggested(field, query)),
      pick: (value) => studio.set(field.key, value === "" ? undefined : value),
    });
  }, [studio, field]);
  return h(Combobox, { combo, inert: off });
}

/** The known values that have the words in name or value, and the words themselves as a value.
 * @param {Field} field @param {string} query @returns {Option[]} */
export function suggested(field, query) {
  const known = (field.options ?? []).map((value) => {
    const name = field.labels?.[String(value)] ?? String(value);
    return { value, text: name, also: String(value), node: h("span.rh-suggested", {}, name, name !== value && h("code", {}, String(value))) };
  });
  const unset = field.required ? [] : [{ value: "", text: t("form.not_set") }];
  const typed = { value: query, text: query, node: t("resource.use", { name: query }) };
  const isKnown = known.some(({ value, text }) => value === query || text === query);
  return [...filtered([...unset, ...known], query), ...(query && !isKnown ? [typed] : [])];
}
