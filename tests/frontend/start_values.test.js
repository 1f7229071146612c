// @ts-check
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { server, settled, stage } from "./drawn.js";
import { field, spec } from "./page.js";

document.body.className = "gradio-container";
const { h } = await import("../../assets/js/core/h.js");
const { loadDraft, saveDraft } = await import("../../assets/js/core/local_state.js");
const { Form } = await import("../../assets/js/features/studio/form.js");
const { startingBody } = await import("../../assets/js/features/studio/start_values.js");
const { Studio } = await import("../../assets/js/features/studio/studio.js");
const { chooseTarget, isProjectsRead, projects, starts } = await import("../../assets/js/features/team/projects.js");

const MODELS = "/rh/models/{table}/{language}/{file}";
const prompt = field({ key: "prompt", label: "Prompt", kind: "text" });
const ratio = field({ key: "ratio", label: "Ratio", kind: "choice", default: "1:1", options: ["1:1", "16:9", "9:16"] });
const seed = field({ key: "seed", label: "Seed", kind: "integer" });
const picture = field({ key: "picture", label: "Picture", kind: "image", many: true });
const secret = field({ key: "password", label: "Password", kind: "text", secret: true });
const FIELDS = [prompt, ratio, seed, picture, secret];
const one = spec({ path: "one", title: "One", fields: FIELDS });
const two = spec({ path: "two", title: "Two", fields: FIELDS });
const PICTURE = "input:aa.png";

/** @param {string} id @param {string} name */
const project = (id, name) => ({ id, name, shared: false, closed: false, belongs: true, changeable: true, account: "", people: [] });
/** @param {string} id @param {string} endpoint */
const start = (id, endpoint, begins = false, at = "1", has_values = true) => ({ project: id, endpoint, modality: "image", begins, has_values, at });
/** What each project's forms start with, by project and model. @type {Record<string, object>} */
const VALUES = {
  "film one": { values: { ratio: "16:9", prompt: null }, media: { picture: [{ value: PICTURE }] }, lost: [] },
  "film two": { values: { ratio: "9:16" }, media: {}, lost: ["Resolution (8k)"] },
  "series one": { values: { ratio: "9:16" }, media: {}, lost: [] },
};

/** @type {[string, any][]} */
let asked = [];

async function opened() {
  const models = [one, two];
  const fields = models.flatMap((model) => model.fields);
  asked = server({
    [MODELS]: () => ({ fields, models: models.map((model) => ({ ...model, fields: model.fields.map((given) => fields.indexOf(given)) })) }),
    "/projects/{id}/start-values": (given) => ("endpoint" in given && !("params" in given) && !("begins" in given) ? VALUES[`${given.id} ${given.endpoint}`] : { forms: [start("film", "one", false, "2")] }),
    "/projects/{id}/start-values/forget": () => ({ forms: [] }),
  });
  const studio = new Studio("image");
  await studio.ready;
  await settled();
  return studio;
}

/** The last question about projects. */
const last = () => asked.filter(([question]) => question.startsWith("/projects")).at(-1);

/** @param {string} id */
async function choose(id) {
  chooseTarget(id);
  await settled();
}

/** @param {import("../../assets/js/features/studio/studio.js").Studio} studio */
const shown = (studio) => [studio.spec?.path, studio.values.prompt ?? "", studio.values.ratio, studio.media.picture.map((item) => item.value)];
const said = () => document.querySelector(".rh-toasts")?.textContent ?? "";
const pressToast = () => /** @type {any} */ ([...document.querySelectorAll(".rh-toast-action")].at(-1)).click();

beforeEach(() => {
  localStorage.clear();
  chooseTarget("");
  projects.value = [project("film", "Film"), project("series", "Series"), project("other", "Other")];
  starts.value = [start("film", "one"), start("film", "two"), start("series", "one")];
  isProjectsRead.value = true;
});
afterEach(() => chooseTarget(""));

test("an untouched form takes the values of the project that is chosen, and gives them back with it", async () => {
  const studio = await opened();
  assert.deepEqual(shown(studio), ["one", "", "1:1", []]);
  await choose("film");
  assert.deepEqual(shown(studio), ["one", "", "16:9", [PICTURE]]);
  assert.equal(studio.starts.isOffered.value, false);
  assert.deepEqual([studio.body.ratio, studio.body.picture], ["16:9", [PICTURE]], "what is seen is what is sent");
  await choose("series");
  assert.deepEqual(shown(studio), ["one", "", "9:16", []]);
  await choose("other");
  assert.deepEqual(shown(studio), ["one", "", "1:1", []]);
});

test("what somebody typed stays until they press, what the values do not name stays then, too, and comes back", async () => {
  const studio = await opened();
  studio.set("prompt", "a kite");
  studio.set("ratio", "9:16");
  await choose("film");
  assert.deepEqual(shown(studio), ["one", "a kite", "9:16", []]);
  assert.equal(studio.starts.isOffered.value, true);
  studio.set("password", "hush");
  await studio.starts.use();
  assert.deepEqual(shown(studio), ["one", "", "16:9", [PICTURE]], "null empties a field");
  assert.deepEqual([studio.values.password, studio.starts.isOffered.value], ["hush", false]);
  await settled();
  assert.match(said(), /start values of Film/);
  pressToast();
  assert.deepEqual(shown(studio), ["one", "a kite", "9:16", []]);
  assert.deepEqual([studio.values.password, studio.starts.isOffered.value], ["hush", true]);
});

