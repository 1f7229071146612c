// @ts-check
// Opening a run by its id: its first result large, or if it has none, the run itself.

import { telling } from "../../components/toast.js";
import { get } from "../../core/api.js";
import { t } from "../../core/words.js";
import { latest } from "../../core/timing.js";
import { openResult } from "../results/open_result.js";
import { isThere } from "../runs/listing.js";

/** A state in words, for a place that is not updated every second.
 * @param {import("../../core/api_types.js").HistoryRow["state"]} state */
export const stateWords = (state) => t(state === "running" ? "state.running_plain" : `state.${state}`);

const ask = latest((/** @type {string} */ id) => get("/runs/{id}", { id }));

/** @type {(id: string) => Promise<void>} */
export const openRun = telling(async (id) => {
  const task = await ask(id);
  if (!task) return;
  const shown = task.outputs.filter((output) => output.state !== "forgotten" && isThere(output)).map((output) => output.id);
  if (shown.length) {
    await openResult(shown[0], shown);
    return;
  }
  const { showRun } = await import("./run_dialog.js");
  showRun(id);
});
