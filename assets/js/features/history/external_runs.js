// @ts-check
// A run made elsewhere: looked up by its id, and imported into the history. One line until it is opened.

import { Facts } from "../../components/facts.js";
import { faultWords, toast } from "../../components/toast.js";
import { get, onChange, post } from "../../core/api.js";
import { h } from "../../core/h.js";
import { mayManage } from "../../core/person.js";
import { t } from "../../core/words.js";
import { useEffect, useRef, useSignal } from "../../vendor/preact.js";
import { openRun, stateWords } from "./open_run.js";

/** What was found: facts and a sentence; the id of the run here, or RunningHub's id of a run that can be imported.
 * @typedef {{ rows: [string, string][], notice: string, here?: string, number?: string }} Found */

const OVER = ["done", "failed", "cancelled"];

export function ExternalRuns() {
  const id = useRef(/** @type {HTMLInputElement | null} */ (null));
  const found = useSignal(/** @type {Found | null} */ (null));
  const busy = useSignal(false);
  const followed = useRef("");

  /** One press at a time; an error is shown, and the earlier content is removed.
   * @param {() => Promise<void>} work */
  const doing = async (work) => {
    if (busy.value) return;
    busy.value = true;
    try {
      await work();
    } catch (fault) {
      found.value = null;
      toast(faultWords(fault));
    }
    busy.value = false;
  };

  const look = async () => {
    const { rows, here, doubt, number } = await get("/external-runs", { number: id.current?.value ?? "" });
    followed.current = "";
    found.value = here ? { rows, notice: t("outside.here"), here } : { rows, notice: doubt, number };
  };

  /** An imported run is shown until it ends, from our own data: RunningHub is not asked. */
  const follow = async () => {
    const run = followed.current;
    if (!run) return;
    const task = await get("/runs/{id}", { id: run }).catch(() => null);
    if (!task || run !== followed.current) return;
    const over = OVER.includes(task.state);
    if (over) followed.current = "";
    found.value = { rows: [[t("outside.state"), stateWords(task.state)]], notice: over ? "" : t("outside.brought"), here: run };
  };

  /** @param {string} number */
  const bring = async (number) => {
    followed.current = (await post("/external-runs", { number })).id;
    toast(t("outside.brought"));
    await follow();
  };

  useEffect(() => onChange(follow), []);

  /** @param {Event} event */
  const submit = (event) => {
    event.preventDefault();
    doing(look);
  };
  if (!mayManage()) return null;
  return h(
    "details.rh-outside",
    {},
    h("summary", {}, t("outside.title")),
    h("p.rh-how", {}, t("outside.about")),
    h(
      "form.rh-link-row",
      { onsubmit: submit },
      h("input.rh-input", { ref: id, type: "text", inputmode: "numeric", autocomplete: "off", placeholder: t("outside.id"), "aria-label": t("outside.id") }),
      h("button.rh-small", { type: "submit", disabled: busy }, t("outside.look")),
    ),
    h("div.rh-outside-found", { role: "status" }, found.value && h(FoundRun, { found: found.value, busy: busy.value, bring: (number) => doing(() => bring(number)) })),
  );
}

/** @param {{ found: Found, busy: boolean, bring: (number: string) => void }} props */
function FoundRun({ found: { rows, notice, here, number }, busy, bring }) {
  return [
    h(Facts, { rows }),
    notice && h("p.rh-how", {}, notice),
    h(
      "div.rh-buttons",
      {},
      here && h("button.rh-small", { type: "button", onclick: () => openRun(here) }, t("outside.open")),
      number && h("button.rh-small.is-main", { type: "button", disabled: busy, onclick: () => bring(number) }, t("outside.bring")),
    ),
  ];
}
