// @ts-check
// Calls of our own server: its API, uploads with progress, the push of changes.

/** @import { Gets, Posts, Refusal as Told, Upload } from "./api_types.js" */

import { inOneTab, tabChannel } from "./browser_features.js";
import { visitor } from "./local_state.js";
import { signal } from "../vendor/preact.js";
import { has, language, t } from "./words.js";

const ENDS = ["signed-out", "other-sight"];
/** The server's code for why this page is no longer that of whoever is signed in; empty: it is. */
export const ended = signal("");

/** The server refused, with a sentence for the user. */
export class Refusal extends Error {}
/** The server gave no usable answer. */
export class NoAnswer extends Error {}

/** The header that says for whom this page was loaded; the server refuses what it sends for somebody else. */
export const sight = () => ({ "X-RH-Sight": window.rhBoot.sight });

/** @param {string} path */
export const address = (path) => new URL(path, document.baseURI).href;

/** Parses JSON; numbers that a browser would round become text.
 * @param {string} text */
export function exact(text) {
  const rounded = (/** @type {string} */ found) => /^-?\d+$/.test(found) && !Number.isSafeInteger(Number(found));
  return JSON.parse(text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]{15,}/g, (found) => (rounded(found) ? `"${found}"` : found)));
}

/**
* The argument of a call, optional if all of its keys are.
 * @template {{ given: unknown }} Call
 * @typedef {{} extends Call["given"] ? [given?: Call["given"]] : [given: Call["given"]]} Given
 */

/**
 * Reads something of the server (rh_ui/web/api): `get("/runs/{id}", { id })`. Raises Refusal or NoAnswer.
 * @template {keyof Gets} Path
 * @param {Path} path
 * @param {Given<Gets[Path]>} given
 * @returns {Promise<Gets[Path]["answer"]>}
 */
export function get(path, ...[given]) {
  const { place, rest } = filled(path, given);
  return answered(place, rest);
}

/**
 * Has the server do something: `post("/runs/{id}/cancel", { id })`. Raises Refusal or NoAnswer.
 * @template {keyof Posts} Path
 * @param {Path} path
 * @param {Given<Posts[Path]>} given
 * @returns {Promise<Posts[Path]["answer"]>}
 */
export function post(path, ...[given]) {
  const { place, rest } = filled(path, given);
  return answered(place, {}, rest);
}

/**
* The path with its parameters filled in, and the remaining values.
 * @param {string} path
 * @param {object} given
 */
function filled(path, given = {}) {
  const rest = /** @type {Record<string, unknown>} */ ({ ...given });
  const place = path.replace(/{(\w+)}/g, (_, /** @type {string} */ name) => {
    const value = rest[name];
    delete rest[name];
    return encodeURIComponent(String(value));
  });
  return { place, rest };
}

/**
 * @param {string} place
 * @param {Record<string, unknown>} query
 * @param {object} [body]
 */
async function answered(place, query, body) {
  const asked = new URLSearchParams({ language: language() });
  for (const [name, value] of Object.entries(query)) if (value !== undefined) asked.set(name, String(value));
  let answer;
  let told;
  try {
    answer = await fetch(address(`rh/api${place}?${asked}`), {
      method: body ? "POST" : "GET",
      headers: { "Content-Type": "application/json", "X-RH-Submitter": visitor(), ...sight() },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    told = exact(await answer.text());
  } catch (fault) {
    throw new NoAnswer(String(fault));
  }
  ended.value = ENDS.includes(told?.code) ? told.code : "";
  if (!answer.ok) throw new Refusal(await sentence(told, answer.status));
  return told;
}

/**
* Why a call was refused, in the user's language if there is a sentence.
 * @param {Partial<Told>} refusal
 * @param {number} status
 */
async function sentence({ code = "", sentence: told = "", minutes = 0 }, status) {
  const words = `refusal.${code}`;
  return has(words) ? t(words, { minutes }) : (await meaning(code)) || told || String(status);
}

/** What a code of RunningHub means; empty for an unknown one, which is shown as it came.
 * @param {string} code */
async function meaning(code) {
  if (!code.startsWith("code-")) return "";
  const { said } = await get("/codes/{code}", { code: code.slice("code-".length) }).catch(() => ({ said: "" }));
  return said;
}

/** Notifies the page when the server uses another table of models than the page.
 * @param {string} version */
export function heedTable(version) {
  if (version === window.rhBoot.table) return;
  Object.assign(window.rhBoot, { table: version, first: null });
  window.dispatchEvent(new Event("rh:table"));
}

/** Sends a file to the page's server; `onProgress` gets 0 to 1. Resolves to file data for a field.
 * @param {File} file
 * @param {(share: number) => void} onProgress
 * @param {AbortSignal} [signal]
 * @returns {Promise<Upload>} */
export function upload(file, onProgress, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address("gradio_api/upload"));
    for (const [name, value] of Object.entries(sight())) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onload = () => {
      const why = `refusal.${request.getResponseHeader("X-RH-Refused")}`;
      if (has(why)) reject(new Refusal(t(why)));
      else if (request.status !== 200) reject(new Refusal(request.responseText.slice(0, 200) || String(request.status)));
      else resolve({ path: JSON.parse(request.responseText)[0], orig_name: file.name });
    };
    request.onerror = () => reject(new NoAnswer("upload"));
    request.onabort = () => reject(new NoAnswer("aborted"));
    signal?.addEventListener("abort", () => request.abort());
    const form = new FormData();
    form.append("files", file);
    request.send(form);
  });
}

/** @type {Set<(online: boolean) => void>} */
const listeners = new Set();
let online = true;
/** How many changes at the server the page has heard of. */
export const changes = signal(0);
/** The server's change counter, as far as the page knows it. */
let heard = window.rhBoot.changes;
/** @type {(state: boolean) => void} */
let tellTabs = () => {};
/** @type {EventSource | null} */
let source = null;

/** `listener(online)` runs after every change at the server and when the connection is lost or restored, until the
 * returned function is called.
 * @param {(online: boolean) => void} listener */
export function onChange(listener) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** @param {boolean} state */
function hear(state) {
  online = state;
  if (online) changes.value += 1;
  for (const listener of listeners) listener(online);
}

/** @param {boolean} state */
function tell(state) {
  hear(state);
  tellTabs(state);
}

/** Opens the push, which reconnects by itself. A browser opens six connections to a server for all its tabs, so one tab
 * listens and notifies the others; when it closes, the next one takes over. */
export function listen() {
  tellTabs = tabChannel("rh.events", hear);
  inOneTab("rh.events", follow, followInSight);
}

function follow() {
  const opened = new EventSource(address("rh/events"));
  source = opened;
  opened.addEventListener("change", ({ data }) => {
    // The first event has the present counter; mostly nothing changed since the page was loaded.
    const isKnown = online && data === heard;
    heard = data;
    if (!isKnown) tell(true);
  });
  opened.onerror = () => {
    tell(false);
    if (opened.readyState === EventSource.CLOSED) setTimeout(() => source && follow(), 2000);
  };
}

/** Where the tabs can't choose one, each listens, but only while visible, or six of them would block the seventh. */
function followInSight() {
  const turn = () => {
    const isSeen = document.visibilityState === "visible";
    if (isSeen && !source) follow();
    if (isSeen || !source) return;
    source.close();
    source = null;
  };
  document.addEventListener("visibilitychange", turn);
  turn();
}
