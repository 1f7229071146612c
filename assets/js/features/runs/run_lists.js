// @ts-check
// A tab's runs and results. Loaded again when the server says that something changed.

import { changes, get } from "../../core/api.js";
import { debounced, latest } from "../../core/timing.js";
import { putAway, setUsed } from "../../core/local_state.js";
import { unchanged } from "../../core/memo.js";
import { computed, effect, signal, untracked } from "../../vendor/preact.js";
import { openResult } from "../results/open_result.js";
import { lostWords } from "../results/result_tile.js";
import { countOfSettings, ratioOfOutput, ratioOfRun, tileRatio } from "../results/shapes.js";
import { studioOf } from "../studio/studio.js";
import { staged } from "./listing.js";

/** @typedef {import("../../core/api_types.js").Modality} Modality @typedef {import("../../core/api_types.js").TabRuns} TabRuns */
/** @typedef {import("../../core/api_types.js").Card} Card @typedef {import("../studio/submission.js").Waiting} Waiting @typedef {import("./listing.js").Standing} Standing */

const FIRST = 12; // ended runs that a tab loads at first
const STEP = 24; // and with each press of "More"

class RunLists {
  /** The shapes in which runs stood here before they had results, by id; their results keep them, so that nothing moves.
   * @type {Map<string, number>} */
  #stood = new Map();

  /** @param {Modality} modality */
  constructor(modality) {
    this.modality = modality;
    this.studio = studioOf(modality);
    this.limit = FIRST;
    this.found = signal(/** @type {TabRuns | null} */ (null));
    this.lists = computed(() => this.#staged());
    this.refresh = debounced(() => this.read(), 60);
    this.studio.submission.starts.subscribe((count) => count && this.refresh());
    /** The count of changes when it was read first. */
    this.readAt = changes.peek();
    this.read();
    // If all loaded runs are hidden or dismissed, there may be more.
    effect(() => {
      if (this.found.value?.more && this.lists.value?.endedCount === 0) untracked(() => this.showMore());
    });
  }

  #staged() {
    const waiting = this.studio.submission.waiting.value;
    const found = this.found.value ?? { active: [], ended: [], more: false };
    const { standing, ...lists } = staged({ ...found, waiting }, putAway.value, (run) => countOfSettings(this.#specOf(run), valuesOf(run)));
    return { ...lists, tiles: standing.map((one) => ({ one, ratio: tileRatio(this.#ratioOf(one)) })), isRead: Boolean(this.found.value), more: found.more };
  }

  /** @param {Standing} one */
  #ratioOf(one) {
    if ("result" in one) return this.#stood.get(one.of.id) ?? ratioOfOutput(one.result);
    if ("waiting" in one) return this.#shapeOf(one.waiting, one.waiting.task);
    if ("active" in one) return this.#shapeOf(one.active, one.active.id);
    return "ended" in one ? this.#shapeOf(one.ended, one.ended.id) : this.#shapeOf(one.beside, "");
  }

  /** `id`: a run's, whose shape stays.
   * @param {Card | Waiting} run @param {string} id */
  #shapeOf(run, id) {
    const stood = this.#stood.get(id);
    if (stood) return stood;
    const spec = this.#specOf(run);
    const last = this.found.value?.ended.find((card) => card.endpoint === pathOf(run) && card.outputs.length > 0)?.outputs[0];
    const ratio = ratioOfRun({ spec, values: valuesOf(run), modality: this.modality, last });
    if (id && spec) this.#stood.set(id, ratio);
    return ratio;
  }

  /** @param {Card | Waiting} run */
  #specOf(run) {
    const { spec, models } = this.studio;
    return models.find(({ path }) => path === pathOf(run)) ?? (spec?.path === pathOf(run) ? spec : null);
  }

  /** Shows a result large; its neighbours are the results now in the grid. */
  open = (/** @type {import("../../core/api_types.js").Output} */ { id }) =>
    openResult(id, this.lists.value.results.filter((tile) => !lostWords(tile)).map((tile) => tile.id));

  showMore() {
    this.limit += STEP;
    return this.read();
  }

  // Of a server that is away the top line tells; the next change reads again.
  ask = latest((/** @type {number} */ shown) => get("/runs/board", { modality: this.modality, shown }).catch(() => null));

  async read() {
    const answered = this.studio.submission.waiting.peek().filter(({ task }) => task);
    const before = this.found.value;
    const found = await this.ask(this.limit + (before?.active.length ?? 0));
    if (!found) return;
    const isFirst = !before;
    const known = new Set(before?.ended.map(({ id }) => id));
    // A run that ends is one more: none at the other end has to go for it.
    if (before) this.limit += found.ended.filter(({ id }) => !known.has(id) && id > (before.ended[0]?.id ?? "")).length;
    const { active } = found;
    const ended = found.ended.slice(0, this.limit);
    const more = found.more || ended.length < found.ended.length;
    this.found.value = { active: unchanged(before?.active ?? [], active), ended: unchanged(before?.ended ?? [], ended), more };
    this.studio.submission.arrived(answered);
    this.studio.heed(ended);
    this.studio.presses.stand([...active, ...ended].map((card) => card.id));
    const isUsed = active.length + ended.length > 0;
    if (isFirst && isUsed) this.studio.folded.value = true;
    setUsed(this.modality, isUsed);
  }
}

/** @param {Card | Waiting} run */
const pathOf = (run) => ("path" in run ? run.path : run.endpoint);
/** @param {Card | Waiting} run @returns {Record<string, unknown>} */
const valuesOf = (run) => ("values" in run ? run.values : run.params);

/** @type {Map<Modality, RunLists>} */
const all = new Map();

/** @param {Modality} modality */
export function listsOf(modality) {
  const lists = all.get(modality) ?? new RunLists(modality);
  all.set(modality, lists);
  return lists;
}
