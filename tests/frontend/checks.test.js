// @ts-check
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { settled } from "./window.js";
import { field, spec } from "./page.js";

const { loadWords } = await import("../../assets/js/core/words.js");
const { FormChecks } = await import("../../assets/js/features/studio/form_checks.js");
const { FormState } = await import("../../assets/js/features/studio/form_state.js");
const { Item } = await import("../../assets/js/features/studio/media_items.js");
await loadWords();

/** @type {{ name: string, body: any, give: (answer: any) => Promise<void> }[]} */
let asked;
/** @type {import("../../assets/js/features/studio/form_state.js").FormState} */
let form;
/** @type {import("../../assets/js/features/studio/form_checks.js").FormChecks} */
let checks;

const prompt = field({ key: "prompt", label: "Prompt" });
const NOTHING = { amount: "1", currency: "CNY", words: "¥1.00", from: false, how: "", how_zh: "", as_of: null, problems: [], fields: {} };

beforeEach(() => {
  asked = [];
  window.rhBoot.demo = true;
  /** @type {any} */ (globalThis).fetch = (/** @type {string} */ url, /** @type {{ body: string }} */ { body }) =>
    new Promise((answer) => {
      const give = (/** @type {any} */ data) => {
        answer({ ok: true, text: async () => JSON.stringify(data) });
        return settled().then(() => {});
      };
      const { endpoint, params } = JSON.parse(body);
      asked.push({ name: new URL(url).pathname.split("/").pop() ?? "", body: [endpoint, params], give });
    });
  form = new FormState();
  checks = new FormChecks(form);
  form.putStored(spec({ path: "one", fields: [prompt, field({ key: "ratio" }), field({ key: "image", kind: "image" })] }), {});
});

test("one question brings price, states and problems", async () => {
  form.set("prompt", "a cat");
  checks.now();
  assert.deepEqual(asked.map(({ name, body }) => [name, ...body]), [["estimate", "one", { prompt: "a cat" }]]);
  const problem = { code: "too_long", field: "prompt", fields: ["prompt"], en: "Too long.", zh: "太长" };
  await asked[0].give({ ...NOTHING, problems: [problem], fields: { ratio: { off: { en: "No.", zh: "不" } } } });
  assert.deepEqual([checks.price.value?.words, checks.wrong.value.problems, form.states.ratio?.off?.en], ["¥1.00", { prompt: "Too long." }, "No."]);
  assert.equal(checks.isKnownWrong, true);
});

test("the price of the service is shown, and budgets go on counting the table's, as the server does", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const rest = async () => {
    for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
    mock.timers.tick(400);
  };
  window.rhBoot.demo = false;
  form.set("prompt", "a cat");
  checks.now();
  asked[0].give(NOTHING);
  await rest();
  assert.equal(asked[1]?.name, "quote");
  asked[1].give({ amount: "0.4", currency: "CNY", words: "¥0.40", free: false, free_left: null, account: "" });
  await rest();
  const { words, source, by_table: byTable } = checks.price.value ?? {};
  assert.deepEqual([words, source, byTable], ["¥0.40", "service", { amount: "1", currency: "CNY" }]);
  mock.timers.reset();
});

test("a form that was answered is not asked again, and one that is put back takes no other's answer", async () => {
  form.set("prompt", "a cat");
  checks.now();
  await asked[0].give(NOTHING);
  checks.now();
  assert.equal(asked.length, 1);
  form.set("prompt", "a cats");
  checks.now();
  form.set("prompt", "a cat");
  checks.now();
  await asked[1].give({ ...NOTHING, words: "¥2.00" });
  assert.deepEqual([asked.length, checks.price.value?.words], [2, "¥1.00"]);
});

test("a refused form is asked again although it was answered", async () => {
  checks.now();
  await asked[0].give(NOTHING);
  checks.now(true);
  assert.equal(asked.length, 2);
});

test("what the answer brings back into the form is asked once more, and only once", async () => {
  form.set("ratio", "1:1");
  form.states = { ratio: { off: { en: "No.", zh: "不" } } };
  checks.now();
  assert.deepEqual(asked[0].body[1], {});
  await asked[0].give(NOTHING);
  assert.deepEqual(asked[1].body[1], { ratio: "1:1" });
  await asked[1].give({ ...NOTHING, fields: { ratio: { off: { en: "No.", zh: "不" } } } });
  assert.equal(asked.length, 2);
});

test("the same states again leave what reads them alone", () => {
  form.states = { ratio: { off: { en: "No.", zh: "不" } } };
  const before = form.states;
  form.states = { ratio: { off: { en: "No.", zh: "不" } } };
  assert.equal(form.states, before);
});

test("a file that is still coming in is not what was found wrong", async () => {
  checks.now();
  const problem = { code: "required", field: "image", fields: ["image"], en: "It needs a picture.", zh: "需要图片" };
  await asked[0].give({ ...NOTHING, problems: [problem] });
  assert.equal(checks.isKnownWrong, true);
  const item = new Item(/** @type {any} */ (form.field("image")), { name: "cat.png" });
  form.bring(/** @type {any} */ (form.field("image")), [item]);
  assert.equal(checks.isKnownWrong, false);
  assert.deepEqual(form.body, {});
  item.put({ value: "input:1.png" });
  assert.deepEqual(form.body, { image: "input:1.png" });
});
