// @ts-check
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { seeWhatIsDrawn, server, settled, stage } from "./drawn.js";

document.body.className = "gradio-container";
const { h } = await import("../../assets/js/core/h.js");
const { Approvals } = await import("../../assets/js/features/team/approvals.js");
const { BudgetNote, GenerateWords } = await import("../../assets/js/features/team/left.js");

seeWhatIsDrawn();

const UNTIL = "2126-12-01T12:00:00+00:00";
/** @param {Partial<import("../../assets/js/core/api_types.js").Approval>} given */
const approval = (given) => ({
  id: "r1", model: "Some model", how: "¥2.50 × 10", costs: { CNY: "25" }, person: "Bo", person_id: "bo", project: "", token: "", private: false,
  title: "a red kite", picture: "", asked_at: UNTIL, asks_until: UNTIL, budgets: [], ...given,
});

/** @type {ReturnType<typeof stage>} */
let on;
beforeEach(() => {
  on = stage();
  window.rhBoot.person = { id: "ada", name: "Ada", role: "admin" };
});
afterEach(async () => {
  await on.draw(null);
  window.rhBoot.person = null;
});
const said = () => document.querySelector(".rh-toasts")?.textContent ?? "";

test("a yes is given once, and the list is what is left then", async () => {
  const asked = server({
    "/approvals": () => ({ approvals: [approval({}), approval({ id: "r2", title: "", private: true, project: "Film" })], more: 0 }),
    "/approvals/{id}/approve": () => ({ approvals: [], more: 0 }),
  });
  await on.draw(h(Approvals));
  await settled();
  assert.match(on.find("[data-approval=r1]")?.textContent ?? "", /a red kite¥25\.00Some model · ¥2\.50 × 10Bo/);
  const hidden = on.find("[data-approval=r2]")?.textContent ?? "";
  assert.match(hidden, /Some model.*Bo · the project “Film”.*Private/);
  const yes = on.button("Yes, send it");
  yes.click();
  yes.click();
  on.button("No").click();
  await settled();
  assert.deepEqual(asked, [["/approvals", { language: "en" }], ["/approvals/{id}/approve", { id: "r1" }]]);
  assert.match(on.place.textContent ?? "", /No run waits for a yes/);
  assert.match(said(), /Sent\./);
});

test("who comes too late is told, and sees what waits now", async () => {
  let approvals = [approval({})];
  const asked = server({
    "/approvals": () => ({ approvals, more: 0 }),
    "/approvals/{id}/decline": () => {
      approvals = [];
      return new Error("Another admin said yes a moment ago. It runs once.");
    },
  });
  await on.draw(h(Approvals));
  await settled();
  on.button("No").click();
  await settled();
  assert.equal(asked.length, 3);
  assert.match(said(), /Another admin said yes/);
  assert.equal(on.find("[data-approval]"), null);
});

test("the button and the line above it say that an admin is asked, and more often that too little is left", async () => {
  const budget = {
    id: "b", holder: "person", holder_id: "ada", name: "Ada", period: "day", zone: "UTC", amount: "100", unit: "CNY", unpriced: null, ask_above: "20",
    now: { limit: "100", spent: "0", left: "50", renews_at: UNTIL },
  };
  server({ "/money/left": () => ({ budgets: [budget], asks_above: { CNY: "20" } }) });
  const form = (/** @type {string} */ amount, count = 1, isKnown = true) => {
    const price = { amount, currency: "CNY" };
    return on.draw(h("div", {}, h(BudgetNote, { price, count }), h("b", {}, h(GenerateWords, { price: isKnown ? price : undefined, project: "" }))));
  };
  await form("25");
  await settled();
  assert.equal(on.place.textContent, "Above ¥20.00: an admin is asked first.Ask to run");
  await form("20", 2);
  assert.equal(on.place.textContent, "Generate", "each run asks by its own price");
  await form("25", 3);
  assert.match(on.place.textContent ?? "", /^Too little is left .*Ask to run$/);
  await form("25", 1, false);
  assert.match(on.place.textContent ?? "", /Generate$/);
});
