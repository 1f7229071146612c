// @ts-check
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { seeWhatIsDrawn, server, settled, stage } from "./drawn.js";

document.body.className = "gradio-container";
const { h } = await import("../../assets/js/core/h.js");
const { balanceWords, Reconciliation } = await import("../../assets/js/features/team/reconciliation.js");

/** @import { CheckRow, DayRow, UnitRow } from "../../assets/js/core/api_types.js" */

seeWhatIsDrawn();

/** @param {Partial<UnitRow>} [more] @returns {UnitRow} */
const unit = (more) => ({ unit: "CNY", charged: "0.14", fell: "0.14", by: "0", verdict: "agreed", why: null, ...more });
/** @param {Partial<DayRow>} [more] @returns {DayRow} */
const day = (more) => ({ day: "2026-11-09", site: "https://www.runninghub.cn", account: "0a1b2c", since: null, until: null, units: [unit()], agreed: 3, differs: 0, unknown: 0, ...more });
/** @type {CheckRow} */
const RUN = { run: "r1", seen: false, at: "2026-11-09T12:00:00+00:00", model: "a/picture", person: "Ben", project: "", charged: { CNY: "0.2" }, unit: "CNY", expected: "0.14", by: "0.06", verdict: "differs", why: null };

/** @type {ReturnType<typeof stage>} */
let on;
beforeEach(() => (on = stage()));
afterEach(() => on.draw(null));

/** @param {DayRow[]} days @param {CheckRow[]} [runs] */
async function drawn(days, runs = []) {
  const asked = server({ "/reconciliation": () => ({ begins_at: "", ends_at: "", days }), "/reconciliation/runs": () => ({ runs, whole: true }) });
  await on.draw(h(Reconciliation));
  await settled();
  return asked;
}

test("a balance falls, rises after a top-up, or stays the same", () => {
  assert.equal(balanceWords("0.14", "CNY"), "balance fell by ¥0.14");
  assert.equal(balanceWords("-99.86", "CNY"), "balance rose by ¥99.86");
  assert.equal(balanceWords("3", "coins"), "balance fell by 3 RH coins");
  assert.equal(balanceWords("0", "CNY"), "balance stayed the same");
  assert.equal(balanceWords("0.00000001", "USD"), "balance fell by $0.00000001");
});

test("a day says what agreed, by how much it differs, and why it is not known", async () => {
  await drawn([
    day(),
    day({ day: "2026-11-08", units: [unit({ verdict: "differs", fell: "-99.86", by: "-100" }), unit({ verdict: "differs", by: "2" })] }),
    day({ day: "2026-11-07", units: [unit({ verdict: "unknown", fell: null, by: null, why: "start" })] }),
  ]);
  const [well, topUp, unread] = [...on.place.querySelectorAll("[data-day]")].map((one) => one.textContent);
  assert.match(well, /Mon, Nov 9agreedcharged ¥0\.14 · balance fell by ¥0\.14Runs that agreed: 3/);
  assert.match(topUp, /¥100\.00 less left the balance than the runs were charged: a top-up/);
  assert.match(topUp, /¥2\.00 more left the balance/);
  assert.match(unread, /not knowncharged ¥0\.14The balance was not read near the beginning of this day\./);
  assert.doesNotMatch(on.place.textContent ?? "", /0a1b2c/, "one account needs no name");
});

test("several accounts are named, and the runs of a day are asked for when it is unfolded", async () => {
  const asked = await drawn([day({ differs: 1 }), day({ account: "ffff" })], [RUN]);
  assert.match(on.find("[data-day]").textContent, /runninghub\.cn · 0a1b2c/);
  assert.equal(asked.some(([path]) => path === "/reconciliation/runs"), false);
  const details = on.find("details");
  details.open = true;
  details.dispatchEvent(new Event("toggle"));
  await settled();
  const { day: of, site, account } = /** @type {any} */ (asked.at(-1))[1];
  assert.deepEqual([of, site, account], ["2026-11-09", "https://www.runninghub.cn", "0a1b2c"]);
  const row = on.find("[data-run]");
  assert.match(row.textContent, /differsexpected ¥0\.14 · ¥0\.06 more than expected · a\/picture · Ben¥0\.20/);
  assert.equal(row.querySelector("button"), null, "a run that the admin does not see can't be opened");
});

test("the month that was chosen last is shown, whichever answer comes last", async () => {
  /** @type {Record<string, (days: DayRow[]) => void>} */
  const answers = {};
  server({ "/reconciliation": ({ month }) => new Promise((go) => (answers[month] = (days) => go({ begins_at: "", ends_at: "", days }))) });
  await on.draw(h(Reconciliation));
  const field = on.find("input[type=month]");
  for (const month of ["2026-10", "2026-09"]) {
    field.value = month;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await settled();
    field.dispatchEvent(new Event("change", { bubbles: true }));
    await settled();
  }
  answers["2026-09"]([day({ day: "2026-09-08" })]);
  answers["2026-10"]([day({ day: "2026-10-08" })]);
  await settled();
  assert.deepEqual([...on.place.querySelectorAll("[data-day]")].map((one) => one.getAttribute("data-day")), ["2026-09-08"]);
});

test("a month in which nothing was charged says so", async () => {
  await drawn([]);
  assert.match(on.place.textContent ?? "", /Nothing was charged in this month\./);
});
