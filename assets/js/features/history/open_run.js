// @ts-check
// Opening a run by its id: its first result large, or if it has none, how it ended.

import { telling, toast } from "../../components/toast.js";
import { get } from "../../core/api.js";
import { t } from "../../core/words.js";
import { latest } from "../../core/timing.js";
import { openResult } from "../results/open_result.js";
import { isThere } from "../runs/listing.js";
import { openCodes } from "../runs/run_failure.js";

/** A state in words, for a place that is not updated every second.
 * @param {import("../../core/api_types.js").HistoryRow["state"]} state */
export const stateWords = (state) => t(state === "running" ? "state.running_plain" : `state.${state}`);

const ask = latest(async (/** @type {string} */ id) => {
  const task = await get("/runs/{id}", { id });
  const shown = task.outputs.filter(isThere).map((output) => output.id);
  return { shown, failure: shown.length ? null : await get("/runs/{id}/failure", { id }) };
});

/** @type {(id: string) => Promise<void>} */
export const openRun = telling(async (id) => {
  const found = await ask(id);
  if (!found) return;
  const { shown, failure } = found;
  if (!failure) {
    openResult(shown[0], shown);
    return;
  }
  const { said, code } = failure;
  toast(said, code ? { words: t("code.explain", { code }), press: () => openCodes(code) } : null);
});
