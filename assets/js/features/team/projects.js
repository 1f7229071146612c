// @ts-check
// The projects that the user sees, the people, and where new runs go. Nothing where there are no people.

import { get, onChange } from "../../core/api.js";
import { kept } from "../../core/browser_storage.js";
import { person } from "../../core/person.js";
import { debounced, latest } from "../../core/timing.js";
import { batch, computed, signal } from "../../vendor/preact.js";

/** @import { Named, Project, StartForm } from "../../core/api_types.js" */

export const projects = signal(/** @type {Project[]} */ ([]));
/** By name. */
export const people = signal(/** @type {Named[]} */ ([]));
export const isProjectsRead = signal(false);
/** Which models have start values in which projects. */
export const starts = signal(/** @type {StartForm[]} */ ([]));
/** The names of those that an admin may choose for a project; empty where there is one account. */
export const accounts = signal(/** @type {string[]} */ ([]));
const chosen = signal(kept.project.read());
const ask = latest(() => get("/projects"));

/** Those to which new runs may go. */
export const openProjects = computed(() => projects.value.filter(({ belongs, closed }) => belongs && !closed));

/** The project of new runs; empty: they are private. */
export const target = computed(() => (!isProjectsRead.value || openProjects.value.some(({ id }) => id === chosen.value) ? chosen.value : ""));

/** @param {string} id */
export function chooseTarget(id) {
  kept.project.write(id);
  chosen.value = id;
}

export async function readProjects() {
  const found = await ask().catch(() => null);
  if (!found) return;
  batch(() => {
    projects.value = found.projects;
    people.value = found.people;
    if (JSON.stringify(found.starts) !== JSON.stringify(starts.peek())) starts.value = found.starts;
    accounts.value = found.accounts;
    isProjectsRead.value = true;
  });
}

/** Shows a project as the server answered it.
 * @param {Project} project */
export function showProject(project) {
  const isKnown = projects.value.some(({ id }) => id === project.id);
  projects.value = isKnown ? projects.value.map((one) => (one.id === project.id ? project : one)) : [...projects.value, project];
}

if (person()) {
  const again = debounced(readProjects, 1000);
  readProjects();
  onChange((online) => online && again());
}
