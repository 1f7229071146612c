// @ts-check
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, test } from "node:test";

import "./page.js";

/** What came, and what is answered. */
/** @type {{ method?: string, url?: string, body: string, headers: import("node:http").IncomingHttpHeaders }[]} */
const came = [];
/** @type {[number, string][]} */
const answers = [];
const server = createServer(async (request, response) => {
  let body = "";
  for await (const piece of request) body += piece;
  came.push({ method: request.method, url: request.url, body, headers: request.headers });
  const [status, text] = answers.shift() ?? [200, "{}"];
  response.writeHead(status).end(text);
});
await new Promise((listening) => server.listen(0, "127.0.0.1", () => listening(undefined)));
after(() => server.close());
const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
/** @type {any} */ (globalThis).document = { baseURI: `http://127.0.0.1:${port}/studio/` };

const { loadWords, t } = await import("../../assets/js/core/words.js");
const { NoAnswer, Refusal, exact, get, post } = await import("../../assets/js/core/api.js");

await loadWords();
const last = () => /** @type {typeof came[number]} */ (came.at(-1));

test("a read puts its parts into path and query, below the page's own address, in the reader's language", async () => {
  answers.push([200, '{"active":[],"ended":[],"more":false}']);
  assert.deepEqual(await get("/runs/board", { modality: "3d", shown: 24 }), { active: [], ended: [], more: false });
  assert.equal(last().method, "GET");
  assert.equal(last().url, "/studio/rh/api/runs/board?language=en&modality=3d&shown=24");
  assert.match(String(last().headers["x-rh-submitter"]), /^[0-9a-f]{24}$/);
  await get("/runs/{id}/form", { id: "a/b?c", endpoint: "x/y&z" });
  assert.equal(last().url, "/studio/rh/api/runs/a%2Fb%3Fc/form?language=en&endpoint=x%2Fy%26z");
});

test("what is not given is not sent", async () => {
  await get("/results", { kind: undefined, search: "" });
  assert.equal(last().url, "/studio/rh/api/results?language=en&search=");
});

test("a change carries the rest as its body, and an empty one where nothing is left", async () => {
  const given = { id: "7", action: "found", remote_id: "123" };
  await post("/runs/{id}/resolve", given);
  assert.equal(last().method, "POST");
  assert.equal(last().url, "/studio/rh/api/runs/7/resolve?language=en");
  assert.deepEqual(JSON.parse(last().body), { action: "found", remote_id: "123" });
  assert.equal(last().headers["content-type"], "application/json");
  assert.deepEqual(given, { id: "7", action: "found", remote_id: "123" }, "what was given stays as it was");
  await post("/catalog/back");
  assert.equal(last().body, "{}");
});

test("numbers that a browser would round stay digits", async () => {
  assert.deepEqual(exact('{"seed":9007199254740993,"part":0.1234567890123456,"text":"9007199254740993 \\" 9007199254740993"}'), {
    seed: "9007199254740993",
    part: 0.1234567890123456,
    text: '9007199254740993 " 9007199254740993',
  });
  answers.push([200, '{"params":{"seed":-9223372036854775808,"small":9007199254740991}}']);
  const { params } = await get("/runs/{id}", { id: "x" });
  assert.deepEqual(params, { seed: "-9223372036854775808", small: 9007199254740991 });
});

test("a refusal is told in the reader's words where the page has them", async () => {
  answers.push([409, '{"code":"cancel-over","sentence":"It is over.","charged":"no"}']);
  await assert.rejects(post("/runs/{id}/cancel", { id: "x" }), (fault) => fault instanceof Refusal && fault.message === t("refusal.cancel-over"));
});

test("a code of RunningHub's is asked for, and told as it came where nobody knows it", async () => {
  answers.push([422, '{"code":"code-421","sentence":"full (421)","charged":"no"}'], [200, '{"said":"Too many runs at once."}']);
  await assert.rejects(get("/apps"), new Refusal("Too many runs at once."));
  assert.equal(last().url, "/studio/rh/api/codes/421?language=en");
  answers.push([422, '{"code":"code-999999","sentence":"odd (999999)","charged":"no"}'], [200, '{"said":""}']);
  await assert.rejects(get("/apps"), new Refusal("odd (999999)"));
  answers.push([422, '{"code":"code-421","sentence":"full (421)","charged":"no"}'], [503, "{}"]);
  await assert.rejects(get("/apps"), new Refusal("full (421)"));
});

test("any other is told by its sentence, or by its number", async () => {
  answers.push([404, '{"code":"","sentence":"There is no such run.","charged":"no"}']);
  await assert.rejects(get("/runs/{id}", { id: "x" }), new Refusal("There is no such run."));
  answers.push([403, "{}"]);
  await assert.rejects(get("/runs/tray"), new Refusal("403"));
});

test("an answer that nobody can read is none", async () => {
  answers.push([200, "<html>"]);
  await assert.rejects(get("/runs/tray"), NoAnswer);
  answers.push([403, "Another web page tried to use this one."]);
  await assert.rejects(post("/catalog/back"), NoAnswer);
});
