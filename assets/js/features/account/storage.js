// Where files lie: the line that says when their place takes none or is nearly full, and on the Account tab what
// they take and the buttons that clear what nobody needs.

import { h, patch } from "../../core/dom.js";
import { draftedFiles } from "../../core/local_state.js";
import { get, post } from "../../core/api.js";
import { toast } from "../../components/toast.js";
import { language, t } from "../../core/words.js";

const places = new Set();
let known = { trouble: "", count: 0, full: false, history: "", notices: [] };
const read = new Set(); // what was found at the start, and has been put away on this page

const gap = () => (language() === "zh" ? "" : " ");

/** What is in the way now, wherever the page tells of it. */
export function showStorage(storage) {
  known = storage;
  for (const place of places) place.draw();
}

/** A button that says what it does while it does it; `work` may throw what a person should read. */
function busyButton(words, busy, work, attributes = {}) {
  const button = h(
    "button.rh-small",
    {
      type: "button",
      ...attributes,
      onclick: async () => {
        button.disabled = true;
        button.textContent = busy;
        try {
          await work();
        } catch (fault) {
          toast(fault.message);
        }
        button.disabled = false;
        button.textContent = words;
      },
    },
    words,
  );
  return button;
}

export class StorageNotices {
  constructor() {
    this.element = h("div.rh-pauses", { role: "alert" });
    places.add(this);
    this.draw();
  }

  draw() {
    const lines = [];
    if (known.history) lines.push({ key: "history", stamp: known.history, make: () => this.history() });
    for (const notice of known.notices) {
      const said = notice[language()];
      if (!read.has(said)) lines.push({ key: said, stamp: said, make: () => this.notice(said) });
    }
    if (known.trouble || known.count) lines.push({ key: "spare", stamp: JSON.stringify(known), make: () => this.spare() });
    if (known.full) lines.push({ key: "full", stamp: "full", make: () => this.full() });
    patch(this.element, lines);
  }

  /** Nothing can be written down, so nothing is sent. */
  history() {
    return h("div.rh-banner.rh-pause.is-bad", { "data-history": known.history }, h("p", {}, h("strong", {}, t(`notice.history_${known.history}`)), gap(), t("notice.nothing_paid")));
  }

  /** Found at the start. */
  notice(said) {
    const away = () => {
      read.add(said);
      for (const place of places) place.draw();
    };
    return h("div.rh-banner.rh-pause", { "data-notice": "" }, h("p", {}, said), h("div.rh-buttons", {}, h("button.rh-small", { type: "button", onclick: away }, t("notice.read"))));
  }

  full() {
    return h("div.rh-banner.rh-pause", {}, h("p", {}, h("strong", {}, t("storage.full")), gap(), t("storage.full_waits")));
  }

  spare() {
    const { trouble, count, local } = known;
    const kept = count === 0 ? t("storage.kept_new") : count === 1 ? t("storage.kept_one") : t("storage.kept", { count });
    const look = (anew) => async () => showStorage((await post("/storage/return", { anew })).storage);
    const again = busyButton(t("storage.try"), t("storage.trying"), look(false));
    const anew = trouble === "gone" && local && busyButton(t("storage.anew"), t("storage.trying"), look(true), { title: t("storage.anew_hint") });
    const words = kept + gap() + t(trouble ? "storage.home" : "storage.home_left");
    const why = trouble && [h("strong", {}, t(`storage.trouble_${trouble}`)), gap()];
    return h("div.rh-banner.rh-pause", {}, h("p", {}, why, words), h("div.rh-buttons", {}, again, anew));
  }
}

export class Storage {
  constructor() {
    this.rows = h("dl.rh-account-rows.rh-storage-rows");
    this.problem = h("p.rh-field-error", { role: "alert" });
    this.said = h("p.rh-said", { role: "status" });
    this.element = h(
      "section.rh-table",
      { id: "storage" },
      h("h2.rh-heading", {}, t("storage.title")),
      this.problem,
      this.rows,
      h("p.rh-how", {}, t("storage.about")),
      this.said,
    );
  }

  async read() {
    let found;
    try {
      found = await get("/storage");
    } catch {
      return; // The line about the server being away speaks for it.
    }
    this.problem.textContent = found.problem;
    this.rows.replaceChildren(...found.rows.map(([name, value, what]) => this.row(name, value, what)));
  }

  row(name, value, what) {
    const words = t(what === "inputs" ? "storage.clear_inputs" : "storage.clear");
    const hint = { title: t(`storage.clear_${what}_hint`), "aria-label": `${words}: ${name}`, "data-clear": what };
    const clear = what && busyButton(words, t("storage.clearing"), () => this.clear(what), hint);
    return h("div.rh-fact", {}, h("dt", {}, name), h("dd", {}, h("span", {}, value), clear));
  }

  async clear(what) {
    this.said.textContent = "";
    const { said } = await post("/storage/clear", { what, keep: what === "inputs" ? draftedFiles() : [] });
    await this.read();
    this.said.textContent = said;
  }
}
