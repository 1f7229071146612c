// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { output, server } from "./drawn.js";

const { ResultPages } = await import("../../assets/js/features/gallery/result_pages.js");

const many = (/** @type {number} */ count, kind = "image") => Array.from({ length: count }, (_, n) => output({ id: `${kind}${n}` }));
const page = (/** @type {ReturnType<typeof many>} */ all, /** @type {number} */ offset) => ({ items: all.slice(offset, offset + 48), more: offset + 48 < all.length });

test("pages follow one another, and one that overlaps brings nothing twice", async () => {
  let all = many(100);
  server({ "/results": ({ offset }) => page(all, Number(offset)) });
  const pages = new ResultPages();
  await pages.read();
  assert.deepEqual([pages.items.value.length, pages.more.value], [48, true]);
  all = [output({ id: "new" }), ...all];
  await pages.readMore();
  assert.equal(new Set(pages.items.value.map(({ id }) => id)).size, pages.items.value.length);
  await pages.read(pages.items.value.length);
  assert.equal(pages.items.value[0].id, "new");
  assert.ok(pages.items.value.length >= 95);
});

test("a page that was asked for another kind is dropped", async () => {
  /** @type {(() => void)[]} */
  const held = [];
  server({
    "/results": async ({ kind, offset }) => {
      if (Number(offset)) await new Promise((go) => held.push(() => go(undefined)));
      return page(many(60, kind || "all"), Number(offset));
    },
  });
  const pages = new ResultPages();
  await pages.read();
  const more = pages.readMore();
  while (!held.length) await new Promise((go) => setTimeout(go, 1));
  pages.kind.value = "video";
  await pages.read();
  held[0]();
  await more;
  assert.ok(pages.items.value.every(({ id }) => id.startsWith("video")));
  assert.equal(pages.items.value.length, 48);
});

test("while the server is away the list stays, and only what is there can be opened", async () => {
  server({ "/results": () => ({ items: [output({ id: "a" }), output({ id: "b", state: "missing" })], more: false }) });
  const pages = new ResultPages();
  await pages.read();
  assert.deepEqual(pages.openable(), ["a"]);
  server({ "/results": () => new Error("away") });
  await pages.read();
  assert.equal(pages.items.value.length, 2);
});

test("more is more of the list that is shown, whatever is typed meanwhile", async () => {
  const asked = server({ "/results": ({ offset }) => page(many(100), Number(offset)) });
  const pages = new ResultPages();
  await pages.read();
  pages.query.value = "cat";
  await pages.readMore();
  assert.deepEqual(asked.map(([, given]) => /** @type {any} */ (given).search), ["", ""]);
  assert.equal(pages.items.value.length, 96);
});

test("where reading on fails a press tries again, and what comes takes that back", async () => {
  let away = true;
  server({ "/results": ({ offset }) => (Number(offset) && away ? new Error("away") : page(many(100), Number(offset))) });
  const pages = new ResultPages();
  await pages.read();
  await pages.readMore();
  assert.deepEqual([pages.stuck.value, pages.items.value.length], [true, 48]);
  away = false;
  await pages.readMore();
  assert.deepEqual([pages.stuck.value, pages.items.value.length], [false, 96]);
});
