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

/** The sentence under `key` with `{name}` places filled.
 * @param {string} key @param {Record<string, unknown>} values */
export function t(key, values = {}) {
  const sentence = entries[key] ?? key;
  return sentence.replace(/\{(\w+)\}/g, (place, name) => String(values[name] ?? place));
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
