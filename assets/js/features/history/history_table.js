// @ts-check
// The table of runs: its columns, which can be sorted and chosen, and its rows, each of which opens its run.

import { openPart } from "../../components/dialog.js";
import { Icon } from "../../components/icon.js";
import { Moment } from "../../components/moment.js";
import { kept } from "../../core/browser_storage.js";
import { clock } from "../../core/format.js";
import { h } from "../../core/h.js";
import { keyOf } from "../../core/keys.js";
import { person } from "../../core/person.js";
import { t } from "../../core/words.js";
import { signal } from "../../vendor/preact.js";
import { whoseWords } from "../team/whose.js";
import { openRun, stateWords } from "./open_run.js";

/** @import { HistoryRow } from "../../core/api_types.js" */

/** @typedef {"picture" | "prompt" | "model" | "state" | "created" | "elapsed" | "cost" | "estimate" | "whose" | "kind" | "files" | "remote_id"} Column */
/** @typedef {"created" | "model" | "kind" | "state" | "cost" | "estimate"} SortBy @typedef {{ sort: SortBy, down: boolean }} Order */

/** @type {Column[]} */
const COLUMNS = ["picture", "prompt", "model", "state", "created", "elapsed", "cost", "estimate", ...(person() ? /** @type {const} */ (["whose"]) : []), "kind", "files", "remote_id"];
/** Until the reader chooses; with people, whose a run is takes the room of its id.
 * @type {Column[]} */
const FIRST_SHOWN = ["picture", "prompt", "model", "state", "created", "elapsed", "cost", "estimate", person() ? "whose" : "remote_id"];
/** @type {SortBy[]} */
export const SORTS = ["created", "model", "kind", "state", "cost", "estimate"];
/** Sorted upwards first: they are names.
 * @type {string[]} */
const NAMES = ["model", "kind", "state"];
const ICONS = /** @type {const} */ ({ image: "image", video: "film", audio: "sound", "3d": "cube", text: "text", apps: "runs" });

const chosen = signal(new Set(kept.columns.read() ?? FIRST_SHOWN));

/** @param {Column} name */
const isShown = (name) => name === "prompt" || chosen.value.has(name); // the prompt opens the run

/** The order after a press of a column's head: the same one turns round.
 * @param {Order} order @param {SortBy} by @returns {Order} */
export const turned = ({ sort, down }, by) => ({ sort: by, down: by === sort ? !down : !NAMES.includes(by) });

/** The roles are explicit: on a phone the rows are laid out as cards, and a browser may not recognise a table then.
 * @param {{ rows: HistoryRow[], order: Order, sort: (order: Order) => void }} props */
export function Table({ rows, order, sort }) {
  if (!rows.length) return null;
  const columns = COLUMNS.filter(isShown);
  return h(
    "table.rh-history-table",
    { role: "table", "aria-label": t("tab.history") },
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, columns.map((name) => h(Head, { key: name, name, order, sort })))),
    h("tbody", { role: "rowgroup", onkeydown: step }, rows.map((row) => h(Row, { key: row.id, row, columns }))),
  );
}

/** @param {{ name: Column, order: Order, sort: (order: Order) => void }} props */
function Head({ name, order, sort }) {
  const by = SORTS.find((each) => each === name);
  const isBy = order.sort === name;
  return h(
    "th",
    { role: "columnheader", scope: "col", class: `is-${name}`, "aria-sort": by && isBy ? (order.down ? "descending" : "ascending") : undefined },
    by
      ? h("button.rh-sort", { type: "button", class: isBy ? "is-on" : "", onclick: () => sort(turned(order, by)) }, t(`history.${name}`), isBy && h(Icon, { name: order.down ? "down" : "up" }))
      : h("span", { class: name === "picture" ? "rh-hidden" : "" }, t(`history.${name}`)),
  );
}

/** @param {{ row: HistoryRow, columns: Column[] }} props */
function Row({ row, columns }) {
  // Selecting an id to copy it is not a press of the row.
  const press = () => window.getSelection()?.isCollapsed !== false && openRun(row.id);
  return h("tr", { role: "row", "data-task": row.id, "data-state": row.state, onclick: press }, columns.map((name) => h("td", { key: name, role: "cell", class: `is-${name}` }, cell(row, name))));
}

/** @param {HistoryRow} row @param {Column} name @returns {import("../../vendor/preact.js").ComponentChildren} */
function cell(row, name) {
  switch (name) {
    case "picture":
      return row.picture ? h("img", { src: row.picture, alt: "", loading: "lazy", decoding: "async", width: 40, height: 40 }) : h(Icon, { name: ICONS[row.modality] });
    case "prompt":
      return h("button.rh-history-open", { type: "button", title: t("history.pick") }, row.prompt || "–");
    case "state":
      return stateWords(row.state);
    case "created":
      return h(Moment, { at: row.created });
    case "elapsed":
      return row.seconds === null ? "" : clock(row.seconds);
    case "whose":
      return whoseWords(row);
    case "kind":
      return t(`tab.${row.modality}`);
    case "files":
      return row.files || "";
    default:
      return row[name];
  }
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

export const openColumns = () => openPart(t("history.columns"), () => h(ColumnChoice));

function ColumnChoice() {
  /** @param {Column} name @param {boolean} on */
  const choose = (name, on) => {
    chosen.value = new Set(COLUMNS.filter((each) => (each === name ? on : isShown(each))));
    kept.columns.write([...chosen.value]);
  };
  return h(
    "div.rh-columns",
    { role: "group", "aria-label": t("history.columns") },
    COLUMNS.map((name) =>
      h(
        "label.rh-check",
        { key: name },
        h("input", { type: "checkbox", checked: isShown(name), disabled: name === "prompt", onchange: (event) => choose(name, event.currentTarget.checked) }),
        h("span", {}, t(`history.${name}`)),
      ),
    ),
  );
}
