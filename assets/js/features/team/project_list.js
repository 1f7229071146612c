// @ts-check
// The projects in the Account tab: made, renamed, shared, closed, and who belongs to them.

import { IconButton } from "../../components/icon.js";
import { Press, submitOnce } from "../../components/press.js";
import { TextInput } from "../../components/text_input.js";
import { faultWords, toast } from "../../components/toast.js";
import { post } from "../../core/api.js";
import { h } from "../../core/h.js";
import { mayRun } from "../../core/person.js";
import { t } from "../../core/words.js";
import { useEffect, useSignal } from "../../vendor/preact.js";
import { accounts, people, projects, readProjects, showProject } from "./projects.js";

/** @import { Named, Project } from "../../core/api_types.js" */

const LONGEST_NAME = 60;

/** @param {Promise<Project>} asked */
async function doing(asked) {
  try {
    showProject(await asked);
    return true;
  } catch (fault) {
    toast(faultWords(fault));
    return false;
  }
}

/** They stand in a section of their own. */
export function ProjectSection() {
  useEffect(() => void readProjects(), []);
  return h(
    "section.rh-account.rh-team.is-wide",
    {},
    h(
      "div",
      {},
      h(
        "section.rh-table",
        { id: "projects" },
        h("h2.rh-heading", {}, t("project.title")),
        h("p.rh-how", {}, t("project.about")),
        h("ul.rh-people", {}, projects.value.map((project) => h(OneProject, { key: project.id, project }))),
        !projects.value.length && h("p.rh-how", {}, t("project.none")),
        mayRun() && h(NewProject),
      ),
    ),
  );
}

function NewProject() {
  const name = useSignal("");
  const busy = useSignal(false);
  const make = async () => {
    if (name.value.trim() && (await doing(post("/projects", { name: name.value, shared: false })))) name.value = "";
  };
  return h(
    "form.rh-link-row",
    { onsubmit: submitOnce(make, busy) },
    h(NameField, { name, label: t("project.name") }),
    h("button.rh-small", { type: "submit", disabled: busy.value }, t("project.make")),
  );
}

/** @param {{ name: import("../../vendor/preact.js").Signal<string>, label: string }} props */
const NameField = ({ name, label }) => h(TextInput, { text: name, maxlength: LONGEST_NAME, placeholder: label, "aria-label": label });

/** @param {{ project: Project }} props */
function OneProject({ project }) {
  const { id, name, shared, closed, changeable } = project;
  const isNamed = useSignal(false);
  const change = (/** @type {{ name?: string, shared?: boolean, closed?: boolean, account?: string }} */ part) => doing(post("/projects/{id}", { id, ...part }));
  return h(
    "li.rh-one-project",
    { "data-project": id },
    h(
      "div.rh-project-head",
      {},
      h("strong", {}, name),
      h("span.rh-chip", {}, t(shared ? "project.shared" : "project.closed_to_others")),
      closed && h("span.rh-chip.is-low-price", {}, t("project.closed")),
    ),
    h(Belonging, { project }),
    accounts.value.length > 0 && h(ProjectAccount, { account: project.account, choose: (account) => change({ account }) }),
    isNamed.value && h(Rename, { project, end: () => (isNamed.value = false), change }),
    changeable &&
      !isNamed.value &&
      h(
        "div.rh-buttons",
        {},
        h("button.rh-small", { type: "button", onclick: () => (isNamed.value = true) }, t("project.rename")),
        h(Press, { title: t("project.share_hint"), words: t(shared ? "project.unshare" : "project.share"), press: () => change({ shared: !shared }) }),
        h(Press, { title: t("project.close_hint"), words: t(closed ? "project.open" : "project.close"), press: () => change({ closed: !closed }) }),
      ),
  );
}

/** The account that the runs of a project go to; only for admins, and where there are several.
 * @param {{ account: string, choose: (account: string) => void }} props */
function ProjectAccount({ account, choose }) {
  const offered = accounts.value.includes(account) || !account ? accounts.value : [...accounts.value, account];
  return h(
    "label.rh-project-account",
    {},
    h("span.rh-label", {}, t("project.account")),
    h(
      "select.rh-input",
      { value: account, onchange: (event) => choose(event.currentTarget.value) },
      h("option", { value: "" }, t("project.account_any")),
      offered.map((name) => h("option", { key: name, value: name }, name)),
    ),
  );
}

/** @param {{ project: Project, end: () => void, change: (part: { name: string }) => Promise<boolean> }} props */
function Rename({ project, end, change }) {
  const name = useSignal(project.name);
  const busy = useSignal(false);
  const save = async () => {
    if (name.value.trim() && (await change({ name: name.value }))) end();
  };
  return h(
    "form.rh-link-row",
    { onsubmit: submitOnce(save, busy) },
    h(NameField, { name, label: t("project.name") }),
    h("button.rh-small", { type: "submit", disabled: busy.value }, t("project.save")),
    h("button.rh-small", { type: "button", onclick: end }, t("project.cancel")),
  );
}

/** The people of a project, and the choice of one more.
 * @param {{ project: Project }} props */
function Belonging({ project: { id, people: inside, changeable } }) {
  const others = people.value.filter((one) => !one.gone && !inside.some((known) => known.id === one.id));
  const remove = (/** @type {Named} */ { id: person }) => doing(post("/projects/{id}/people/remove", { id, person }));
  return h(
    "div.rh-project-people",
    {},
    inside.map((one) =>
      h(
        "span.rh-chip",
        { key: one.id },
        one.gone ? t("project.left", { name: one.name }) : one.name,
        changeable && h(IconButton, { name: "close", label: t("project.remove", { name: one.name }), onclick: () => remove(one) }),
      ),
    ),
    changeable &&
      others.length > 0 &&
      h(
        "select.rh-input.rh-add-person",
        {
          "aria-label": t("project.add"),
          value: "",
          onchange: ({ currentTarget }) => {
            const person = currentTarget.value;
            currentTarget.value = "";
            doing(post("/projects/{id}/people", { id, person }));
          },
        },
        h("option", { value: "" }, t("project.add")),
        others.map((one) => h("option", { key: one.id, value: one.id }, one.name)),
      ),
  );
}
