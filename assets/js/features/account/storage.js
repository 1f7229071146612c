// @ts-check
// Where files lie: the line that says when their place takes none or is nearly full, and on the Account tab what
// they take and the buttons that clear what nobody needs.

import { Facts } from "../../components/facts.js";
import { Press } from "../../components/press.js";
import { telling } from "../../components/toast.js";
import { get, post } from "../../core/api.js";
import { h } from "../../core/h.js";
import { draftedFiles } from "../../core/local_state.js";
import { language, t } from "../../core/words.js";
import { signal, useEffect, useSignal } from "../../vendor/preact.js";

/** @import { Clearing, Storage as Found, StorageNotice } from "../../core/api_types.js" */

/** What is in the way now, wherever the page tells of it. */
export const storage = signal(/** @type {StorageNotice} */ ({ trouble: "", count: 0, full: false, local: false, history: "", notices: [] }));
/** What was found at the start, and has been put away on this page. */
const read = signal(/** @type {readonly string[]} */ ([]));

const gap = () => (language() === "zh" ? "" : " ");

export function StorageNotices() {
  const { history, notices, trouble, count, full } = storage.value;
  const unread = notices.map((notice) => notice[language()]).filter((said) => !read.value.includes(said));
  return h(
    "div.rh-pauses",
    { role: "alert" },
    history && h(LostHistory, { why: history }),
    unread.map((said) => h(Notice, { key: said, said })),
    (trouble || count > 0) && h(Spare, storage.value),
    full && h("div.rh-banner.rh-pause", {}, h("p", {}, h("strong", {}, t("storage.full")), gap(), t("storage.full_waits"))),
  );
}

/** Nothing can be written down, so nothing is sent.
 * @param {{ why: string }} props */
const LostHistory = ({ why }) =>
  h("div.rh-banner.rh-pause.is-bad", { "data-history": why }, h("p", {}, h("strong", {}, t(`notice.history_${why}`)), gap(), t("notice.nothing_paid")));

/** Found at the start.
 * @param {{ said: string }} props */
const Notice = ({ said }) =>
  h(
    "div.rh-banner.rh-pause",
    { "data-notice": "" },
    h("p", {}, said),
    h("div.rh-buttons", {}, h("button.rh-small", { type: "button", onclick: () => (read.value = [...read.value, said]) }, t("notice.read"))),
  );

/** @param {StorageNotice} props */
function Spare({ trouble, count, local }) {
  const kept = count === 0 ? t("storage.kept_new") : count === 1 ? t("storage.kept_one") : t("storage.kept", { count });
  /** @param {boolean} anew */
  const look = (anew) =>
    telling(async () => {
      storage.value = (await post("/storage/return", { anew })).storage;
    });
  return h(
    "div.rh-banner.rh-pause",
    {},
    h("p", {}, trouble && [h("strong", {}, t(`storage.trouble_${trouble}`)), gap()], kept + gap() + t(trouble ? "storage.home" : "storage.home_left")),
    h(
      "div.rh-buttons",
      {},
      h(Press, { words: t("storage.try"), waits: t("storage.trying"), press: look(false) }),
      trouble === "gone" && local && h(Press, { words: t("storage.anew"), waits: t("storage.trying"), press: look(true), title: t("storage.anew_hint") }),
    ),
  );
}

/** `turn`: changes when the tab is looked at.
 * @param {{ turn: number }} props */
export function Storage({ turn }) {
  const found = useSignal(/** @type {Found} */ ({ rows: [], problem: "" }));
  const said = useSignal("");
  const look = async () => {
    // Of a server that is away the top line tells.
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