test("what is typed while the values are on their way stays", async () => {
  const studio = await opened();
  chooseTarget("film");
  studio.set("prompt", "quick hands");
  await settled();
  assert.deepEqual(shown(studio), ["one", "quick hands", "1:1", []]);
});

test("another model starts with its own values unless somebody typed, and names what it no longer takes", async () => {
  const studio = await opened();
  await choose("film");
  studio.choose("two");
  await settled();
  assert.deepEqual(shown(studio), ["two", "", "9:16", []]);
  assert.match(studio.notice, /Left out.*Resolution \(8k\)/);
  studio.set("prompt", "mine");
  studio.choose("one");
  await settled();
  assert.deepEqual(shown(studio), ["one", "mine", "9:16", []]);
  assert.equal(studio.starts.isOffered.value, true);
});

test("a project begins its tab with its model, but not over a draft of an earlier visit", async () => {
  starts.value = [start("film", "two", true)];
  const studio = await opened();
  await choose("film");
  assert.deepEqual(shown(studio), ["two", "", "9:16", []]);
  saveDraft("image", { path: "one", values: {} });
  const again = await opened();
  assert.equal(again.spec?.path, "one");
  localStorage.clear();
  chooseTarget("film");
  assert.equal((await opened()).spec?.path, "two");
});

test("a tab that only begins with a model offers no values and asks for none", async () => {
  const studio = await opened();
  studio.set("prompt", "mine");
  await choose("film");
  starts.value = [start("film", "one", true, "3", false)];
  await settled();
  assert.deepEqual([studio.starts.isOffered.value, Boolean(studio.starts.there.value?.begins)], [false, true]);
  starts.value = [start("film", "two", true, "3", false), start("series", "one")];
  localStorage.clear();
  chooseTarget("series");
  const other = await opened();
  assert.deepEqual(shown(other), ["one", "", "9:16", []]);
  const before = asked.length;
  await choose("film");
  assert.deepEqual([shown(other), asked.length], [["two", "", "1:1", []], before], "and gives back what another project began with");
});

test("values under a path that the model had before are its own, but its present path comes first", async () => {
  one.formerly = ["older"];
  starts.value = [start("film", "older")];
  const studio = await opened();
  await choose("film");
  assert.deepEqual(shown(studio), ["one", "", "16:9", [PICTURE]]);
  assert.deepEqual(last(), ["/projects/{id}/start-values", { id: "film", endpoint: "one", language: "en" }]);
  starts.value = [start("film", "older"), start("film", "one", false, "2")];
  assert.deepEqual([studio.starts.there.value?.endpoint, studio.starts.isOffered.value], ["one", true]);
  delete one.formerly;
});

test("a visit later the form still knows that it has them, and Start over begins with them", async () => {
  const studio = await opened();
  await choose("film");
  studio.set("prompt", "kite");
  studio.keepNow();
  assert.equal(loadDraft("image")?.taken, "film one 1");
  const again = await opened();
  assert.deepEqual([shown(again), again.starts.isOffered.value], [["one", "kite", "16:9", [PICTURE]], false]);
  await again.starts.startOver();
  assert.deepEqual(shown(again), ["one", "", "16:9", [PICTURE]]);
});

test("what is set is saved: without secrets, without numbers that are new each time, with what was emptied", async () => {
  const studio = await opened();
  await choose("other");
  await studio.starts.save();
  await settled();
  assert.match(said(), /Nothing is set/);
  studio.set("password", "hush");
  studio.set("seed", 7);
  studio.setFresh("seed", true);
  studio.set("ratio", "16:9");
  studio.set("prompt", "");
  assert.deepEqual(startingBody(studio), { ratio: "16:9", prompt: null });
  await choose("film");
  await studio.starts.save();
  assert.deepEqual(last(), ["/projects/{id}/start-values", { id: "film", endpoint: "one", params: { ratio: "16:9", prompt: null } }]);
  assert.equal(studio.starts.isOffered.value, false, "the form has what was saved");
});

test("the menu is there for a project only, and can begin the tab with the model and forget", async () => {
  const studio = await opened();
  const on = stage();
  await on.draw(h(Form, { studio }));
  assert.equal(on.find(".rh-start-menu"), null);
  await choose("film");
  assert.match(on.find(".rh-start-menu summary").textContent, /Start values of Film/);
  const box = on.find(".rh-start-menu input");
  box.checked = true;
  box.dispatchEvent(new Event("change", { bubbles: true }));
  await settled();
  assert.deepEqual(last(), ["/projects/{id}/start-values", { id: "film", endpoint: "one", begins: true }]);
  on.button("Forget them").click();
  await settled();
  assert.deepEqual([last()?.[0], starts.value], ["/projects/{id}/start-values/forget", []]);
  await on.draw(null);
});
