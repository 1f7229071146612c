// @ts-check
// On the Account tab: the space that files take, and the buttons that clear unneeded ones.

import { Facts } from "../../components/facts.js";
import { Press } from "../../components/press.js";
import { telling } from "../../components/toast.js";
import { get, post } from "../../core/api.js";
import { h } from "../../core/h.js";
import { draftedFiles } from "../../core/local_state.js";
import { t } from "../../core/words.js";
import { useEffect, useSignal } from "../../vendor/preact.js";

/** @import { Clearing, Storage as Found } from "../../core/api_types.js" */

/** `turn`: changes when the tab is opened.
 * @param {{ turn: number }} props */
export function Storage({ turn }) {
  const found = useSignal(/** @type {Found} */ ({ rows: [], problem: "" }));
  const said = useSignal("");
  const look = async () => {
    // The top line says when the server is away.
    found.value = await get("/storage").catch(() => found.value);
  };
  /** @param {Clearing["what"]} what */
  const clear = (what) =>
    telling(async () => {
      said.value = "";
      const told = await post("/storage/clear", { what, keep: what === "inputs" ? draftedFiles() : [] });
      await look();
      said.value = told.said;
    });
  useEffect(() => {
    if (turn) look();
  }, [turn]);
  const { rows, problem } = found.value;
  return h(
    "section.rh-table",
    { id: "storage" },
    h("h2.rh-heading", {}, t("storage.title")),
    h("p.rh-field-error", { role: "alert" }, problem),
    h(Facts, { class: "rh-storage-rows", rows: rows.map(([name, value, what]) => /** @type {const} */ ([name, [h("span", {}, value), what && h(Clear, { name, what, press: clear(/** @type {Clearing["what"]} */ (what)) })]])) }),
    h("p.rh-how", {}, t("storage.about")),
    h("p.rh-said", { role: "status" }, said.value),
  );
}

/** @param {{ name: string, what: string, press: () => Promise<void> }} props */
function Clear({ name, what, press }) {
  const words = t(what === "inputs" ? "storage.clear_inputs" : "storage.clear");
  return h(Press, { words, waits: t("storage.clearing"), press, title: t(`storage.clear_${what}_hint`), "aria-label": `${words}: ${name}`, "data-clear": what });
}
