// @ts-check
// The page's sentences in the chosen language; sentences of the server come translated.

import { carryOver, kept } from "./browser_storage.js";

/** @type {Record<string, string>} */
let entries = {};

export const language = () => window.rhBoot.language;

/** Waits for the words, whose loading the page's head has started. */
export async function loadWords() {
  entries = await window.rhBoot.words;
}

const SIGNS = "\\u4e00-\\u9fff“”‘’《》（）";
const SIGN = new RegExp(`[${SIGNS}]`);
const PLACE = new RegExp(`([${SIGNS}] )?\\{(\\w+)\\}( (?=[${SIGNS}]))?`, "g");

/** The sentence under `key` with `{name}` places filled. The space that Chinese puts beside Latin letters and figures is
 * left out where the value is Chinese.
 * @param {string} key @param {Record<string, unknown>} values */
export function t(key, values = {}) {
  const isChinese = language() === "zh";
  return (entries[key] ?? key).replace(PLACE, (_, before = "", name, after = "") => {
    const value = String(values[name] ?? `{${name}}`);
    const opens = isChinese && SIGN.test(value[0] ?? "");
    const ends = isChinese && SIGN.test(value.at(-1) ?? "");
    return `${opens ? before.trimEnd() : before}${value}${ends ? "" : after}`;
  });
}

/** @param {string} key */
export function has(key) {
  return key in entries;
}

/** Switches the page to the other language; what was typed is stored as a draft and comes back. */
export function switchLanguage() {
  kept.language.write(language() === "zh" ? "en" : "zh");
  window.dispatchEvent(new Event("rh:leaving"));
  carryOver();
  location.reload();
}

/** Names for a sentence; of many only the first few.
 * @param {string[]} names */
export const named = (names) => (names.length > 4 ? `${names.slice(0, 3).join(", ")} … (${names.length})` : names.join(", "));

/** Sentences after each other, with a space between but after a Chinese stop.
 * @param {(string | undefined | false | null)[]} said */
export const sentences = (...said) => said.reduce((/** @type {string} */ text, each) => (each ? text + gap(text) + each : text), "");

/** What stands between a sentence and what follows it.
 * @param {string} text */
export const gap = (text) => (!text || /[。！？；：，]$/.test(text) ? "" : " ");
