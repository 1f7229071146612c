// @ts-check
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { card, server, settled, stage } from "./drawn.js";

document.body.className = "gradio-container";
const { h } = await import("../../assets/js/core/h.js");
const { FormProjects, ProjectChips } = await import("../../assets/js/features/apps/form_projects.js");
const { MoveRuns, ProjectOf } = await import("../../assets/js/features/team/move_runs.js");
const { isProjectsRead, projects } = await import("../../assets/js/features/team/projects.js");

/** @param {string} id @param {string} name @param {object} [more] */
const project = (id, name, more) => ({ id, name, shared: false, closed: false, belongs: true, changeable: true, account: "", people: [], ...more });
/** @type {ReturnType<typeof stage>} */
let on;
beforeEach(() => {
  on = stage();
  isProjectsRead.value = true;
  projects.value = [project("film", "Film"), project("series", "Series"), project("shut", "Shut", { closed: true }), project("theirs", "Theirs", { belongs: false })];
});
afterEach(() => on.draw(null));
const said = () => document.querySelector(".rh-toasts")?.textContent ?? "";
const options = () => [...on.place.querySelectorAll("option")].map((option) => option.textContent);
/** @param {string} value */
async function choose(value) {
  const select = on.find("select");
  select.value = value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
  await settled();
}

test("a run goes to an open project of the user's, and its place says so", async () => {
  const asked = server({ "/runs/{id}/project": () => ({}) });
  await on.draw(h(ProjectOf, { run: card({ project: "", movable: true }) }));
  assert.deepEqual(options(), ["Move to a project…", "Film", "Series"]);
  assert.match(on.place.textContent ?? "", /^Private/);
  await choose("film");
  assert.deepEqual(asked, [["/runs/{id}/project", { id: "run1", project: "film" }]]);
  assert.match(said(), /The run is now in Film/);
  assert.match(on.find(".rh-project-of span").textContent, /^Film$/);
  assert.deepEqual(options(), ["Move to a project…", "Series"]);
});

test("a run that may not be moved has its project's name only", async () => {
  await on.draw(h(ProjectOf, { run: card({ project: "Film", movable: false }) }));
  assert.deepEqual([on.place.textContent, on.find("select")], ["Film", null]);
});

test("of several runs each is asked for once, and a refusal is told beside what was done", async () => {
  const asked = server({ "/runs/{id}/project": ({ id }) => (id === "two" ? new Error("It belongs to somebody else.") : {}) });
  let isDone = false;
  await on.draw(h(MoveRuns, { runs: () => ["one", "two", "one", "three"], then: () => (isDone = true) }));
  await choose("series");
  assert.deepEqual(asked.map(([, given]) => given), ["one", "two", "three"].map((id) => ({ id, project: "series" })));
  assert.match(said(), /2 runs are now in Series\. It belongs to somebody else\./);
  assert.ok(isDone);
});

test("a form is put into a project and taken out of it by those who belong to it", async () => {
  const asked = server({ "/forms/put": ({ project: id, yes }) => ({ projects: yes ? ["theirs", id] : ["theirs"] }) });
  await on.draw(h(FormProjects, { path: "run/app/1", first: ["theirs"] }));
  assert.deepEqual(options(), ["Put into a project…", "Film", "Series"]);
  assert.equal(on.find(".rh-chip button"), null, "only somebody of the project takes it out");
  await choose("film");
  assert.deepEqual(asked.at(-1), ["/forms/put", { path: "run/app/1", project: "film", yes: true }]);
  assert.deepEqual(options(), ["Put into a project…", "Series"]);
  on.find(".rh-chip button").click();
  await settled();
  assert.deepEqual(asked.at(-1), ["/forms/put", { path: "run/app/1", project: "film", yes: false }]);
  projects.value = [];
  await on.draw(h(FormProjects, { path: "run/app/1", first: [] }));
  assert.equal(on.place.childElementCount, 0, "and takes no room where there are no projects");
  projects.value = [project("film", "Film")];
  await on.draw(h("p", {}, h(ProjectChips, { ids: ["film", "unseen"] })));
  assert.equal(on.place.textContent, "Film");
});
