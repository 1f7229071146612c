// @ts-check
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { server, settled } from "./drawn.js";
import { field, spec } from "./page.js";

const { addRecent, loadDraft, saveDraft } = await import("../../assets/js/core/local_state.js");
const { Item } = await import("../../assets/js/features/studio/media_items.js");
const { RunStudio } = await import("../../assets/js/features/apps/run_form.js");
const { lastWish, Studio } = await import("../../assets/js/features/studio/studio.js");

const MODELS = "/rh/models/{table}/{language}/{file}";
const prompt = field({ key: "prompt", label: "Prompt", kind: "text" });
const shots = field({ key: "multiShot", label: "Several shots", kind: "flag", withheld: true });
const one = spec({ path: "one", title: "One", fields: [prompt, shots] });

/** @param {import("../../assets/js/types.js").Spec[]} specs */
function table(specs) {
  const fields = specs.flatMap((model) => model.fields);
  return { fields, models: specs.map((model) => ({ ...model, fields: model.fields.map((given) => fields.indexOf(given)) })) };
}

/** @param {import("../../assets/js/types.js").Spec[]} specs */
async function opened(specs) {
  server({ [MODELS]: () => table(specs) });
  const studio = new Studio("image");
  await studio.ready;
  return studio;
}

/** A file that is on its way until it is let in. @param {import("../../assets/js/types.js").Field} of */
const coming = (of) => new Item(of, { name: "cat.png", size: 1 });

beforeEach(() => localStorage.clear());

test("a draft of a model that has gone goes along as far as it fits, and what does not is told", async () => {
  const film = field({ key: "film", label: "Film", kind: "video" });
  saveDraft("image", { path: "gone", title: "Old one", values: { prompt: "a cat", multiShot: true }, media: { film: [{ name: "a.mp4", size: 1, value: "https://x/a.mp4" }] } });
  const studio = await opened([one, spec({ path: "two", fields: [film] })]);
  assert.deepEqual([studio.spec?.path, studio.values.prompt], ["one", "a cat"]);
  for (const told of ["Old one", "Several shots", "Film"]) assert.match(studio.notice, new RegExp(told));
});

test("a kept setting that is withheld now falls back to its default and is told, and is not carried over either", async () => {
  saveDraft("image", { path: "one", values: { multiShot: true } });
  const studio = await opened([one, spec({ path: "two", fields: [{ ...shots, withheld: undefined }] })]);
  assert.deepEqual([studio.values.multiShot, studio.body], [null, {}]);
  assert.match(studio.notice, /Several shots/);
  studio.choose("two");
  studio.set("multiShot", true);
  studio.choose("one");
  assert.equal(studio.values.multiShot, null);
  assert.match(studio.notice, /Several shots/);
});

test("without a draft the form is that of the model used last that is not being retired", async () => {
  for (const path of ["one", "two", "three"]) addRecent(path);
  const studio = await opened([one, spec({ path: "two" }), spec({ path: "three", deprecated: true })]);
  assert.equal(studio.spec?.path, "two");
});

test("models that could not be read once are read by whoever asks next", async () => {
  server({ [MODELS]: () => new Error("busy") });
  const studio = new Studio("image");
  await assert.rejects(studio.ready);
  assert.equal(studio.isUnread.value, true);
  server({ [MODELS]: () => table([one]) });
  assert.equal((await studio.lookUp("one"))?.path, "one");
  assert.equal(studio.isUnread.value, false);
});

test("of two newer tables the last one is shown, whichever comes first", async () => {
  const studio = await opened([one]);
  /** @type {((specs: import("../../assets/js/types.js").Spec[]) => void)[]} */
  const answers = [];
  server({ [MODELS]: () => new Promise((go) => answers.push((specs) => go(table(specs)))) });
  const both = [studio.renew(), studio.renew()];
  while (answers.length < 2) await settled();
  answers[1]([one, spec({ path: "newest" })]);
  answers[0]([one]);
  await Promise.all(both);
  assert.deepEqual(studio.models.map(({ path }) => path), ["one", "newest"]);
});

test("a table without a model for the tab empties the form, says so, and leaves the draft", async () => {
  const studio = await opened([one]);
  studio.set("prompt", "a cat");
  server({ [MODELS]: () => table([]) });
  await studio.renew();
  assert.equal(studio.spec, null);
  assert.match(studio.notice, /One/);
  assert.equal(loadDraft("image")?.values?.prompt, "a cat");
  server({ [MODELS]: () => table([one]) });
  await studio.renew();
  assert.deepEqual([/** @type {any} */ (studio.spec)?.path, studio.values.prompt], ["one", "a cat"]);
});

test("of two wishes for a whole form the last one counts, and a failure of the other is not told", async () => {
  let fail = () => {};
  const first = lastWish(() => new Promise((_, no) => (fail = () => no(new Error("late")))));
  const second = lastWish(() => Promise.resolve("second"));
  fail();
  assert.deepEqual([await first, await second], [null, "second"]);
});

const picture = field({ key: "image", label: "Image", kind: "image" });
const app = spec({ path: "app/1", title: "App", fields: [prompt, picture] });

/** @param {Record<string, (given: any) => unknown>} answers */
async function apps(answers) {
  server({ "/inputs/fit": () => new Promise(() => {}), "/forms/form": ({ path }) => ({ refused: "", spec: { ...app, path } }), ...answers });
  const studio = new RunStudio("apps");
  await studio.ready;
  return studio;
}

test("an answer for a form that was left meanwhile, or that comes after another one, opens nothing", async () => {
  /** @type {(() => void)[]} */
  const held = [];
  const studio = await apps({ "/forms/form": ({ path }) => new Promise((go) => held.push(() => go({ refused: "", spec: { ...app, path } }))) });
  const [slow, quick] = [studio.open("app/slow"), studio.open("app/quick")];
  while (held.length < 2) await settled();
  held[1]();
  await quick;
  held[0]();
  assert.equal(await slow, null);
  assert.equal(studio.spec?.path, "app/quick");
  const late = studio.open("app/late");
  while (held.length < 3) await settled();
  studio.close();
  held[2]();
  await late;
  assert.equal(studio.spec, null);
});

test("a file that is still on its way stays when its form is read anew, and waits when the form is left", async () => {
  const studio = await apps({});
  await studio.open("app/1");
  const item = coming(picture);
  studio.bring(/** @type {any} */ (studio.field("image")), [item]);
  studio.set("prompt", "a cat");
  await studio.open("app/1");
  assert.deepEqual([studio.media.image, studio.values.prompt], [[item], "a cat"]);
  studio.close();
  assert.deepEqual([item.stopper.signal.aborted, studio.isComing], [false, true]);
  await studio.open("app/1");
  assert.deepEqual([studio.media.image, item.stopper.signal.aborted], [[item], false]);
  studio.close();
  item.put({ value: "https://x/cat.png" });
  item.changed();
  assert.equal(studio.isComing, false);
  assert.equal(loadDraft("apps.app/1")?.media?.image[0].value, "https://x/cat.png");
});
