// @ts-check
// A field for a model or a LoRA: a searchable list, the user's own first, then public ones; any name may be typed.

import { Combo } from "../../components/combobox_state.js";
import { Combobox } from "../../components/combobox.js";
import { Icon } from "../../components/icon.js";
import { get } from "../../core/api.js";
import { h } from "../../core/h.js";
import { useMemo, useSignal } from "../../vendor/preact.js";
import { latest } from "../../core/timing.js";
import { leadTo } from "../../core/tabs.js";
import { t } from "../../core/words.js";

/** @typedef {import("../../core/api_types.js").Resources} Found
 * @typedef {import("../../core/api_types.js").OwnResource & Partial<import("../../core/api_types.js").PublicResource>} Resource
 * @typedef {import("../../components/combobox_state.js").Option} Option */

const REST = 250; // ms between the last letter and the request

/** @param {import("./field_parts.js").FieldProps} props */
export function ResourceField({ studio, field }) {
  const said = useSignal("");
  const combo = useMemo(
    () =>
      new Combo({
        label: field.label,
        placeholder: t("resource.choose"),
        text: () => String(studio.values[field.key] ?? ""),
        search: searcher(field.resource ?? "", said),
        pick: (value) => studio.set(field.key, value),
        empty: () => t("resource.none"),
        floating: true,
      }),
    [studio, field],
  );
  const own = field.resource === "LORA" && h("button.rh-quiet-button", { type: "button", onclick: async () => (await leadTo("account", "#loras"))?.scrollIntoView() }, t("resource.upload"));
  return h(Combobox, { combo, class: "rh-resource-combo", centred: true, footer: h("div.rh-resource-foot", {}, h("span", { role: "status" }, said), own) });
}

/** Searches when typing pauses; outdated queries are not sent.
 * @param {string} kind @param {import("../../vendor/preact.js").Signal<string>} said */
function searcher(kind, said) {
  const rested = latest(async (/** @type {string} */ query) => {
    if (query) await new Promise((resolve) => setTimeout(resolve, REST));
    return { query };
  });
  const ask = latest(
    /** @type {(query: string) => Promise<Found>} */
    ((query) => get("/resources", { kind, query }).catch((/** @type {Error} */ fault) => ({ mine: [], public: [], more: false, problem: fault.message }))),
  );
  return async (/** @type {string} */ query) => {
    ask.drop();
    if (!(await rested(query))) return null;
    said.value = t("resource.asking");
    const found = await ask(query);
    if (!found) return null;
    said.value = found.problem || (found.more ? t("resource.more") : "");
    return optionsOf(found, query);
  };
}

/** @param {Found} found @param {string} query @returns {Option[]} */
function optionsOf(found, query) {
  const option = (/** @type {Resource} */ one, /** @type {string} */ group) => ({ value: one.value, text: one.value, group, node: h(Row, one) });
  const own = found.mine.map((one) => option(one, t("resource.mine")));
  const others = found.public.map((one) => option(one, t("resource.public")));
  const known = [...own, ...others].some(({ value }) => value === query);
  const typed = { value: query, text: query, group: t("resource.typed"), node: t("resource.use", { name: query }) };
  return [...own, ...others, ...(query && !known ? [typed] : [])];
}

/** @param {Resource} props */
function Row({ name, value, about, picture, tags = [] }) {
  const broken = useSignal("");
  const words = [about, tags.join(", ")].filter(Boolean).join(" · ");
  return h(
    "span.rh-resource",
    {},
    h(
      "span.rh-resource-picture",
      {},
      picture && picture !== broken.value
        ? h("img", { src: picture, alt: "", loading: "lazy", onerror: () => (broken.value = picture) })
        : h(Icon, { name: picture ? "image" : "cube" }),
    ),
    h("span.rh-resource-words", {}, h("strong", {}, name), h("code", {}, value), words && h("span", {}, words)),
  );
}
