// @ts-check
// ComfyUI workflows: opened by their id, with a file from ComfyUI or without, and the forms made of them here.

import { FileZone } from "../../components/file_zone.js";
import { Icon, IconButton } from "../../components/icon.js";
import { whenSeen } from "../../components/sight.js";
import { TextInput } from "../../components/text_input.js";
import { faultWords } from "../../components/toast.js";
import { post } from "../../core/api.js";
import { h } from "../../core/h.js";
import { t } from "../../core/words.js";
import { signal, useEffect } from "../../vendor/preact.js";
import { toldOf } from "../studio/arrivals.js";
import { KeptTiles } from "./run_tiles.js";

/** @typedef {import("./run_form.js").RunStudio} RunStudio */

const id = signal("");
const file = signal(/** @type {{ name: string, text: string } | null} */ (null));
const wrong = signal({ id: "", file: "" });
const busy = signal(false);
/** Changes when the id field should get the focus. */
const led = signal(0);
/** The file that is still being read. @type {Promise<string | null> | null} */
let coming = null;

/** A file that was chosen, dropped on the zone or anywhere on the page.
 * @param {File} given */
async function take(given, carried = "") {
  wrong.value = { id: "", file: "" };
  const reading = Promise.resolve(carried || textOf(given));
  coming = reading;
  const text = await reading;
  if (coming !== reading) return; // another file was chosen meanwhile
  if (text === null) return;
  file.value = { name: given.name.replace(/\.[a-z0-9]{1,5}$/i, ""), text };
  led.value += 1;
}

/** The workflow in a file; null, with a message, for a picture or video without one.
 * @param {File} given @returns {Promise<string | null>} */
async function textOf(given) {
  if (!/^(image|video|audio)\//.test(given.type)) return given.text().catch(() => "");
  const { text, said } = await toldOf(given);
  if (!text) wrong.value = { ...wrong.value, file: said ?? t("workflows.carries_none") };
  return text ?? null;
}

function putAway() {
  file.value = null;
  wrong.value = { ...wrong.value, file: "" };
}

/** Waits until no file is being read. */
async function read() {
  const reading = coming;
  await reading;
  if (coming !== reading) await read();
}

/** @param {RunStudio} studio */
async function open(studio) {
  await read();
  const sent = { id: id.value, file: file.value };
  const { name = "", text = "" } = sent.file ?? {};
  const { path, at, said } = await post("/workflows/open", { wanted: sent.id, graph: text, name });
  if (!path) {
    wrong.value = at === "file" ? { id: "", file: said } : { id: said, file: "" };
    if (at === "id") led.value += 1;
    return;
  }
  await studio.open(path);
  if (file.value === sent.file) file.value = null;
  if (id.value === sent.id) id.value = "";
}

/** @param {RunStudio} studio */
const submit = (studio) => async (/** @type {Event} */ event) => {
  event.preventDefault();
  if (busy.value) return;
  wrong.value = { id: "", file: "" };
  busy.value = true;
  await open(studio).catch((fault) => (wrong.value = { id: faultWords(fault), file: "" }));
  busy.value = false;
};

/** @param {{ studio: RunStudio, hidden: boolean }} props */
export const Workflows = ({ studio, hidden }) =>
  h(
    "div.rh-run-flows",
    { hidden },
    h(
      "form.rh-run-paste",
      { onsubmit: submit(studio) },
      h("p.rh-how", {}, t("workflows.about")),
      h("label.rh-label", { for: "rh-workflow-id" }, t("workflows.id")),
      h("div.rh-run-paste-row", {}, h(Id), h("button.rh-small.is-main", { type: "submit", disabled: busy.value }, t(busy.value ? "workflows.opening" : "workflows.open"))),
      h("p.rh-field-error", { role: "alert", hidden: !wrong.value.id }, wrong.value.id),
      h("span.rh-label", {}, t("workflows.file")),
      h("div.rh-flow-file", {}, file.value ? h(Chosen, { name: file.value.name }) : h(Zone)),
      h("p.rh-field-error", { role: "alert", hidden: !wrong.value.file }, wrong.value.file),
    ),
    h(KeptTiles, { studio, hidden, kind: "workflow", none: h("p.rh-quiet", { key: "none" }, t("workflows.none")) }),
  );

function Id() {
  useEffect(() => {
    const input = document.getElementById("rh-workflow-id");
    return led.value ? whenSeen(input, () => input?.focus()) : undefined;
  }, [led.value]);
  const then = () => (wrong.value = { ...wrong.value, id: "" });
  return h(TextInput, { id: "rh-workflow-id", maxlength: 4000, inputmode: "url", autocomplete: "off", placeholder: t("workflows.id_hint"), text: id, then });
}

const Zone = () =>
  h(FileZone, {
    accept: ".json,application/json,.png,.webp,.mp4,.webm,.flac,.mp3",
    label: t("workflows.file_choose"),
    limits: t("workflows.file_drop"),
    take: ([given]) => void take(given),
  });

/** @param {{ name: string }} props */
const Chosen = ({ name }) => [
  h("div.rh-flow-chosen", { key: "name" }, h(Icon, { name: "text" }), h("strong", {}, name), h(IconButton, { name: "close", label: t("workflows.file_remove"), onclick: putAway })),
  h("p.rh-how", { key: "about" }, t("workflows.file_about")),
  h("p.rh-how", { key: "seed" }, t("workflows.file_seed")),
];

/** Handles a dropped workflow: asks for its id, and closes the open form for that.
 * @param {import("../studio/studio.js").Studio} apps @param {File} given */
export async function takeWorkflow(apps, given, text = "") {
  const studio = /** @type {RunStudio} */ (apps);
  await studio.ready;
  if (studio.spec) studio.close();
  studio.section.value = "workflows";
  await take(given, text);
}
