// @ts-check
// The projects in whose lists a saved form is: whoever sees the project sees the form.

import { IconButton } from "../../components/icon.js";
import { telling } from "../../components/toast.js";
import { post } from "../../core/api.js";
import { h } from "../../core/h.js";
import { t } from "../../core/words.js";
import { useSignal } from "../../vendor/preact.js";
import { openProjects, projects } from "../team/projects.js";

/** @param {string[]} ids */
const named = (ids) => projects.value.filter(({ id }) => ids.includes(id));

/** @param {{ ids?: string[] }} props */
export const ProjectChips = ({ ids = [] }) => named(ids).map(({ id, name }) => h("span.rh-chip.rh-whose", { key: id, title: name }, name));

/** @param {{ path: string, first: string[] }} props */
export function FormProjects({ path, first }) {
  const ids = useSignal(first);
  const there = named(ids.value);
  const others = openProjects.value.filter(({ id }) => !ids.value.includes(id));
  if (!there.length && !others.length) return null;
  const put = telling(async (/** @type {string} */ project, /** @type {boolean} */ yes) => {
    ids.value = (await post("/forms/put", { path, project, yes })).projects;
  });
  return h(
    "div.rh-project-people.rh-form-projects",
    {},
    there.map(({ id, name, belongs, closed }) =>
      h("span.rh-chip", { key: id }, name, belongs && !closed && h(IconButton, { name: "close", label: t("apps.take_out", { project: name }), onclick: () => put(id, false) })),
    ),
    others.length > 0 &&
      h(
        "select.rh-input.rh-add-person",
        {
          "aria-label": t("apps.put_into"),
          title: t("apps.put_into_hint"),
          value: "",
          onchange: ({ currentTarget }) => {
            const project = currentTarget.value;
            currentTarget.value = "";
            put(project, true);
          },
        },
        h("option", { value: "" }, t("apps.put_into")),
        others.map(({ id, name }) => h("option", { key: id, value: id }, name)),
      ),
  );
}
