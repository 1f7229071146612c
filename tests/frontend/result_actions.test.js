// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { card, output, server, settled, stage } from "./drawn.js";

const { h } = await import("../../assets/js/core/h.js");
const { ActionButton, actionsFor, RESULT_ACTIONS } = await import("../../assets/js/features/results/result_actions.js");

/** @type {string[]} */
const asked = [];
server({
  "/results/{id}": async ({ id }) => {
    asked.push(id);
    return { output: output({ id }), task: card({ title: `words of ${id}`, endpoint: "some/model" }), settings: [] };
  },
});
const names = (/** @type {import("../../assets/js/features/results/result_actions.js").Item[]} */ items) => actionsFor(items).map(({ id }) => id);

test("each action has its own id, and what results don't allow is not offered", () => {
  assert.equal(new Set(RESULT_ACTIONS.map(({ id }) => id)).size, RESULT_ACTIONS.length);
  const picture = output({ id: "a", url: "rh/files/a" });
  assert.ok(["download", "use", "reuse", "copy-prompt"].every((id) => names([{ output: picture }]).includes(id)));
  assert.ok(!names([{ output: picture }]).includes("copy-text"));
  assert.ok(!names([{ output: output({ id: "m", kind: "model", url: "rh/files/m" }) }]).includes("use"));
  assert.ok(!names([{ output: picture, run: card({ outside: true }) }]).includes("reuse"));
  assert.deepEqual(names([]), []);
  assert.ok(!names([{ output: picture }, { output: picture }]).includes("use"));
  assert.ok(!names([{ output: output({ id: "lost", url: "" }) }]).includes("download"));
});

test("an action asks for the run that its tile has not", async () => {
  const on = stage();
  /** @type {any[]} */
  const used = [];
  window.addEventListener("rh:use", (event) => used.push(/** @type {CustomEvent} */ (event).detail));
  const use = RESULT_ACTIONS.find(({ id }) => id === "use");
  const items = [{ output: output({ id: "a", url: "rh/files/a" }) }];
  await on.draw(use ? h(ActionButton, { action: use, items }) : null);
  on.find("button").click();
  await settled();
  assert.deepEqual(asked, ["a"]);
  assert.deepEqual([used[0].id, used[0].endpoint], ["a", "some/model"]);
  await on.draw(null);
});

test("a download of one is a link, which the browser follows itself", async () => {
  const on = stage();
  const download = RESULT_ACTIONS[0];
  await on.draw(h(ActionButton, { action: download, items: [{ output: output({ id: "a", name: "a.png", url: "rh/files/a/a.png" }) }], bare: true }));
  assert.equal(on.find("a").getAttribute("href"), "rh/files/a/a.png?download=1");
  assert.equal(on.find("a").getAttribute("aria-label"), "Download");
  await on.draw(null);
});
