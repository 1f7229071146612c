// @ts-check
// A tab's lists: active runs and results. Loaded again when the server says that something changed.

import { Shown, useChangesSeen, useShown } from "../../components/shown.js";
import { changes, get } from "../../core/api.js";
import { debounced, latest } from "../../core/timing.js";
import { h } from "../../core/h.js";
import { mayRun } from "../../core/person.js";
import { putAway } from "../../core/local_state.js";
import { unchanged } from "../../core/memo.js";
import { t } from "../../core/words.js";
import { computed, effect, signal, untracked, useRef } from "../../vendor/preact.js";
import { openResult } from "../results/open_result.js";
import { lostWords, ResultTile } from "../results/result_tile.js";
import { studioOf } from "../studio/studio.js";
import { EndedCard, RunCard } from "./cards.js";
import { listed } from "./listing.js";

/** @typedef {import("../../core/api_types.js").Modality} Modality @typedef {import("../../core/api_types.js").TabRuns} TabRuns */

const FIRST = 12; // ended runs that a tab loads at first
const STEP = 24; // and with each press of "More"

/** The content of one tab's lists. */
class RunLists {
  /** @param {Modality} modality */
  constructor(modality) {
    this.modality = modality;
    this.studio = studioOf(modality);
    this.limit = FIRST;
    this.found = signal(/** @type {TabRuns | null} */ (null));
    this.lists = computed(() => this.found.value && { ...listed(this.found.value, putAway.value), more: this.found.value.more });
    this.refresh = debounced(() => this.read(), 60);
    this.studio.submission.starts.subscribe((count) => count && this.refresh());
    /** The count of changes when it was read first. */
    this.readAt = changes.peek();
    this.read();
    // If all loaded runs are hidden or dismissed, there may be more.
    effect(() => {
      if (this.lists.value?.more && this.lists.value.isEmpty) untracked(() => this.showMore());
    });
  }

  /** Shows a result large; its neighbours are the results now in the grid. */
  open = (/** @type {import("../../core/api_types.js").Output} */ { id }) =>
    openResult(id, (this.lists.value?.tiles ?? []).filter((tile) => !lostWords(tile)).map((tile) => tile.id));

  showMore() {
    this.limit += STEP;
    return this.read();
  }

  // Of a server that is away the top line tells; the next change reads again.
  ask = latest(() => get("/runs/board", { modality: this.modality, shown: this.limit }).catch(() => null));

  async read() {
    const found = await this.ask();
    if (!found) return;
    const isFirst = !this.found.value;
    const { active, ended } = found;
    this.found.value = { ...found, active: unchanged(this.found.value?.active ?? [], active), ended: unchanged(this.found.value?.ended ?? [], ended) };
    this.studio.heed(ended);
    this.studio.presses.stand([...active, ...ended].map((card) => card.id));
    if (isFirst && (active.length || ended.length)) this.studio.folded.value = true;
  }
}

/** @type {Map<Modality, RunLists>} */
const all = new Map();

/** @param {Modality} modality */
function listsOf(modality) {
  const lists = all.get(modality) ?? new RunLists(modality);
  all.set(modality, lists);
  return lists;
}

/** A tab's active runs.
 * @param {{ modality: Modality }} props */
export function RunsUnderWay({ modality }) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const shown = useShown(place);
  const active = listsOf(modality).lists.value?.active ?? [];
  return h(
    "section.rh-board",
    { ref: place, "aria-label": t("results.running") },
    h("h2.rh-heading", { hidden: !active.length }, t("results.running")),
    h(Shown.Provider, { value: shown }, h("div.rh-runs", {}, active.map((card) => h(RunCard, { key: card.id, card })))),
  );
}

/** A tab's results, and its runs that ended without any.
 * @param {{ modality: Modality }} props */
export function Results({ modality }) {
  const lists = listsOf(modality);
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const shown = useShown(place);
  useChangesSeen(shown, lists.refresh, lists.readAt);
  const { bad, tiles, more, isEmpty } = lists.lists.value ?? { bad: [], tiles: [], more: false, isEmpty: false };
  return h(
    "section.rh-board",
    { ref: place, "aria-label": t("results.results"), "aria-busy": lists.found.value ? undefined : "true" },
    h("h2.rh-heading", {}, t("results.results")),
    h("div.rh-empty", { hidden: !isEmpty }, h("p", {}, t("results.empty")), mayRun() && h("p.rh-quiet", {}, t("results.empty_hint"))),
    h(Shown.Provider, { value: shown }, [
      h("div.rh-runs", {}, bad.map((card) => h(EndedCard, { key: card.id, card }))),
      h("div.rh-grid", {}, tiles.map((output) => h(ResultTile, { key: output.id, output, open: lists.open }))),
    ]),
    h("button.rh-small", { type: "button", hidden: !more, onclick: () => lists.showMore() }, t("card.more")),
  );
}
