// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { card, output, pushes, server, settled } from "./drawn.js";

document.body.className = "gradio-container";
const { listen } = await import("../../assets/js/core/api.js");
const { showResult } = await import("../../assets/js/features/results/lightbox.js");

/** @type {Record<string, () => void>} */
const held = {};
/** @type {Record<string, Partial<import("../../assets/js/core/api_types.js").ViewedOutput>>} */
const results = { film: { kind: "video", mime: "video/mp4" }, lost: { state: "gone", link_ends: null }, raw: { mime: "image/heic", thumb: "rh/thumbs/raw" } };
server({
  "/results/{id}": async ({ id }) => {
    if (id.startsWith("slow")) await new Promise((go) => (held[id] = () => go(undefined)));
    if (id === "none") return new Error("There is no such result.");
    return { output: output({ id, url: `rh/files/${id}`, ...results[id] }), task: card({ title: `words of ${id}`, params: {} }), settings: [{ key: "size", label: "Size", values: [{ text: "9007199254740993", url: "", kind: "" }] }, { key: "files", label: "Files", values: [{ text: "1.png", url: "rh/inputs/1.png", kind: "image" }] }] };
  },
});
const box = () => /** @type {any} */ (document.querySelector("dialog.rh-lightbox"));
const title = () => box().querySelector(".rh-facts-prompt")?.textContent;
const step = (/** @type {string} */ way) => box().querySelector(`.rh-step.is-${way}`);

test("of two that were asked for the last one is shown, whichever answer comes first", async () => {
  showResult("slow1", []);
  showResult("b", []);
  await settled();
  held.slow1();
  await settled();
  assert.equal(title(), "words of b");
  assert.equal(box().open, true);
});

test("it goes back and forth among its neighbours, from the one that was asked for last", async () => {
  const ids = ["a", "slow2", "film"];
  await showResult("a", ids);
  await settled();
  assert.deepEqual([step("back").hidden, step("forth").hidden], [true, false]);
  step("forth").click();
  step("forth").click();
  await settled();
  assert.equal(title(), "words of film");
  held.slow2();
  await settled();
  assert.equal(title(), "words of film");
  assert.deepEqual([step("back").hidden, step("forth").hidden], [false, true]);
  assert.ok(box().querySelector(".rh-stage video"));
  box().querySelector("video").dispatchEvent(new Event("error"));
  await settled();
  assert.ok(box().querySelector(".rh-stage .rh-lost"));
});

test("a refusal is told, and what is shown stays", async () => {
  await showResult("a", []);
  await showResult("none", []);
  await settled();
  assert.equal(title(), "words of a");
  assert.match(document.querySelector(".rh-toasts")?.textContent ?? "", /no such result/);
});

test("a picture that no browser shows is shown small, a lost one is said, settings stand in the form's words", async () => {
  await showResult("raw", []);
  await settled();
  assert.match(box().querySelector(".rh-large").getAttribute("src"), /thumbs\/raw$/);
  assert.equal(box().querySelector(".rh-settings").textContent, "Size9007199254740993Files");
  assert.match(box().querySelector(".rh-settings a img").getAttribute("src"), /inputs\/1.png$/);
  await showResult("lost", []);
  await settled();
  assert.equal(box().querySelectorAll(".rh-stage button").length, 2);
});

test("what changes while it is seen is shown: a thumbnail that was not drawn yet, a copy that was not stored", async () => {
  const push = pushes();
  listen();
  results.turned = { kind: "model", mime: "model/gltf-binary", turned: "rh/files/turned", thumb: "" };
  await showResult("turned", []);
  await settled();
  const place = box().querySelector(".rh-model-place");
  assert.ok(place && !box().querySelector(".rh-model-poster"));
  results.turned.thumb = "rh/thumbs/turned";
  push("2");
  await settled();
  assert.match(box().querySelector(".rh-model-poster").getAttribute("src"), /thumbs\/turned$/);
  assert.equal(box().querySelector(".rh-model-place"), place, "without drawing it anew");
});

test("closed, it shows nothing and starts nothing that is still on its way", async () => {
  showResult("slow3", []);
  await settled();
  box().close();
  await settled();
  held.slow3();
  await settled();
  assert.equal(box().open, false);
  assert.equal(box().querySelector(".rh-stage").textContent, "");
});
