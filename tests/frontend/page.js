// @ts-check
// What a module of the page finds around it when it is loaded without a browser. Imported before the modules.

import { readFileSync } from "node:fs";

/** The page's real sentences, as far as they stand on one line. */
const words = Object.fromEntries(
  readFileSync(new URL("../../rh_ui/i18n/en.toml", import.meta.url), "utf8")
    .split(/^\[/m)
    .flatMap((part) => [...part.matchAll(/^([\w-]+) = "(.*)"$/gm)].map(([, name, sentence]) => [`${part.slice(0, part.indexOf("]"))}.${name}`, sentence])),
);

/** @type {any} */ (globalThis).window = {
  rhBoot: { language: "en", words: Promise.resolve(words), limits: { lora: 2 * 1024 ** 3, ends: 2 * 1024 ** 2 }, copied: { image: ["heic", "bmp"], audio: [], video: [] }, endings: { jpeg: "jpg", jfif: "jpg" } },
  history: { state: null },
  addEventListener: () => {},
};
// What a module waits for by itself (a timer, the other tabs) would keep a test's process alive.
const every = globalThis.setInterval;
/** @type {any} */ (globalThis).setInterval = (/** @type {() => void} */ act, /** @type {number} */ wait) => every(act, wait).unref();
const Channel = /** @type {any} */ (globalThis.BroadcastChannel);
/** @type {any} */ (globalThis).BroadcastChannel = class extends Channel {
  /** @param {string} name */
  constructor(name) {
    super(name);
    this.unref();
  }
};

/** A field of the table with what a test is about.
 * @param {Partial<import("../../assets/js/types.js").Field>} given
 * @returns {import("../../assets/js/types.js").Field} */
export const field = (given) => ({ key: "a", label: given.key ?? "a", kind: "text", default: null, ...given });

/** @param {Partial<import("../../assets/js/types.js").Spec>} given
 * @returns {import("../../assets/js/types.js").Spec} */
export const spec = (given) => ({
  path: "some/model", title: "Some model", description: "", summary: "", task: "text-to-image", family: "some", channel: "", deprecated: false,
  price: null, takes: [], wordsOnly: true, fields: [], ...given,
});

/** @param {Partial<import("../../assets/js/types.js").FormItem>} given
 * @returns {import("../../assets/js/types.js").FormItem} */
export const item = (given) => ({ name: "cat.png", size: 10, value: "input:1.png", ...given });
