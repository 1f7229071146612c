// @ts-check
// The styles of a quick creation as pictures. Choosing one fills in its values, visibly.

import { Icon } from "../../components/icon.js";
import { get } from "../../core/api.js";
import { h } from "../../core/h.js";
import { useValue } from "../studio/field_parts.js";
import { useEffect, useSignal } from "../../vendor/preact.js";
import { t } from "../../core/words.js";

/** A style that only the form lists has just a name. `sets`: the values that it fills in.
 * @typedef {Omit<Partial<import("../../core/api_types.js").Style>, "sets"> & { name: string, sets: Record<string, import("../../types.js").Scalar> }} Style
 * @typedef {import("../studio/field_parts.js").FieldProps} FieldProps */

/** @param {FieldProps} props */
export function StyleField(props) {
  const { studio, field } = props;
  const path = studio.spec?.path;
  const styles = useSignal(/** @type {Style[] | null} */ (null));
  const picked = useSignal(/** @type {Style | null} */ (null));
  const value = useValue(props);
  useEffect(() => {
    let over = false;
    get("/quick-creations/styles", { path: path ?? "" }).then(
      (/** @type {{ styles: Style[] }} */ told) => over || (styles.value = told.styles),
      () => over || (styles.value = []),
    );
    return () => {
      over = true;
    };
  }, [path]);
  if (!styles.value) return null;
  const all = stylesOf(field, styles.value);
  const isValue = (/** @type {Style} */ style) => style.sets[field.key] === value;
  const chosen = picked.value && isValue(picked.value) ? picked.value : all.find(isValue) ?? null;
  const pick = (/** @type {Style} */ style) => {
    picked.value = style;
    for (const [key, set] of Object.entries(style.sets)) studio.set(key, set);
  };
  const tile = (/** @type {Style} */ style) =>
    h(
      "button.rh-style",
      { type: "button", "aria-pressed": style === chosen, onclick: () => pick(style) },
      h("span.rh-style-picture", {}, h(Picture, { key: style.picture, picture: style.picture })),
      h("span.rh-style-name", {}, style.name),
    );
  return [
    h("div.rh-styles", { role: "group", "aria-label": field.label }, all.map(tile)),
    h("div.rh-style-words", {}, chosen && h(Hints, { studio, style: chosen })),
  ];
}

/** The maker's styles that set this field, then its other options.
 * @param {import("../../types.js").Field} field @param {Style[]} styles @returns {Style[]} */
export function stylesOf(field, styles) {
  const mine = styles.filter((style) => field.key in style.sets);
  const known = new Set(mine.map((style) => style.sets[field.key]));
  const rest = (field.options ?? []).filter((value) => !known.has(value));
  return [...mine, ...rest.map((value) => ({ name: field.labels?.[String(value)] ?? String(value), sets: { [field.key]: value } }))];
}

/** @param {{ picture?: string }} props */
function Picture({ picture }) {
  const broken = useSignal(!picture);
  if (broken.value) return h(Icon, { name: "image" });
  return h("img", { src: picture, alt: "", loading: "lazy", onerror: () => (broken.value = true) });
}

/** The maker's hints for the prompt.
 * @param {{ studio: import("../studio/studio.js").Studio, style: Style }} props */
function Hints({ studio, style: { trigger, sample } }) {
  const target = studio.spec?.fields.find((field) => field.kind === "text" && !field.resource && !field.secret);
  if (!target) return null;
  const text = String(studio.values[target.key] ?? "");
  const line = (/** @type {string} */ words, /** @type {string} */ act, /** @type {string} */ written) =>
    h("p.rh-help", {}, words, " ", h("button.rh-quiet-button", { type: "button", onclick: () => studio.set(target.key, written) }, act));
  return [
    trigger && !text.includes(trigger) && line(t("quick.trigger", { words: trigger }), t("quick.trigger_add"), [text, trigger].filter(Boolean).join(", ")),
    sample && sample !== text && line(t("quick.sample", { words: sample }), t("quick.sample_use"), sample),
  ];
}
