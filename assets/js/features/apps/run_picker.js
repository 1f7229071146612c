// @ts-check
// Above the form on the tab of apps and workflows: the choices, or the chosen one.

import { Icon, IconButton } from "../../components/icon.js";
import { whenSeen } from "../../components/sight.js";
import { telling, toast } from "../../components/toast.js";
import { post } from "../../core/api.js";
import { h } from "../../core/h.js";
import { mayRun } from "../../core/person.js";
import { sentences, t } from "../../core/words.js";
import { useEffect, useRef, useSignal, useSignalEffect } from "../../vendor/preact.js";
import { Apps } from "./apps.js";
import { FormProjects } from "./form_projects.js";
import { QuickCreations } from "./quick_creations.js";
import { Cover } from "./run_tiles.js";
import { Workflows } from "./workflows.js";

export { takeWorkflow } from "./workflows.js";

/** @typedef {import("./run_form.js").RunStudio} RunStudio @typedef {import("./run_form.js").RunSpec} RunSpec */

/** The sections of the library by name; each calls `studio.open(path)`. */
const SECTIONS = { apps: Apps, workflows: Workflows, quick: QuickCreations };

/** @param {{ studio: RunStudio }} props */
export function RunPicker({ studio }) {
  if (!mayRun()) return null;
  const spec = /** @type {RunSpec | null} */ (studio.spec);
  // Phones have another layout while there is no form.
  return h("div.rh-run-picker", { class: spec ? "" : "is-choosing" }, spec && h("div.rh-run-chosen", {}, h(Chosen, { studio, spec })), h(Library, { studio, hidden: Boolean(spec) }));
}

/** Its sections keep their state.
 * @param {{ studio: RunStudio, hidden: boolean }} props */
function Library({ studio, hidden }) {
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  const { section } = studio;
  const seen = useSignal(/** @type {Set<string>} */ (new Set()));
  useSignalEffect(() => {
    seen.value = new Set(seen.peek()).add(section.value);
  });
  useEffect(() => whenSeen(place.current, () => (section.value ||= "apps")), []);
  return h(
    "div.rh-run-library",
    { hidden, ref: place },
    h(
      "div.rh-tasks",
      { role: "group", "aria-label": t("apps.what") },
      Object.keys(SECTIONS).map((name) =>
        h("button.rh-task", { type: "button", key: name, "data-section": name, "aria-pressed": name === section.value, onclick: () => (section.value = name) }, t(`apps.section_${name}`)),
      ),
    ),
    h("div.rh-run-section", {}, Object.entries(SECTIONS).map(([name, Section]) => seen.value.has(name) && h(Section, { key: name, studio, hidden: name !== section.value }))),
  );
}

/** @param {{ studio: RunStudio, spec: RunSpec }} props */
function Chosen({ studio, spec }) {
  const again = h(IconButton, { name: "reuse", label: t("apps.again"), onclick: telling(() => fetchAnew(studio, spec)) });
  const edit = telling(async () => (await import("./workflow_inputs.js")).editInputs(studio));
  return [
    h(
      "div.rh-run-line",
      { key: "line" },
      h("button.rh-quiet-button.rh-run-back", { type: "button", onclick: () => studio.close() }, h(Icon, { name: "left" }), t("apps.back")),
      spec.kind === "workflow" && h("span.rh-flow-buttons", {}, again, h("button.rh-small", { type: "button", onclick: edit }, t("workflows.edit"))),
      spec.kind === "ai-app" && again,
    ),
    h("div.rh-run-card", { key: spec.path }, h(Cover, spec), h("div.rh-run-card-text", {}, h("strong", {}, spec.title), h("p.rh-quiet", {}, spec.description), h(FormProjects, { path: spec.path, first: spec.projects }))),
  ];
}

/** Loads the app's present form; what was typed is carried over as far as it fits.
 * @param {RunStudio} studio @param {RunSpec} spec */
async function fetchAnew(studio, spec) {
  if (spec.kind !== "workflow") {
    await studio.openApp(spec.id);
    toast(t("apps.renewed"));
    return;
  }
  const { own, lost, more } = await post("/workflows/renew", { path: spec.path });
  await studio.open(spec.path);
  const gone = lost.length > 0 && t("workflows.renewed_without", { inputs: [...lost, ...(more ? ["…"] : [])].join(", ") });
  toast(sentences(t(own ? "workflows.renew_own" : "workflows.renewed"), gone));
}
