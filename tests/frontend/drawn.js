// @ts-check
// A document for tests that draw parts. Imported before the modules.

import "./page.js";

import { Window } from "happy-dom";

const page = /** @type {any} */ (globalThis).window;
const made = new Window({ url: "http://127.0.0.1/" });
/** @type {any} */ (globalThis).window = Object.assign(made, { rhBoot: page.rhBoot });
for (const name of ["document", "Node", "Element", "HTMLElement", "HTMLInputElement", "Event", "EventTarget", "CustomEvent", "MouseEvent", "localStorage", "location"]) {
  /** @type {any} */ (globalThis)[name] = /** @type {any} */ (made)[name];
}
/** @type {any} */ (globalThis).PerformanceObserver = class {
  observe() {}
  disconnect() {}
};
/** @type {any} */ (globalThis).IntersectionObserver = class extends /** @type {any} */ (globalThis).PerformanceObserver {};
/** @type {any} */ (globalThis).ResizeObserver = globalThis.IntersectionObserver;

const { loadWords } = await import("../../assets/js/core/words.js");
const { render } = await import("../../assets/js/vendor/preact.js");

await loadWords();
document.documentElement.lang = "en";

/** From now on whatever is drawn counts as visible. */
export function seeWhatIsDrawn() {
  /** @type {any} */ (globalThis).IntersectionObserver = class {
    /** @param {(entries: object[]) => void} seen */
    constructor(seen) {
      this.seen = seen;
    }
    observe() {
      this.seen([{ isIntersecting: true }]);
    }
    disconnect() {}
  };
}

/** The server's pushes, for a page that listens after this: the returned function pushes a change counter. */
export function pushes() {
  /** @type {((event: { data: string }) => void)[]} */
  const hearers = [];
  /** @type {any} */ (globalThis).EventSource = class {
    /** @param {string} _ @param {(event: { data: string }) => void} hear */
    addEventListener(_, hear) {
      hearers.push(hear);
    }
  };
  return (/** @type {string} */ data) => hearers.forEach((hear) => hear({ data }));
}

/** Until what changed has been drawn. */
export const settled = () => new Promise((go) => setTimeout(go, 50));

/** A place that parts are drawn into, and drawn again. */
export function stage() {
  const place = document.createElement("div");
  document.body.append(place);
  return {
    place,
    /** @param {import("../../assets/js/vendor/preact.js").VNode | null} part */
    async draw(part) {
      render(part, place);
      await settled();
      return place;
    },
    /** @param {string} selector @returns {any} */
    find: (selector) => place.querySelector(selector),
    /** The button with these words. @param {string} words @returns {any} */
    button: (words) => [...place.querySelectorAll("button")].find((button) => button.textContent === words),
  };
}

/** The page's server. `answers`: what it tells, by path, as `"/results/{id}"`; an error, or a path without an answer, is a
 * refusal. What it was asked is told.
 * @param {Record<string, (given: any) => unknown>} answers */
export function server(answers) {
  /** @type {[string, unknown][]} */
  const asked = [];
  /** @param {string} address @param {{ method?: string, body?: string }} request */
  const fetch = async (address, { method = "GET", body } = {}) => {
    const { pathname, searchParams } = new URL(address);
    const path = pathname.replace(/^.*?\/rh\/api/, "");
    const sent = body ? JSON.parse(body) : {};
    const { question, parts } = matching(Object.keys(answers), path);
    const given = { ...parts, ...(method === "GET" ? Object.fromEntries(searchParams) : sent) };
    asked.push([question, given]);
    const told = question in answers ? await answers[question](given) : new Error(`no answer to ${question}`);
    const ok = !(told instanceof Error);
    return { ok, status: ok ? 200 : 400, text: async () => JSON.stringify(ok ? (told ?? {}) : { code: "", sentence: told.message, charged: "no" }) };
  };
  /** @type {any} */ (globalThis).fetch = fetch;
  return asked;
}

/** @param {string[]} questions @param {string} path */
function matching(questions, path) {
  for (const question of questions) {
    const found = new RegExp(`^/?${question.replace(/^\//, "").replace(/{(\w+)}/g, "(?<$1>[^/]+)")}$`).exec(path);
    if (found) return { question, parts: found.groups ?? {} };
  }
  return { question: path.replace(/^\//, ""), parts: {} };
}

/** @param {Partial<import("../../assets/js/core/api_types.js").Card>} given
 * @returns {import("../../assets/js/core/api_types.js").Card} */
export const card = (given) => ({
  id: "run1", state: "running", tags: [], endpoint: "some/model", modality: "image", remote_id: "", params: {}, outputs: [], error: null,
  estimate: null, cost: null, coins: null, charged: "no", note: "", not_fetched: null, asks_until: null, created_at: "2026-11-29T12:00:00+00:00",
  submitted_at: null, finished_at: null, title: "a boat", model: "Some model", words: "", percent: null, step: "", charge: "",
  price: "", estimate_words: "¥0.16", usual_seconds: null, since: "", can_ask: false, can_move_up: false, can_cancel: false,
  cancel_free: false, can_find: false, failure: null, blames: [], outside: false, hooked: false, final: false, forgotten: false, movable: false,
  ...given,
});

/** @param {Partial<import("../../assets/js/core/api_types.js").Output>} given
 * @returns {import("../../assets/js/core/api_types.js").Output} */
export const output = (given) => ({
  id: "run1-000", task: "run1", position: 0, kind: "image", state: "saved", name: "boat.png", mime: "image/png", size: 10, text: null,
  width: 1, height: 1, seconds: null, url: "rh/files/run1-000/boat.png", thumb: "rh/thumbs/run1-000", sha256: "", link_ends: null,
  ...given,
});
