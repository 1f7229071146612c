// @ts-check
// The actions of a run's and a result's buttons. The lists then change by themselves; a refusal is shown.

import { faultWords, toast } from "../../components/toast.js";
import { post } from "../../core/api.js";
import { setAway } from "../../core/local_state.js";
import { showTab } from "../../core/tabs.js";
import { t } from "../../core/words.js";

/** @typedef {import("../../core/api_types.js").Task} Task */

/** @param {Promise<unknown>} asked @returns {Promise<boolean>} whether it was done */
const done = (asked) =>
  asked.then(
    () => true,
    (fault) => {
      toast(faultWords(fault));
      return false;
    },
  );

/** @param {Task} run */
export const cancel = (run) => done(post("/runs/{id}/cancel", { id: run.id }));

/** Settles an unknown outcome.
 * @param {Task} run @param {"found" | "lost" | "again"} how */
export const resolve = (run, how, remoteId = "") => done(post("/runs/{id}/resolve", { id: run.id, action: how, remote_id: remoteId }));

/** @param {string} id a run's */
export const fetchFiles = (id) => done(post("/runs/{id}/fetch-files", { id }));

/** @param {Task} run */
export const moveUp = (run) => done(post("/runs/{id}/move-up", { id: run.id }));

/** Sends the same again: pressed twice, or on two pages, it still is one run.
 * @param {Task} run */
export async function retry(run) {
  if (await done(post("/runs/{id}/retry", { id: run.id }))) toast(t("code.retried"));
}

/** Removes an ended run without results from this browser's lists.
 * @param {Task} run */
export function putAside(run) {
  setAway(run.id, true);
  toast(t("card.put_away_done"), { words: t("card.undo"), press: () => setAway(run.id, false) });
}

/** Fills the form with the run's settings.
 * @param {Task} run */
export const reuse = (run) => window.dispatchEvent(new CustomEvent("rh:reuse", { detail: run }));

/** Hides a result whose file is lost; its run stays in the history.
 * @param {import("../../core/api_types.js").Output} output */
export async function forget(output) {
  if (!(await done(post("/results/{id}/forget", { id: output.id })))) return;
  toast(t("card.forgotten"), { words: t("card.undo"), press: () => done(post("/results/{id}/remember", { id: output.id })) });
}

/** Opens the Account tab; the button may be in a dialog. */
export function openAccount() {
  document.getElementById("rh-tray")?.hidePopover();
  showTab("account");
}
