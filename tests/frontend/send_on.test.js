// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { output, server, settled } from "./drawn.js";
import { field, spec } from "./page.js";

document.body.className = "gradio-container";
const { sendOn } = await import("../../assets/js/features/studio/result_picker.js");
const { Studio } = await import("../../assets/js/features/studio/studio.js");

const MODELS = "/rh/models/{table}/{language}/{file}";
const taker = spec({ path: "taker", title: "UploadTracker", fields: [field({ key: "image", kind: "image", required: true })] });

test("a tab without models takes nothing, and the others are offered; a model that goes meanwhile gets nothing", async () => {
  server({ [MODELS]: ({ file }) => (file === "video.json" ? new Error("busy") : { fields: taker.fields, models: [{ ...taker, fields: [0] }] }) });
  const [image, video, text] = [new Studio("image"), new Studio("video"), new Studio("text")];
  await sendOn(output({}), [image, video, text]);
  await settled();
  const rows = /** @type {any[]} */ ([...document.querySelectorAll(".rh-window-row")]);
  assert.equal(rows.length, 2);
  image.models = [];
  rows[0].click();
  await settled();
  assert.deepEqual(image.media.image, []);
  assert.match(document.querySelector(".rh-toasts")?.textContent ?? "", /UploadTracker/);
});
