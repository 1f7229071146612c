// @ts-check
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import "./window.js";
import { field, spec } from "./page.js";

const { loadWords } = await import("../../assets/js/core/words.js");
const { Item } = await import("../../assets/js/features/studio/media_items.js");
const { Studio } = await import("../../assets/js/features/studio/studio.js");
await loadWords();

const prompt = field({ key: "prompt", label: "Prompt" });
const image = field({ key: "image", kind: "image", label: "Image" });

/** @type {import("../../assets/js/features/studio/studio.js").Studio} */
let studio;
/** Bodies and ids of the orders that reached the server.
 * @type {{ body: any, id: string, copy: number }[]} */
let orders;
/** What the server answers to an order: a run, a refusal in words, or nothing.
 * @type {"run" | "refusal" | "nothing"} */
let answer;

beforeEach(() => {
  orders = [];
  answer = "run";
  /** @type {any} */ (globalThis).fetch = async (/** @type {string} */ url, /** @type {{ body: string }} */ { body } = { body: "{}" }) => {
    if (!new URL(url).pathname.endsWith("/rh/api/runs")) return new Promise(() => {});
    const { params, press } = JSON.parse(body);
    orders.push({ body: params, id: press.id, copy: press.copy });
    if (answer === "nothing") throw new Error("away");
    const told = answer === "refusal" ? { code: "x", sentence: "Too dear.", charged: "no" } : { id: `run ${orders.length}`, already_sent: false };
    return { ok: answer === "run", status: 400, text: async () => JSON.stringify(told) };
  };
  studio = new Studio("image");
  studio.fill(spec({ path: "one", fields: [prompt, image] }));
  studio.set("prompt", "a cat");
});

/** Presses Generate; no wait before an order is sent once more. */
async function pressed() {
  mock.timers.enable({ apis: ["setTimeout"] });
  const over = studio.generate().then(() => true);
  while (!(await Promise.race([over, new Promise((go) => setImmediate(() => go(false)))]))) mock.timers.tick(1000);
  mock.timers.reset();
}

test("what is on the screen at the press is sent, whatever is typed while a file comes in", async () => {
  const item = new Item(image, { name: "cat.png" });
  let arrive = () => {};
  item.arrival = new Promise((go) => (arrive = go));
  studio.bring(image, [item]);
  const over = studio.generate();
  studio.set("prompt", "a dog");
  studio.putItems("image", []);
  item.put({ value: "input:1.png" });
  arrive();
  await over;
  assert.deepEqual(orders.map(({ body }) => body), [{ prompt: "a cat", image: "input:1.png" }]);
});

test("as many orders as are chosen go out, each with an id of its own", async () => {
  studio.submission.count.value = 3;
  await pressed();
  assert.deepEqual(orders.map(({ copy }) => copy), [0, 1, 2]);
  assert.equal(new Set(orders.map(({ id }) => id)).size, 3);
});

test("an order without an answer is sent once more under its id, and again at the next press of the same form", async () => {
  answer = "nothing";
  await pressed();
  assert.equal(studio.submission.message.value === "", false);
  answer = "run";
  await pressed();
  assert.equal(orders.length, 3);
  assert.equal(new Set(orders.map(({ id }) => id)).size, 1);
});

test("another form than the one without an answer is another order", async () => {
  answer = "nothing";
  await pressed();
  studio.set("prompt", "a dog");
  answer = "run";
  await pressed();
  assert.notEqual(orders[2].id, orders[0].id);
});

test("a form that lacks something is not sent; what is missing is named and led to", async () => {
  studio.fill(spec({ path: "one", fields: [{ ...prompt, required: true }] }));
  await pressed();
  assert.deepEqual([orders.length, studio.ledTo?.key], [0, "prompt"]);
  assert.match(studio.submission.message.value, /Prompt/);
});

test("the sheet leaves its room to the results once a run has started, and comes back to lead to a field", async () => {
  await pressed();
  assert.equal(studio.folded.value, true);
  studio.lead("prompt");
  assert.equal(studio.folded.value, false);
});

test("seeds that are new each time are rolled for every run, and do not make the press another one", async () => {
  studio.fill(spec({ path: "one", fields: [prompt, field({ key: "seed", kind: "integer", min: 0, max: "9007199254740993" })] }), { values: { prompt: "a" }, fresh: ["seed"] });
  studio.submission.count.value = 2;
  answer = "nothing";
  await pressed();
  answer = "run";
  await pressed();
  assert.equal(orders[0].id, orders[2].id);
  assert.notEqual(orders[2].body.seed, orders[3].body.seed);
});
