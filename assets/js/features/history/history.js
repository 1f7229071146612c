// @ts-check
// The History tab: every run as a row, page by page, filtered by a search, a kind and a state.

import { pairs } from "../../components/field.js";
import { ListFilter } from "../../components/list_filter.js";
import { useFresh } from "../../components/sight.js";
import { Moment } from "../../components/moment.js";
import { get, Refusal } from "../../core/api.js";
import { debounced, latest } from "../../core/timing.js";
import { h } from "../../core/h.js";
import { keyOf } from "../../core/keys.js";
import { t } from "../../core/words.js";
import { signal, useRef } from "../../vendor/preact.js";
import { person } from "../../core/person.js";
import { WhoseFilters, whoseWords } from "../team/whose.js";
import { openRun, stateWords } from "./open_run.js";

export { ExternalRuns } from "./external_runs.js";

/** @import { HistoryPage, HistoryRow, Modality } from "../../core/api_types.js" */

const COLUMNS = ["created", "model", "kind", "state", "prompt", ...(person() ? ["whose"] : []), "cost", "files", "remote_id"];
/** @type {Modality[]} */
const MODALITIES = ["image", "video", "audio", "3d", "text", "apps"];
/** @type {HistoryRow["state"][]} */
const STATES = [.../** @type {"asking"[]} */ (person() ? ["asking"] : []), "queued", "claimed", "uploading", "submitting", "running", "downloading", "unfetched", "done", "failed", "cancelled", "unknown"];

/** Empty means all.
 * @typedef {{ search: string, modality: Modality | "", state: HistoryRow["state"] | "", person: string, project: string, page: number }} Wanted */

const wanted = signal(/** @type {Wanted} */ ({ search: "", modality: "", state: "", person: "", project: "", page: 0 }));
const shown = signal(/** @type {HistoryPage | null} */ (null));
const refused = signal("");
const ask = latest(() => get("/history", wanted.value));

async function read() {
  try {
    const found = await ask();
    if (!found) return;
    shown.value = found;
    refused.value = "";
    wanted.value = { ...wanted.value, page: found.page };
  } catch (fault) {
    // The top line says when the server is away.
    if (fault instanceof Refusal) refused.value = fault.message;
  }
}

const soon = debounced(read, 200);

/** @param {Partial<Wanted>} part */
function want(part) {
  wanted.value = { ...wanted.value, page: 0, ...part };
  if ("search" in part) soon();
  else read();
}

export function History() {
  const head = useFresh(read);
  const frame = useRef(/** @type {HTMLDivElement | null} */ (null));
  /** @param {number} by */
  const turn = (by) => {
    want({ page: wanted.value.page + by });
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
    h("div.rh-history-frame", { ref: frame }, h(Table)),
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

/** The roles are explicit: on a phone the rows are laid out as cards, and a browser may not recognise a table then. */
function Table() {
  const { rows } = shown.value ?? { rows: [] };
  if (!rows.length) return null;
  return h(
    "table.rh-history-table",
    { class: person() ? "is-team" : "", role: "table", "aria-label": t("tab.history") },
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, COLUMNS.map((name) => h("th", { role: "columnheader", scope: "col", class: `is-${name}` }, t(`history.${name}`))))),
    h("tbody", { role: "rowgroup", onkeydown: step }, rows.map((row) => h(Row, { key: row.id, row }))),
  );
}

/** @param {{ row: HistoryRow }} props */
function Row({ row }) {
  const cells = {
    created: h(Moment, { at: row.created }),
    model: row.model,
    kind: t(`tab.${row.modality}`),
    state: stateWords(row.state),
    prompt: h("button.rh-history-open", { type: "button", title: t("history.pick") }, row.prompt || "–"),
    ...(person() ? { whose: whoseWords(row) } : {}),
    cost: row.cost,
    files: row.files || "",
    remote_id: row.remote_id,
  };
  // Selecting an id to copy it is not a press of the row.
  const press = () => window.getSelection()?.isCollapsed !== false && openRun(row.id);
  return h("tr", { role: "row", "data-task": row.id, "data-state": row.state, onclick: press }, Object.entries(cells).map(([name, cell]) => h("td", { role: "cell", class: `is-${name}` }, cell)));
}

/** Up and down among the rows.
 * @param {KeyboardEvent & { currentTarget: HTMLElement }} event */
function step(event) {
  const rows = [...event.currentTarget.querySelectorAll("button")];
  const at = rows.findIndex((button) => button === document.activeElement);
  /** @type {Record<string, number>} */
  const places = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 };
  const next = rows[places[keyOf(event)] ?? -1];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** @param {{ turn: (by: number) => void }} props */
function Pager({ turn }) {
  if (!shown.value) return refused.value && h("p.rh-field-error", { role: "alert" }, refused.value);
  const { rows, first, total, page, last_page } = shown.value;
  const { search, modality, state, person, project } = wanted.value;
  const none = t(search.trim() || modality || state || person || project ? "gallery.empty_filter" : "history.none");
  const line = total ? t("history.page", { first: first + 1, last: first + rows.length, total }) : none;
  return h(
    "div.rh-pager",
    {},
    h("button.rh-small", { type: "button", id: "history-newer", disabled: page === 0, onclick: () => turn(-1) }, t("history.previous")),
    h("span", { id: "history-line", role: "status" }, refused.value || line),
    h("button.rh-small", { type: "button", id: "history-older", disabled: page >= last_page, onclick: () => turn(1) }, t("history.next")),
    h("button.rh-small", { type: "button", id: "history-refresh", onclick: read }, t("history.refresh")),
  );
}
