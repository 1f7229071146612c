// @ts-check
// The user's own LoRAs: the zone to add one, uploads with a progress bar, and those at RunningHub.

import { FileZone } from "../../components/file_zone.js";
import { Icon, IconButton } from "../../components/icon.js";
import { Moment } from "../../components/moment.js";
import { useShown } from "../../components/shown.js";
import { faultWords, toast } from "../../components/toast.js";
import { get, NoAnswer, post, upload } from "../../core/api.js";
import { copyText } from "../../core/browser_features.js";
import { fileSize } from "../../core/format.js";
import { h } from "../../core/h.js";
import { mayManage } from "../../core/person.js";
import { faultOf } from "../../core/safetensors.js";
import { t } from "../../core/words.js";
import { signal, useEffect, useRef } from "../../vendor/preact.js";

const gigabytes = () => window.rhBoot.limits.lora / 1024 ** 3;
const EVERY = 500;

/** An upload to this page's server.
 * @typedef {{ id: string, file: File, percent: number, problem: string, stopper: AbortController }} Local */
/** @import { Loras as Told, OwnLora, SendingLora } from "../../core/api_types.js" */

const local = signal(/** @type {Local[]} */ ([]));
const found = signal(/** @type {Told} */ ({ sending: [], mine: [], refused: "", accounts: [] }));
/** The account that gets the next file; empty: the first. */
const into = signal("");
const said = signal({ words: "", bad: false });
/** Uploads that the user has cancelled: no message when they disappear. @type {Set<string>} */
const dropped = new Set();
let count = 0;

/** @param {string} words */
function say(words, bad = false) {
  said.value = { words, bad };
}

/** @param {File[]} files */
async function take(files) {
  say("");
  for (const file of files) {
    const fault = await faultOf(file, window.rhBoot.limits.lora);
    if (fault) say(t(`lora.bad_${fault}`, { file: file.name, limit: gigabytes() }), true);
    else bring(`local-${(count += 1)}`, file);
  }
}

/** Uploads to this page's server first, which then sends it on even if the page is closed.
 * @param {string} id @param {File} file */
async function bring(id, file) {
  const stopper = new AbortController();
  const one = { id, file, percent: 0, problem: "", stopper };
  const known = local.value.some((other) => other.id === id);
  local.value = known ? local.value.map((other) => (other.id === id ? one : other)) : [...local.value, one];
  try {
    const data = await upload(file, (/** @type {number} */ share) => change(id, { percent: Math.floor(100 * share) }), stopper.signal);
    const told = await post("/loras/send", { file: data, account: into.value });
    away(id);
    if (told.refused) say(told.refused, true);
    else heed(told);
  } catch (fault) {
    if (!stopper.signal.aborted) change(id, { problem: fault instanceof NoAnswer ? t("lora.unheard") : faultWords(fault) });
  }
}

/** @param {string} id @param {Partial<Local>} part */
function change(id, part) {
  local.value = local.value.map((one) => (one.id === id ? { ...one, ...part } : one));
}

/** @param {string} id */
function away(id) {
  local.value = local.value.filter((one) => one.id !== id);
}

async function read() {
  const told = await get("/loras").catch(() => null);
  if (told) heed(told);
}

/** Shows an answer.
 * @param {Told} told */
function heed(told) {
  const over = found.value.sending.filter(({ id }) => !dropped.has(id) && !told.sending.some((other) => other.id === id));
  for (const { name } of over) {
    const there = told.mine.find((one) => one.name === name);
    if (there) say(t("lora.there", { ...there }));
  }
  found.value = told;
}

/** @param {Promise<Told>} asked */
async function doing(asked) {
  try {
    heed(await asked);
  } catch (fault) {
    toast(faultWords(fault));
    read();
  }
}

