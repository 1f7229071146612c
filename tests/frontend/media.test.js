// @ts-check
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { settled } from "./window.js";
import { field, spec } from "./page.js";

const { loadWords } = await import("../../assets/js/core/words.js");
const { h } = await import("../../assets/js/core/h.js");
const { render } = await import("../../assets/js/vendor/preact.js");
const { MediaField } = await import("../../assets/js/features/studio/media.js");
const { Intake } = await import("../../assets/js/features/studio/media_intake.js");
const { Item } = await import("../../assets/js/features/studio/media_items.js");
const { Studio } = await import("../../assets/js/features/studio/studio.js");
await loadWords();
globalThis.fetch = () => new Promise(() => {});

const images = field({ key: "images", kind: "image", many: true, maxItems: 3, accept: ["png"], label: "Images" });
const image = field({ key: "image", kind: "image", accept: ["png"], maxMb: 1, label: "Image" });

/** @type {any} */
let place;
/** @type {import("../../assets/js/features/studio/studio.js").Studio} */
let studio;
beforeEach(() => {
  render(null, document.body);
  document.body.replaceChildren();
  place = document.createElement("div");
  document.body.append(place);
  studio = new Studio("image");
  studio.fill(spec({ path: "one", fields: [images, image] }));
});

const item = (/** @type {string} */ name, /** @type {string} */ value = `https://site.test/${name}`) => new Item(images, { name, value });
const names = () => [...place.querySelectorAll(".rh-tile-name")].map((name) => name.textContent);
const arrow = (/** @type {number} */ tile, /** @type {string} */ way) => place.querySelectorAll(".rh-tile")[tile].querySelector(`[data-move="${way}"]`);

async function drawn() {
  render(h(MediaField, { studio, field: images, off: false }), place);
  studio.bring(images, [item("a"), item("b"), item("c")]);
  await settled();
}

test("files stand in their order, and an arrow that moves one keeps the focus", async () => {
  await drawn();
  assert.deepEqual(names(), ["a", "b", "c"]);
  const tile = place.querySelector(".rh-tile");
  arrow(0, "right").focus();
  arrow(0, "right").click();
  await settled();
  assert.deepEqual([names(), place.querySelectorAll(".rh-tile")[1] === tile], [["b", "a", "c"], true]);
  assert.equal(document.activeElement, arrow(1, "right"));
  arrow(1, "right").click();
  await settled();
  assert.equal(document.activeElement, arrow(2, "left"), "at the end the way back is left");
  assert.deepEqual(studio.body.images, ["https://site.test/b", "https://site.test/c", "https://site.test/a"]);
});

test("a file that moves on is drawn anew, and nothing is asked before it has arrived", async () => {
  await drawn();
  let changes = 0;
  studio.changed = () => (changes += 1);
  const [first] = studio.media.images;
  first.put({ value: "", percent: 40 });
  await settled();
  assert.match(place.querySelector(".rh-tile-state").textContent, /40/);
  assert.deepEqual([studio.body.images, changes], [["https://site.test/b", "https://site.test/c"], 0]);
});

test("one that is taken out lets go of its upload, unless a press of Generate waits for it", async () => {
  await drawn();
  const [first, second] = studio.media.images;
  second.hold();
  place.querySelectorAll(".rh-tile-buttons > :last-child")[0].click();
  await settled();
  place.querySelectorAll(".rh-tile-buttons > :last-child")[0].click();
  await settled();
  assert.deepEqual([names(), first.stopper.signal.aborted, second.stopper.signal.aborted], [["c"], true, false]);
  second.free();
  assert.equal(second.stopper.signal.aborted, true, "the press is over");
});

test("a file that a press kept in the field of the model before is looked at for the new one once it was sent", async () => {
  const kept = new Item(image, { name: "a.gif", value: "input:a.gif", source: "input:a.gif" });
  kept.belongs("one", { ...image, accept: ["gif"] }, () => {});
  kept.hold();
  kept.belongs("other", image, () => {});
  assert.deepEqual([kept.endpoint, kept.value], ["one", "input:a.gif"]);
  kept.free();
  assert.deepEqual([kept.endpoint, kept.field, kept.value], ["other", image, ""]);
});

test("a link that is none is not taken, and that is said until something else is", async () => {
  const intake = new Intake(studio, "image");
  assert.equal(intake.takeLink("cat"), false);
  assert.notEqual(intake.said.value, "");
  assert.equal(intake.takeLink(" https://site.test/cat.png "), true);
  assert.deepEqual(studio.body, { image: "https://site.test/cat.png" });
});

test("files beyond the room are named, and those that are refused say why", () => {
  const intake = new Intake(studio, "images");
  studio.bring(images, [item("a"), item("b")]);
  intake.take([new File(["x"], "c.png"), new File(["x"], "d.png")]);
  assert.match(intake.said.value, /d\.png/);
  assert.deepEqual(studio.media.images.map(({ name }) => name), ["a", "b", "c.png"]);
  assert.equal(intake.hasRoomFor("image"), false);
  new Intake(studio, "image").take([new File(["x"], "e.gif", { type: "image/gif" })]);
  assert.equal(studio.media.image.length, 0);
});

test("the rules shrink the room and take the field away", () => {
  const intake = new Intake(studio, "images");
  assert.equal(intake.hasRoomFor("image"), true);
  studio.bring(images, [item("a")]);
  studio.states = { images: { items: 1 } };
  assert.deepEqual([intake.room.value, intake.hasRoomFor("image")], [1, false]);
  studio.states = { images: { off: { en: "No.", zh: "不" } } };
  assert.equal(intake.hasRoomFor("image"), false);
});

test("the same field of another model takes what that model takes", () => {
  const intake = new Intake(studio, "image");
  studio.fill(spec({ path: "other", fields: [{ ...image, accept: ["gif"] }] }));
  intake.take([new File(["x"], "e.gif", { type: "image/gif" })]);
  assert.deepEqual(studio.media.image.map(({ name }) => name), ["e.gif"]);
});
