// @ts-check
// What a part asks the server, the answer, and why there is none.

import { latest } from "../core/timing.js";
import { signal } from "../vendor/preact.js";
import { faultWords } from "./toast.js";

/** Only the answer to the last question counts.
 * @template Answer @param {() => Promise<Answer>} ask */
export function answerTo(ask) {
  const found = signal(/** @type {Answer | null} */ (null));
  const problem = signal("");
  const last = latest(ask);
  const read = async () => {
    try {
      found.value = (await last()) ?? found.value;
      problem.value = "";
    } catch (fault) {
      problem.value = faultWords(fault);
    }
  };
  return { found, problem, read };
}
