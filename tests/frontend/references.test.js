// @ts-check
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { server, settled } from "./drawn.js";
import { field, spec } from "./page.js";

const { begun, completed, offered } = await import("../../assets/js/features/studio/mention_text.js");
const { Item, linkItem } = await import("../../assets/js/features/studio/media_items.js");
const { Studio } = await import("../../assets/js/features/studio/studio.js");
const { plainBody } = await import("../../assets/js/features/studio/form_state.js");

const refs = field({ key: "refImages", label: "References", kind: "references", many: true, maxItems: 3, accept: ["png"], parts: { type: "type", name: "tag", file: "url", of: "image" } });
const model = spec({ path: "omni", title: "Omni", fields: [field({ key: "prompt", label: "Prompt", kind: "text" }), refs] });

async function opened() {
  server({
    "/rh/models/{table}/{language}/{file}": () => ({ fields: model.fields, models: [{ ...model, fields: [0, 1] }] }),
    "/models/estimate": () => ({ problems: [], fields: {}, amount: null, currency: null, how: "", from: false }),
    "/inputs/link": ({ link }) => ({ ref: link }),
  });
  const studio = new Studio("video");
  await studio.ready;
  return studio;
}

/** @param {string} name */
const link = (name) => linkItem(refs, `https://x/${name}.png`);

/** @param {string} name */
const past = (name, called = "") => ({ name, size: null, value: `https://x/${name}.png`, called });

beforeEach(() => localStorage.clear());

test("references go out with type and name, a name stays with its file, and a new one takes the free name", async () => {
  const studio = await opened();
  studio.bring(refs, [link("a"), link("b"), link("c")]);
  await settled();
  assert.deepEqual(studio.body.refImages, ["a", "b", "c"].map((name, place) => ({ type: "image", tag: `image_${place + 1}`, url: `https://x/${name}.png` })));
  const [a, b, c] = studio.media.refImages;
  studio.putItems("refImages", [c, a]);
  b.release();
  assert.deepEqual(studio.media.refImages.map(({ called }) => called), ["image_3", "image_1"]);
  studio.bring(refs, [link("d")]);
  await settled();
  assert.deepEqual(studio.media.refImages.map(({ called }) => called), ["image_3", "image_1", "image_2"]);
});

test("a draft and a past run bring the names back with the files", async () => {
  const studio = await opened();
  studio.bring(refs, [link("a"), link("b")]);
  studio.putItems("refImages", studio.media.refImages.slice(1));
  await settled();
  const { media } = studio.draft();
  assert.deepEqual(media.refImages, [{ name: "https://x/b.png", size: null, value: "https://x/b.png", source: "", called: "image_2" }]);
  studio.fill(model, { media: { refImages: [past("z", "image_3"), past("y")] } });
  assert.deepEqual(studio.media.refImages.map(({ called }) => called), ["image_3", "image_1"]);
});

test("a file on its way is left out of the body until it is there", async () => {
  const studio = await opened();
  studio.bring(refs, [new Item(refs, { name: "cat.png", size: 1 }), link("a")]);
  await settled();
  assert.deepEqual(plainBody(studio.snapshot()).refImages, [{ type: "image", tag: "image_2", url: "https://x/a.png" }]);
});

test("an @ begins a name wherever a word may begin, also in Chinese, and never inside an address", () => {
  assert.deepEqual(begun("a fox like @", 12), { from: 11, typed: "" });
  assert.deepEqual(begun("让@image_1跑", 9), { from: 1, typed: "image_1" });
  assert.deepEqual(begun("@Im", 3), { from: 0, typed: "im" });
  for (const text of ["me@im", "a.@im", "@im age", "no"]) assert.equal(begun(text, text.length), null, text);
});

test("the names that begin like it are offered, and written out with one space behind", () => {
  const names = [{ called: "image_1" }, { called: "image_2" }];
  assert.deepEqual(offered(names, "im"), names);
  assert.deepEqual(offered(names, "image_2"), []);
  assert.deepEqual(offered(names, "video"), []);
  assert.deepEqual(completed("a @im runs", 2, 5, "image_1"), { text: "a @image_1 runs", caret: 11 });
  assert.deepEqual(completed("a @", 2, 3, "image_1"), { text: "a @image_1 ", caret: 11 });
});
