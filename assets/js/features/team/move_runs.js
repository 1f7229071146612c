// @ts-check
// Puts runs that have ended into a project.

import { faultWords, toast } from "../../components/toast.js";
import { post } from "../../core/api.js";
import { h } from "../../core/h.js";
import { t } from "../../core/words.js";
import { useSignal } from "../../vendor/preact.js";
import { openProjects } from "./projects.js";

/** @typedef {import("../../core/api_types.js").Card} Card */

/** Returns those that are there now; the first refusal is shown.
 * @param {Iterable<string>} runs @param {string} project */
async function put(runs, project) {
  let fault = null;
  const moved = [];
  for (const id of new Set(runs)) {
    try {
      await post("/runs/{id}/project", { id, project });
      moved.push(id);
    } catch (refusal) {
      fault ??= refusal;
    }
  }
  const name = openProjects.value.find(({ id }) => id === project)?.name ?? "";
  const told = moved.length ? [t(moved.length === 1 ? "project.moved_one" : "project.moved", { name, count: moved.length })] : [];
  toast([...told, ...(fault ? [faultWords(fault)] : [])].join(" "));
  return moved;
}

/** A choice of where to; none where there is no other project.
 * @param {{ besides?: string, choose: (project: string) => unknown }} props */
function Destinations({ besides, choose }) {
  const busy = useSignal(false);
  const others = openProjects.value.filter(({ name }) => name !== besides);
  if (!others.length) return null;
  /** @param {import("../../vendor/preact.js").TargetedEvent<HTMLSelectElement>} event */
  const chosen = async ({ currentTarget }) => {
    const project = currentTarget.value;
    currentTarget.value = "";
    busy.value = true;
    await choose(project);
    busy.value = false;
  };
  return h(
    "select.rh-input.rh-move",
    { "aria-label": t("project.move"), title: t("project.move_hint"), value: "", disabled: busy.value, onchange: chosen },
    h("option", { value: "" }, t("project.move")),
    others.map(({ id, name }) => h("option", { key: id, value: id }, name)),
  );
}

/** The project of a run, and where else it may go.
 * @param {{ run: Card }} props */
export function ProjectOf({ run }) {
  const project = useSignal(run.project);
  const choose = async (/** @type {string} */ to) => {
    if (!(await put([run.id], to)).length) return;
    project.value = openProjects.value.find(({ id }) => id === to)?.name ?? "";
  };
  return h("span.rh-project-of", {}, h("span", {}, project.value || t("project.private")), run.movable && h(Destinations, { besides: project.value, choose }));
}

/** Puts the runs of several results into a project.
 * @param {{ runs: () => string[], then: () => void }} props */
export const MoveRuns = ({ runs, then }) => h(Destinations, { choose: async (project) => (await put(runs(), project)).length && then() });
