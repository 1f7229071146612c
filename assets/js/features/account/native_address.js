// @ts-check
// The address for ComfyUI tools with the key in it, requested with a token of this page.

import { address, exact, NoAnswer, Refusal, sight } from "../../core/api.js";
import { has, t } from "../../core/words.js";

/** @type {Promise<any>} */
let shown = Promise.resolve();

/** The address for ComfyUI tools with the key in it. Each answer has the token for the next request, so requests run one
 * after the other.
 * @param {boolean} plus
 * @param {string} password that of whoever is signed in; empty where the page has no people
 * @param {string} account its name; empty: the first
 * @returns {Promise<string>} */
export const nativeAddress = (plus, password, account) => (shown = shown.catch(() => {}).then(() => askNative(plus, password, account)));

/** @param {boolean} plus @param {string} password @param {string} account */
async function askNative(plus, password, account) {
  let answer;
  let told;
  try {
    answer = await fetch(address("rh/native"), {
      method: "POST",
      headers: { "Content-Type": "application/json", ...sight() },
      body: JSON.stringify({ plus, token: window.rhBoot.token, password, account }),
    });
    told = exact(await answer.text());
  } catch (fault) {
    throw new NoAnswer(String(fault));
  }
  const words = `refusal.${told.code}`;
  if (has(words)) throw new Refusal(t(words, { minutes: told.minutes }));
  if (!answer.ok) throw new Refusal(answer.status === 403 ? t("native.stale") : told.said || String(answer.status));
  window.rhBoot.token = told.token;
  return told.address;
}
