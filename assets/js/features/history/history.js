// @ts-check
// The History tab: every run as a row, page by page, filtered by a search, a kind and a state.

import { pairs } from "../../components/field.js";
import { Icon } from "../../components/icon.js";
import { ListFilter } from "../../components/list_filter.js";
import { useFresh } from "../../components/sight.js";
import { address, get, Refusal } from "../../core/api.js";
import { debounced, latest } from "../../core/timing.js";
import { h } from "../../core/h.js";
import { language, t } from "../../core/words.js";
import { signal, useRef } from "../../vendor/preact.js";
import { person } from "../../core/person.js";
import { ZONE } from "../team/month.js";
import { WhoseFilters } from "../team/whose.js";
import { openColumns, SORTS, Table, turned } from "./history_table.js";
import { stateWords } from "./open_run.js";

export { ExternalRuns } from "./external_runs.js";

/** @import { HistoryPage, HistoryRow, Modality } from "../../core/api_types.js" */
/** @import { Order } from "./history_table.js" */

const EXPORTS = [["csv", "CSV"], ["xlsx", "Excel"]];
const PAGE_ROWS = 50; // as in rh_ui/web/api/history.py

/** @type {Modality[]} */
const MODALITIES = ["image", "video", "audio", "3d", "text", "apps"];
/** @type {HistoryRow["state"][]} */
const STATES = [.../** @type {"asking"[]} */ (person() ? ["asking"] : []), "queued", "claimed", "uploading", "submitting", "running", "downloading", "unfetched", "done", "failed", "cancelled", "unknown"];

/** Empty means all. `after`: where each page before the present one ended.
 * @typedef {{ search: string, modality: Modality | "", state: HistoryRow["state"] | "", person: string, project: string, after: string[] } & Order} Wanted */

const wanted = signal(/** @type {Wanted} */ ({ search: "", modality: "", state: "", person: "", project: "", sort: "created", down: true, after: [] }));
/** `asked`: what it answers. */
const shown = signal(/** @type {(HistoryPage & { first: number, asked: Wanted }) | null} */ (null));
const refused = signal("");
const ask = latest(async () => {
  const asked = wanted.value;
  const { after, ...filters } = asked;
  return { ...(await get("/history", { ...filters, after: after.at(-1) ?? "" })), first: after.length * PAGE_ROWS, asked };
});

async function read() {
  try {
    const found = await ask();
    if (!found) return;
    // The page that was shown is gone: its runs went to another state, or the filter finds fewer.
    if (!found.rows.length && wanted.value.after.length) {
      want({});
      return;
    }
    shown.value = found;
    refused.value = "";
  } catch (fault) {
    // The top line says when the server is away.
    if (fault instanceof Refusal) refused.value = fault.message;
  }
}

const soon = debounced(read, 200);

/** @param {Partial<Wanted>} part */
function want(part) {
  wanted.value = { ...wanted.value, after: [], ...part };
  if ("search" in part) soon();
  else read();
}

export function History() {
  const head = useFresh(read);
  const frame = useRef(/** @type {HTMLDivElement | null} */ (null));
  /** @param {string[]} after */
  const turn = (after) => {
    want({ after });
    frame.current?.scrollTo({ top: 0 });
    head.current?.scrollIntoView({ block: "nearest" });
  };
  return h(
    "section.rh-history",
    {},
    h(
      "div.rh-history-filters",
      { ref: head, class: person() ? "is-team" : "" },
      h(Search),
      h(Filter, { of: "modality", id: "history-kind", among: pairs(MODALITIES, (name) => t(`tab.${name}`)) }),
      h(Filter, { of: "state", id: "history-state", among: pairs(STATES, stateWords) }),
      h(WhoseFilters, { id: "history", person: wanted.value.person, project: wanted.value.project, choose: want }),
    ),
    h(Bar),
    h("div.rh-history-frame", { ref: frame }, h(Table, { rows: shown.value?.rows ?? [], order: wanted.value, sort: want })),
    h(Pager, { turn }),
  );
}

const Search = () =>
  h(
    "label.rh-history-filter",
    {},
    h("span.rh-label", {}, t("history.search")),
    h("input.rh-input", {
      id: "history-search",
      type: "search",
      maxlength: 4000,
      placeholder: t("history.search_hint"),
      value: wanted.value.search,
      oninput: (event) => want({ search: event.currentTarget.value }),
    }),
  );

/** @param {{ of: "modality" | "state", id: string, among: [string, string][] }} props */
const Filter = ({ of, id, among }) => h(ListFilter, { id, label: t(`history.${of}`), value: wanted.value[of], among, choose: (chosen) => want({ [of]: chosen }) });

/** On a phone, where the heads of the columns are not shown, the order is chosen here. */
function Bar() {
  const { search, modality, state, person: who, project, sort, down } = wanted.value;
  const query = new URLSearchParams({ language: language(), zone: ZONE, search, modality, state, person: who, project, sort, down: String(down) });
  return h(
    "div.rh-history-bar",
    {},
    h(
      "label.rh-history-sort",
      {},
      h("span.rh-label", {}, t("history.sort")),
      h("select.rh-input", { id: "history-sort", value: sort, onchange: ({ currentTarget }) => want(turned({ sort, down }, /** @type {Order["sort"]} */ (currentTarget.value))) }, SORTS.map((name) => h("option", { key: name, value: name }, t(`history.${name}`)))),
      h("button.rh-small", { type: "button", title: t("history.turn"), "aria-label": t("history.turn"), onclick: () => want({ down: !down }) }, h(Icon, { name: down ? "down" : "up" })),
    ),
    h("button.rh-small", { type: "button", id: "history-columns", "aria-haspopup": "dialog", onclick: openColumns }, t("history.columns")),
    EXPORTS.map(([ending, name]) => h("a.rh-small", { id: `history-${ending}`, href: `${address(`rh/history.${ending}`)}?${query}`, download: "", title: t("history.export_hint") }, h(Icon, { name: "download" }), name)),
  );
}

/** @param {{ turn: (after: string[]) => void }} props */
function Pager({ turn }) {
  if (!shown.value) return refused.value && h("p.rh-field-error", { role: "alert" }, refused.value);
  const { rows, first, total, next, asked } = shown.value;
  const { search, modality, state, person, project, after } = wanted.value;
  const none = t(search.trim() || modality || state || person || project ? "gallery.empty_filter" : "history.none");
  const line = total ? t("history.page", { first: first + 1, last: first + rows.length, total }) : none;
  return h(
    "div.rh-pager",
    {},
    h("button.rh-small", { type: "button", id: "history-newer", disabled: !after.length, onclick: () => turn(after.slice(0, -1)) }, t("history.previous")),
    h("span", { id: "history-line", role: "status" }, refused.value || line),
    h("button.rh-small", { type: "button", id: "history-older", disabled: !next || asked !== wanted.value, onclick: () => turn([...after, next]) }, t("history.next")),
    h("button.rh-small", { type: "button", id: "history-refresh", onclick: read }, t("history.refresh")),
  );
}
