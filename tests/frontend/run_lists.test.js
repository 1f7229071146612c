// @ts-check
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { card, output, pushes, server, settled, stage } from "./drawn.js";

document.body.className = "gradio-container";
Object.assign(window.rhBoot, { table: "t", first: null });
const { listen } = await import("../../assets/js/core/api.js");
const { h } = await import("../../assets/js/core/h.js");
const { setAway } = await import("../../assets/js/core/local_state.js");
const { Stage } = await import("../../assets/js/features/runs/stage.js");
const { studioOf } = await import("../../assets/js/features/studio/studio.js");
const { render } = await import("../../assets/js/vendor/preact.js");

/** @typedef {import("../../assets/js/core/api_types.js").Modality} Modality */

/** @type {ReturnType<typeof stage>} */
let on;
beforeEach(() => {
  on = stage();
});
afterEach(() => on.draw(null));

const done = (/** @type {string} */ id) => card({ id, state: "done", outputs: [output({ id: `${id}-0`, task: id })] });

/** A server that has these runs; told how many are asked for.
 * @param {Modality} modality @param {(shown: number) => unknown} board */
const serving = (modality, board) =>
  server({
    [`/rh/models/t/en/${modality}.json`]: () => ({ fields: [], models: [] }),
    "/runs/board": ({ shown }) => board(Number(shown)),
    "/results/{id}": ({ id }) => ({ output: output({ id }), task: done(id), settings: [] }),
  });
const tiles = () => [...on.place.querySelectorAll("[data-output]")].map((tile) => /** @type {HTMLElement} */ (tile).dataset.output);
/** A run was started: the lists are read again. @param {Modality} modality */
const again = (modality) => (studioOf(modality).submission.starts.value += 1);
const whenRead = () => new Promise((go) => setTimeout(go, 200));

test("an older result that is opened leads to one that came since", async () => {
  let ended = [done("r1-old")];
  serving("image", () => ({ active: [], ended, more: false }));
  await on.draw(h(Stage, { modality: "image" }));
  await settled();
  const tile = on.find("[data-output=r1-old-0]");
  ended = [done("r2-new"), ...ended];
  again("image");
  await whenRead();
  assert.deepEqual(tiles(), ["r2-new-0", "r1-old-0"]);
  assert.equal(on.find("[data-output=r1-old-0]"), tile);
  tile.click();
  await settled();
  const hidden = (/** @type {string} */ way) => /** @type {any} */ (document.querySelector(`.rh-lightbox .rh-step.is-${way}`)).hidden;
  assert.deepEqual([hidden("back"), hidden("forth")], [false, true]);
});

test("an answer that comes after a later one is dropped", async () => {
  /** @type {(() => void)[]} */
  const held = [];
  let number = 0;
  serving("video", async () => {
    const name = `run${++number}`;
    if (number === 2) await new Promise((go) => held.push(() => go(undefined)));
    return { active: [], ended: [done(name)], more: false };
  });
  await on.draw(h(Stage, { modality: "video" }));
  for (let turn = 0; turn < 2; turn += 1) {
    again("video");
    await whenRead();
  }
  assert.deepEqual(tiles(), ["run3-0"]);
  held[0]();
  await settled();
  assert.deepEqual(tiles(), ["run3-0"]);
});

test("where all that was asked for is put away, more is asked for", async () => {
  const bad = card({ id: "bad", state: "failed" });
  const asked = serving("audio", (shown) => ({ active: [], ended: shown > 12 ? [bad, done("below")] : [bad], more: shown <= 12 }));
  await on.draw(h(Stage, { modality: "audio" }));
  await settled();
  assert.equal(on.place.querySelectorAll(".rh-run").length, 1);
  on.find(".rh-put-away").click();
  await whenRead();
  assert.deepEqual(tiles(), ["below-0"]);
  assert.equal(on.find(".rh-run"), null);
  assert.deepEqual(asked.filter(([question]) => question === "/runs/board").map(([, given]) => /** @type {any} */ (given).shown), ["12", "36"]);
  setAway("bad", false);
  await settled();
  assert.equal(on.place.querySelectorAll(".rh-run").length, 1);
});

test("while the server is away the lists stay", async () => {
  let away = false;
  serving("3d", () => (away ? new Error("away") : { active: [card({ id: "now" })], ended: [], more: false }));
  await on.draw(h(Stage, { modality: "3d" }));
  await settled();
  away = true;
  again("3d");
  await whenRead();
  assert.equal(on.place.querySelectorAll("[data-task=now]").length, 1);
  assert.equal(on.find(".rh-empty"), null);
});

test("a change that is heard while the lists are first drawn is read", async (t) => {
  const { IntersectionObserver, EventSource } = globalThis;
  const parent = Object.getOwnPropertyDescriptor(HTMLElement.prototype, "offsetParent");
  t.after(() => {
    Object.assign(globalThis, { IntersectionObserver, EventSource });
    if (parent) Object.defineProperty(HTMLElement.prototype, "offsetParent", parent);
  });
  const push = pushes();
  /** @type {any} */ (globalThis).IntersectionObserver = class {
    /** @param {() => void} look */
    constructor(look) {
      this.observe = look;
      this.disconnect = () => {};
    }
  };
  Object.defineProperty(HTMLElement.prototype, "offsetParent", { configurable: true, get: () => document.body });
  let picture = "";
  serving("text", () => ({ active: [], ended: [card({ id: "fresh", state: "done", outputs: [output({ id: "fresh-0", thumb: picture })] })], more: false }));
  listen();
  render(h(Stage, { modality: "text" }), on.place); // its effects have not run yet
  await Promise.resolve();
  picture = "rh/thumbs/fresh-0";
  push("2");
  await whenRead();
  assert.ok(on.find("[data-output=fresh-0] img"));
});
