// @ts-check
// Talking to our own server: its API, uploads with progress, the push of changes.

/** @import { Gets, Posts, Refusal as Told, Upload } from "./api_types.js" */

import { inOneTab, tabChannel } from "./browser_features.js";
import { visitor } from "./local_state.js";
import { has, language, t } from "./words.js";

/** The server refused in words a person can read. */
export class Refusal extends Error {}
/** The server gave no usable answer. */
export class NoAnswer extends Error {}

/** @param {string} path */
export const address = (path) => new URL(path, document.baseURI).href;

/** An answer's value with every digit: numbers that a browser would round come as text.
 * @param {string} text */
export function exact(text) {
  const rounded = (/** @type {string} */ found) => /^-?\d+$/.test(found) && !Number.isSafeInteger(Number(found));
  return JSON.parse(text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]{15,}/g, (found) => (rounded(found) ? `"${found}"` : found)));
}

/**
 * What a call is given, which may be left out where nothing of it is needed.
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
 * The path with its parts filled in, and what is left to send.
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
      headers: { "Content-Type": "application/json", "X-RH-Submitter": visitor() },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    told = exact(await answer.text());
  } catch (fault) {
    throw new NoAnswer(String(fault));
  }
  if (!answer.ok) throw new Refusal(await sentence(told, answer.status));
  return told;
}

/**
 * Why a call was refused, in the reader's language where it is known there.
 * @param {Partial<Told>} refusal
 * @param {number} status
 */
async function sentence({ code = "", sentence: told = "" }, status) {
  const words = `refusal.${code}`;
  return has(words) ? t(words) : (await meaning(code)) || told || String(status);
}

/** What a code of RunningHub's means; empty for one that nobody knows, which is told as it came.
 * @param {string} code */
async function meaning(code) {
  if (!code.startsWith("code-")) return "";
  const { said } = await get("/codes/{code}", { code: code.slice("code-".length) }).catch(() => ({ said: "" }));
  return said;
}

/** Tells the page when the server answers from another table of models than the page was drawn from.
 * @param {string} version */
export function heedTable(version) {
  if (version === window.rhBoot.table) return;
  Object.assign(window.rhBoot, { table: version, first: null });
  window.dispatchEvent(new Event("rh:table"));
}

/** Sends a file to the page's server; `onProgress` gets 0 to 1. Resolves to what a field takes as file data.
 * @param {File} file
 * @param {(share: number) => void} onProgress
 * @param {AbortSignal} [signal]
 * @returns {Promise<Upload>} */
export function upload(file, onProgress, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address("gradio_api/upload"));
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
/** What the server has counted of changes, as far as the page knows. */
let heard = window.rhBoot.changes;
/** @type {(state: boolean) => void} */
let tellTabs = () => {};
/** @type {EventSource | null} */
let source = null;

/** `listener(online)` runs after every change at the server and when the connection goes or comes, until the answer is
 * called.
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
  for (const listener of listeners) listener(online);
}

/** @param {boolean} state */
function tell(state) {
  hear(state);
  tellTabs(state);
}

/** Opens the push; it finds its way back by itself after the server was away. A browser gives a server six
 * connections for all its tabs, so one tab listens and tells the others; when it closes, the next one takes over. */
export function listen() {
  tellTabs = tabChannel("rh.events", hear);
  inOneTab("rh.events", follow, followInSight);
}

function follow() {
  const opened = new EventSource(address("rh/events"));
  source = opened;
  opened.addEventListener("change", ({ data }) => {
    // The first event tells of what came after the page; mostly nothing did, and everything has just been read.
    const isKnown = online && data === heard;
    heard = data;
    if (!isKnown) tell(true);
  });
  opened.onerror = () => {
    tell(false);
    if (opened.readyState === EventSource.CLOSED) setTimeout(() => source && follow(), 2000);
  };
}

/** Where no tab can be first, each listens for itself, but only in sight, or six of them would stop the seventh. */
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