/** @param {{ turn: number }} props */
export function Loras({ turn }) {
  useEffect(() => {
    if (turn) read();
  }, [turn]);
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const shown = useShown(place);
  const { sending, mine, accounts } = found.value;
  // Polls while an upload is in progress and visible.
  const follows = shown.value && sending.some((one) => !one.problem);
  useEffect(() => {
    if (!follows) return undefined;
    const timer = setTimeout(read, EVERY);
    return () => clearTimeout(timer);
  }, [follows, found.value]);
  const none = !mine.length && !sending.length && !local.value.length;
  return h(
    "section.rh-table",
    { id: "loras", ref: place },
    h("h2.rh-heading", {}, t("lora.title")),
    h("p.rh-how", {}, t("lora.about")),
    accounts.length > 0 &&
      h(
        "label.rh-account-choice",
        {},
        h("span.rh-label", {}, t("lora.account")),
        h("select.rh-input", { value: into.value || accounts[0], onchange: (event) => (into.value = event.currentTarget.value) }, accounts.map((name) => h("option", { key: name, value: name }, name))),
      ),
    h("div.rh-table-place", {}, h(FileZone, { accept: ".safetensors", label: t("lora.choose"), limits: t("lora.limits", { limit: gigabytes() }), take })),
    h("p.rh-said", { role: "status", class: said.value.bad ? "is-bad" : "" }, said.value.words),
    h("ul.rh-loras", {}, local.value.map((one) => h(ToPage, { key: one.id, one })), sending.map((one) => h(ToService, { key: one.id, one }))),
    h("ul.rh-loras", {}, mine.map((one) => h(MyLora, { key: `${one.account} ${one.file}`, one }))),
    none && h("p.rh-how", {}, t("lora.none")),
  );
}

/** @param {{ one: Local }} props */
function ToPage({ one: { id, file, percent, problem, stopper } }) {
  const drop = () => {
    stopper.abort();
    away(id);
  };
  return h(Moving, { name: file.name, percent, problem, words: t("lora.to_page", { percent }), again: () => bring(id, file), drop });
}

/** @param {{ one: SendingLora }} props */
function ToService({ one: { id, name, percent, problem } }) {
  const drop = () => {
    dropped.add(id);
    doing(post("/loras/{id}/drop", { id }));
  };
  return h(Moving, { name, percent, problem, words: t(percent ? "lora.to_service" : "lora.wait", { percent }), again: () => doing(post("/loras/{id}/again", { id })), drop });
}

/** @param {{ name: string, percent: number, problem: string, words: string, again: () => void, drop: () => void }} props */
const Moving = ({ name, percent, problem, words, again, drop }) =>
  h(
    "li.rh-lora",
    {},
    h(
      "div.rh-lora-words",
      {},
      h("strong", {}, name),
      problem ? h("span.rh-field-error", { role: "alert" }, problem) : h("span.rh-quiet", {}, words),
      !problem &&
        h("span.rh-bar.is-measured", { role: "progressbar", "aria-label": name, "aria-valuenow": percent }, h("span.rh-bar-fill", { style: { inlineSize: `${percent}%` } })),
    ),
    problem && h("button.rh-small", { type: "button", onclick: again }, t("lora.again")),
    h(IconButton, { name: "close", label: t(problem ? "lora.away" : "lora.stop"), onclick: drop }),
  );

/** @param {{ one: OwnLora }} props */
function MyLora({ one: { name, file, size, at, account } }) {
  const copy = async () => toast(t((await copyText(file)) ? "lora.copied" : "browser.copy_failed"));
  return h(
    "li.rh-lora",
    { "data-lora": file },
    h("div.rh-lora-words", {}, h("strong", {}, name), h("code", {}, file), account && h("span.rh-chip", {}, account), h("span.rh-quiet", {}, `${fileSize(size)} · `, h(Moment, { at }))),
    h("button.rh-small", { type: "button", onclick: copy }, h(Icon, { name: "copy" }), t("lora.copy")),
    mayManage() && h(IconButton, { name: "close", label: `${t("lora.forget")}: ${name}. ${t("lora.forget_hint")}`, onclick: () => doing(post("/loras/forget", { file, account })) }),
  );
}
