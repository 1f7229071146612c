// A field that names a model or a LoRA: a list to search, one's own first, then public ones, and any name typed.

import { Combo } from "../../components/combobox.js";
import { h, icon } from "../../core/dom.js";
import { ask } from "../../core/api.js";
import { language, t } from "../../core/words.js";

const REST = 250; // ms between the last letter and the question

export function resourceField(studio, field) {
  const said = h("span", { role: "status" });
  const own = field.resource === "LORA" && h("button.rh-quiet-button", { type: "button", onclick: showLoras }, t("resource.upload"));
  const combo = new Combo({
    label: field.label,
    placeholder: t("resource.choose"),
    search: searcher(field.resource, said),
    pick: (value) => studio.set(field.key, value),
    empty: () => t("resource.none"),
    footer: h("div.rh-resource-foot", {}, said, own),
    floating: true,
  });
  combo.element.classList.add("rh-resource-combo");
  combo.input.addEventListener("click", () => combo.input.scrollIntoView({ block: "center" })); // room for the list
  const draw = () => combo.show(studio.values[field.key] ?? "");
  draw();
  return { element: combo.element, draw };
}

function showLoras() {
  window.dispatchEvent(new CustomEvent("rh:tab", { detail: "account" }));
  requestAnimationFrame(() => document.getElementById("loras")?.scrollIntoView());
}

/** Asks once the typing rests; what has been overtaken is not asked for. */
function searcher(kind, said) {
  let last = 0;
  return async (query) => {
    last += 1;
    const mine = last;
    if (query) await new Promise((resolve) => setTimeout(resolve, REST));
    if (mine !== last) return [];
    said.textContent = t("resource.asking");
    let found = { mine: [], public: [], more: false, problem: "" };
    try {
      found = await ask("resources", kind, query, language());
    } catch (fault) {
      found.problem = fault.message;
    }
    if (mine === last) said.textContent = found.problem || (found.more ? t("resource.more") : "");
    return options(found, query);
  };
}

function options(found, query) {
  const own = found.mine.map((one) => ({ value: one.value, text: one.value, group: t("resource.mine"), node: node(one) }));
  const others = found.public.map((one) => ({ value: one.value, text: one.value, group: t("resource.public"), node: node(one) }));
  const known = [...own, ...others].some((option) => option.value === query);
  const typed = { value: query, text: query, group: t("resource.typed"), node: t("resource.use", { name: query }) };
  return [...own, ...others, ...(query && !known ? [typed] : [])];
}

function node({ name, value, about, picture, tags = [] }) {
  const image = picture && h("img", { src: picture, alt: "", loading: "lazy", onerror: (event) => event.target.replaceWith(icon("image")) });
  const words = [about, tags.join(", ")].filter(Boolean).join(" · ");
  return h(
    "span.rh-resource",
    {},
    h("span.rh-resource-picture", {}, image || icon("cube")),
    h("span.rh-resource-words", {}, h("strong", {}, name), h("code", {}, value), words && h("span", {}, words)),
  );
}
