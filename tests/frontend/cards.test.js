// @ts-check
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { card, output, server, settled, stage } from "./drawn.js";

const { h } = await import("../../assets/js/core/h.js");
const { EndedCard, RunCard } = await import("../../assets/js/features/runs/cards.js");
const { progressOf } = await import("../../assets/js/features/runs/run_progress.js");

/** @type {ReturnType<typeof stage>} */
let on;
beforeEach(() => {
  on = stage();
});
afterEach(() => on.draw(null));

const STARTED = Date.parse("2026-11-29T12:00:00+00:00");

test("a running run tells its time, and its bar the share of the usual one, never all of it", () => {
  assert.deepEqual(progressOf(card({}), STARTED + 5_000), { words: "At RunningHub for 0:05", percent: null });
  const usual = card({ usual_seconds: 20 });
  assert.deepEqual(progressOf(usual, STARTED + 5_000), { words: "At RunningHub for 0:05, usually 0:20", percent: 25 });
  assert.equal(progressOf(usual, STARTED + 90_000).percent, 95);
  assert.equal(progressOf(card({ usual_seconds: 20, percent: 40 }), STARTED + 5_000).percent, 40);
});

test("what the server says of a run stands before the clock", () => {
  assert.deepEqual(progressOf(card({ words: "Asking again", usual_seconds: 20 }), STARTED + 5_000), { words: "Asking again", percent: null });
  assert.deepEqual(progressOf(card({ state: "queued", words: "Third in line" }), STARTED), { words: "Third in line", percent: null });
});

test("the question before a cancel outlives its card's data, and keeps the focus", async () => {
  await on.draw(h(RunCard, { card: card({ can_cancel: true, step: "10 %" }) }));
  on.button("Cancel").click();
  await settled();
  assert.equal(document.activeElement, on.button("Keep it"));
  await on.draw(h(RunCard, { card: card({ can_cancel: true, step: "20 %", price: "¥0.16" }) }));
  assert.equal(document.activeElement, on.button("Keep it"));
  on.button("Keep it").click();
  await settled();
  assert.equal(document.activeElement, on.button("Cancel"));
});

test("after a cancel that was refused the question is gone, and why is told", async () => {
  const asked = server({ "/runs/{id}/cancel": () => new Error("RunningHub did not cancel it") });
  await on.draw(h(RunCard, { card: card({ can_cancel: true }) }));
  on.button("Cancel").click();
  await settled();
  on.button("Stop the run").click();
  on.button("Stop the run").click();
  await settled();
  assert.deepEqual(asked, [["/runs/{id}/cancel", { id: "run1" }]]);
  assert.ok(on.button("Cancel"));
  assert.match(document.querySelector(".rh-toasts")?.textContent ?? "", /did not cancel it/);
});

test("an id that is being typed outlives its card's data, and goes out as it stands", async () => {
  const asked = server({ "/runs/{id}/resolve": () => ({}) });
  await on.draw(h(RunCard, { card: card({ state: "unknown", charge: "It may have been charged." }) }));
  const box = on.find("input");
  box.value = "1234";
  box.focus();
  await on.draw(h(RunCard, { card: card({ state: "unknown", charge: "It may have been charged ¥0.16.", hooked: true }) }));
  assert.equal(on.find("input"), box);
  assert.equal(document.activeElement, box);
  on.button("I found it").click();
  await settled();
  assert.deepEqual(asked, [["/runs/{id}/resolve", { id: "run1", action: "found", remote_id: "1234" }]]);
});

test("a failed run offers what helps", async () => {
  const failure = { what: "The prompt was refused.", do: "Change it.", says: "NSFW", button: "edit", code: "1501" };
  await on.draw(h(EndedCard, { card: card({ state: "failed", failure, blames: [{ field: "prompt", label: "Prompt", said: "no" }] }) }));
  assert.match(on.place.textContent ?? "", /The prompt was refused\.Change it\.NSFWPrompt no/);
  assert.ok(on.button("Use these settings").classList.contains("is-main"));
  await on.draw(h(EndedCard, { card: card({ state: "failed", failure: { ...failure, button: "account" }, outputs: [output({ state: "failed" })] }) }));
  assert.ok(!on.button("Use these settings").classList.contains("is-main"));
  assert.ok(on.button("Fetch again"));
});

test("words of others are never markup", async () => {
  const title = '<img src=x onerror="alert(1)">';
  await on.draw(h(RunCard, { card: card({ title, model: title, words: title }) }));
  assert.equal(on.find("img"), null);
  assert.equal(on.find(".rh-run-title").textContent, title);
});

test("a run that asks says until when, and is taken back after one question", async () => {
  const asked = server({ "/runs/{id}/cancel": () => ({}) });
  const asks = card({ state: "asking", words: "Above ¥20.00: waits for a yes of an admin, ends unsent {until}", asks_until: "2126-11-30T14:10:00+00:00", can_cancel: true, cancel_free: true });
  await on.draw(h(RunCard, { card: asks }));
  assert.match(document.querySelector(".rh-run-words")?.textContent ?? "", /ends unsent .*2126/);
  assert.equal(document.querySelector(".rh-bar"), null, "nothing moves");
  on.button("Take back").click();
  await settled();
  assert.ok(document.body.textContent?.includes("Nothing was sent yet: it costs nothing."));
  on.button("Take it back").click();
  await settled();
  assert.deepEqual(asked, [["/runs/{id}/cancel", { id: "run1" }]]);
});
