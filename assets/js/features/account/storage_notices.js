// @ts-check
// The lines that say when the storage takes no files or is nearly full, and what was found at the start.

import { Press } from "../../components/press.js";
import { telling } from "../../components/toast.js";
import { post } from "../../core/api.js";
import { h } from "../../core/h.js";
import { mayManage } from "../../core/person.js";
import { language, t } from "../../core/words.js";
import { signal } from "../../vendor/preact.js";

/** @import { StorageNotice } from "../../core/api_types.js" */

/** The present problem of the storage, for every part of the page that shows it. */
export const storage = signal(/** @type {StorageNotice} */ ({ trouble: "", count: 0, full: false, local: false, history: "", notices: [] }));
/** Notices from the start that were dismissed on this page. */
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

/** Nothing can be stored, so nothing is sent.
 * @param {{ why: string }} props */
const LostHistory = ({ why }) =>
  h("div.rh-banner.rh-pause.is-bad", { "data-history": why }, h("p", {}, h("strong", {}, t(`notice.history_${why}`)), gap(), t("notice.nothing_paid")));

/** A notice from the start of the program.
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
      { hidden: !mayManage() },
      h(Press, { words: t("storage.try"), waits: t("storage.trying"), press: look(false) }),
      trouble === "gone" && local && h(Press, { words: t("storage.anew"), waits: t("storage.trying"), press: look(true), title: t("storage.anew_hint") }),
    ),
  );
}
