// @ts-check
// The start values of the project to which the next run goes: an offer above the form, and a menu below it.

import { telling } from "../../components/toast.js";
import { h } from "../../core/h.js";
import { t } from "../../core/words.js";

/** @typedef {{ studio: import("./studio.js").Studio }} Props */

/** @param {Props} props */
export function StartOffer({ studio: { starts } }) {
  const project = starts.project.value;
  if (!project || !starts.isOffered.value) return null;
  return h(
    "p.rh-notice.rh-start-offer",
    { role: "status" },
    h("span", {}, t("starts.offer", { project: project.name })),
    h("button.rh-small", { type: "button", onclick: telling(() => starts.use()) }, t("starts.use")),
  );
}

/** @param {Props} props */
export function StartMenu({ studio }) {
  const { starts } = studio;
  const project = starts.project.value;
  if (!project) return null;
  const there = starts.there.value;
  const hasValues = there?.has_values;
  const button = (/** @type {string} */ words, /** @type {() => Promise<void>} */ press) =>
    h("button.rh-quiet-button", { type: "button", onclick: telling(press) }, words);
  return h(
    "details.rh-start-menu",
    {},
    h("summary.rh-quiet-button", {}, t("starts.of", { project: project.name })),
    h(
      "div.rh-start-acts",
      {},
      h("p.rh-help", {}, t(hasValues ? "starts.about_there" : "starts.about", { project: project.name })),
      hasValues && button(t("starts.use"), () => starts.use()),
      button(t("starts.save"), () => starts.save()),
      hasValues && button(t("starts.forget"), () => starts.forget()),
      studio.modality !== "apps" &&
        h(
          "label.rh-check",
          {},
          h("input", { type: "checkbox", checked: Boolean(there?.begins), onchange: telling((/** @type {{ currentTarget: HTMLInputElement }} */ event) => starts.setFirst(event.currentTarget.checked)) }),
          h("span", {}, t("starts.begins", { project: project.name })),
        ),
    ),
  );
}
