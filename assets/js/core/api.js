// Talking to our own server: named functions, uploads with progress, the push of changes.

import { inOneTab, tabChannel } from "./browser_features.js";
import { visitor } from "./local_state.js";
import { has, language, t } from "./words.js";

/** The server refused in words a person can read. */
export class Refusal extends Error {}
/** The server gave no usable answer. */
export class NoAnswer extends Error {}

export const address = (path) => new URL(path, document.baseURI).href;

/** An answer's value with every digit: numbers that a browser would round come as text. */
export function exact(text) {
  const rounded = (found) => /^-?\d+$/.test(found) && !Number.isSafeInteger(Number(found));
  return JSON.parse(text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]{15,}/g, (found) => (rounded(found) ? `"${found}"` : found)));
}

/** Calls a named function of the API with its values in order; raises Refusal or NoAnswer. */
export async function call(name, ...data) {
  let answer;
  let body;
  try {
    answer = await fetch(address(`gradio_api/run/${name}`), {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-RH-Submitter": visitor() },
      body: JSON.stringify({ data }),
    });
    body = exact(await answer.text());
  } catch (fault) {
    throw new NoAnswer(String(fault));
  }
  if (!answer.ok) {
    const words = `refusal.${body.title}`;
    throw new Refusal(has(words) ? t(words) : (await told(body.title)) || body.error || body.detail || String(answer.status));
  }
  return body.data[0];
}

/** What a code of RunningHub's means; empty for one that nobody knows, which is told as it came. */
async function told(title = "") {
  if (!title.startsWith("code-")) return "";
  const found = await ask("code", title.slice("code-".length), language()).catch(() => ({ said: "" }));
  return found.said;
}

/** One of the page's own questions (rh_ui/ui/board.py). */
export const ask = (question, ...values) => call("page", question, values);

let shown = Promise.resolve();

/** The address for tools of ComfyUI with the key in it. Each answer brings the token for the next, so they go one after
 * the other. */
export const nativeAddress = (plus) => (shown = shown.catch(() => {}).then(() => askNative(plus)));

async function askNative(plus) {
  const answer = await fetch(address("rh/native"), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ plus, token: window.rhBoot.token }),
  }).catch((fault) => {
    throw new NoAnswer(String(fault));
  });
  const told = await answer.json();
  if (!answer.ok) throw new Refusal(answer.status === 403 ? t("native.stale") : told.said || String(answer.status));
  window.rhBoot.token = told.token;
  return told.address;
}

/** Tells the page when the server answers from another table of models than the page was drawn from. */
export function heedTable(version) {
  if (version === window.rhBoot.table) return;
  Object.assign(window.rhBoot, { table: version, first: null });
  window.dispatchEvent(new Event("rh:table"));
}

/** Sends a file to the page's server; `onProgress` gets 0 to 1. Resolves to what a field takes as file data. */
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

const listeners = new Set();
let online = true;
let tellTabs = () => {};
let source = null;

/** `listener(online)` runs after every change at the server and when the connection goes or comes. */
export function onChange(listener) {
  listeners.add(listener);
}

/** `refresh()` runs after every change while `element` is in sight, and once when it comes into sight and has missed
 * some: behind another tab of the page, or of the browser. */
export function onChangeSeen(element, refresh) {
  let missed = false;
  const catchUp = () => {
    if (!missed || document.visibilityState !== "visible" || element.offsetParent === null) return;
    missed = false;
    refresh();
  };
  onChange((state) => {
    missed ||= state;
    catchUp();
  });
  document.addEventListener("visibilitychange", catchUp);
  // In sight is what is drawn at all, also below the window's edge.
  new IntersectionObserver(catchUp, { rootMargin: "100000px" }).observe(element);
}

function hear(state) {
  online = state;
  for (const listener of listeners) listener(online);
}

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
  source = new EventSource(address("rh/events"));
  source.addEventListener("change", () => tell(true));
  source.onerror = () => {
    tell(false);
    if (source.readyState === EventSource.CLOSED) setTimeout(() => source && follow(), 2000);
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
