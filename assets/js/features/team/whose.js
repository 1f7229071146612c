// @ts-check
// Whose a run is: where the next one goes, a label on each, and the filters of the lists.

import { ListFilter } from "../../components/list_filter.js";
import { h } from "../../core/h.js";
import { person as signedIn } from "../../core/person.js";
import { t } from "../../core/words.js";
import { chooseTarget, openProjects, people, projects, target } from "./projects.js";

/** @typedef {Required<Pick<import("../../core/api_types.js").HistoryRow, "person" | "project">>} Owner */

/** Instead of a project: runs that are in none. */
const PRIVATE = "private";

/** Where the next runs go; only for people with an open project. */
export function ProjectChooser() {
  if (!openProjects.value.length) return null;
  return h(
    "select.rh-input.rh-project",
    { "aria-label": t("project.goes_to"), title: t("project.goes_to"), value: target.value, onchange: (event) => chooseTarget(event.currentTarget.value) },
    h("option", { value: "" }, t("project.private")),
    openProjects.value.map(({ id, name }) => h("option", { key: id, value: id }, name)),
  );
}

/** The project, and the person if it is somebody else; empty for the user's own private work.
 * @param {Partial<Owner>} owner */
export const whoseWords = ({ project, person }) => [project, person].filter(Boolean).join(" · ");

/** @param {{ of: Partial<Owner> }} props */
export const Whose = ({ of }) => whoseWords(of) && h("span.rh-chip.rh-whose", { title: whoseWords(of) }, whoseWords(of));

/** The filters of a list by person and by project; empty means all.
 * @param {Owner & { id: string, choose: (part: Partial<Owner>) => void }} props */
export function WhoseFilters({ person, project, id, choose }) {
  const own = signedIn()?.id;
  if (!own) return null;
  /** @type {[keyof Owner, string, [string, string][]][]} */
  const filters = [
    ["project", project, [[PRIVATE, t("project.private")], ...projects.value.map((one) => /** @type {[string, string]} */ ([one.id, one.name]))]],
    ["person", person, people.value.map((one) => [one.id, one.id === own ? t("project.me", { name: one.name }) : one.name])],
  ];
  return filters.map(([name, value, among]) =>
    h(ListFilter, { key: name, id: `${id}-${name}`, label: t(`project.${name}`), value, among, choose: (chosen) => choose({ [name]: chosen }) }),
  );
}
