// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { field, item } from "./page.js";

const { loadWords } = await import("../../assets/js/core/words.js");
const { carriedItem, copiedTypes, refusalOf } = await import("../../assets/js/features/studio/media_items.js");

await loadWords();

const picture = field({ kind: "image", accept: ["jpg", "png"], maxMb: 10 });
const MB = 1048576;

test("a file that the field takes is not refused", () => {
  for (const name of ["a.png", "A.PNG", "a.jpeg", "a.jfif", "a.b.jpg"]) assert.equal(refusalOf(picture, { name, size: 10 * MB }), "", name);
});

test("one that is empty, too big or of another type is, in words that name it", () => {
  assert.match(refusalOf(picture, { name: "a.png", size: 0 }), /a\.png/);
  assert.match(refusalOf(picture, { name: "a.png", size: 10 * MB + 1 }), /10/);
  assert.match(refusalOf(picture, { name: "a.gif", size: 10 }), /JPG, PNG/);
});

test("one that goes up as a copy is not, whatever its size: the copy is another one", () => {
  assert.deepEqual(copiedTypes(picture), ["heic", "bmp"]);
  assert.equal(refusalOf(picture, { name: "a.heic", size: 50 * MB }), "");
  assert.match(refusalOf(field({ kind: "audio", accept: ["mp3"] }), { name: "a.heic", size: 1 }), /MP3/);
});

test("a file without a suffix or without a type is looked at by the server", () => {
  assert.equal(refusalOf(picture, { name: "picture", size: 10 }), "");
  assert.equal(refusalOf(picture, { name: "a.gif", size: 10, type: "" }), "");
});

test("a field that takes anything refuses only by size", () => {
  const any = field({ kind: "image", maxMb: 1 });
  assert.equal(refusalOf(any, { name: "a.xyz", size: MB }), "");
  assert.notEqual(refusalOf(any, { name: "a.xyz", size: MB + 1 }), "");
});

test("a link stays in the field, whatever it ends with; a failed file never does", () => {
  assert.equal(carriedItem(item({ value: "https://x/y.gif", name: "https://x/y.gif" }), picture), true);
  assert.equal(carriedItem(item({ error: "broken" }), picture), false);
  assert.equal(carriedItem(item({ name: "a.gif" }), picture), false);
});
