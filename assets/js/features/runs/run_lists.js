// A tab's lists: runs under way and results. Read again when the server says that something changed.

import { act, endedCard, lostWords, resultTile, runCard } from "./cards.js";
import { debounced, h, patch } from "../../core/dom.js";
import { putAway } from "../../core/local_state.js";
import { openResult } from "../results/lightbox.js";
import { get, onChangeSeen } from "../../core/api.js";
import { studioOf } from "../studio/studio.js";
import { toast } from "../../components/toast.js";
import { t } from "../../core/words.js";

const boards = new Map();

export function boardOf(modality) {
  if (!boards.has(modality)) boards.set(modality, new Board(modality));
  return boards.get(modality);
}

class Board {
  constructor(modality) {
    this.modality = modality;
    this.shown = 12;
    this.runs = h("div.rh-runs");
    this.runsHead = h("h2.rh-heading", { hidden: true }, t("results.running"));
    this.tasks = h("section.rh-board", { "aria-label": t("results.running") }, this.runsHead, this.runs);
    this.grid = h("div.rh-grid");
    this.endedRuns = h("div.rh-runs");
    this.empty = h(
      "div.rh-empty",
      { hidden: true },
      h("p", {}, t("results.empty")),
      h("p.rh-quiet", {}, t("results.empty_hint")),
    );
    this.more = h("button.rh-small", { type: "button", hidden: true, onclick: () => this.showMore() }, t("card.more"));
    this.results = h(
      "section.rh-board",
      { "aria-label": t("results.results"), "aria-busy": "true" },
      h("h2.rh-heading", {}, t("results.results")),
      this.empty,
      this.endedRuns,
      this.grid,
      this.more,
    );
    this.refresh = debounced(() => this.read(), 60);
    onChangeSeen(this.results, this.refresh);
    window.addEventListener("rh:away", this.refresh);
    studioOf(modality).addEventListener("started", this.refresh);
    setInterval(() => this.tick(), 1000);
    this.read();
  }

  showMore() {
    this.shown += 24;
    this.read();
  }

  async read() {
    let board;
    try {
      board = await get("/runs/board", { modality: this.modality, shown: this.shown });
    } catch {
      return; // The top line says that the server is away; the next change reads again.
    }
    this.draw(board);
  }

  draw({ active, ended, more }) {
    const doing = (name, card, value) => act(name, card, value).catch((fault) => toast(fault.message));
    patch(
      this.runs,
      active.map((card) => ({ key: card.id, stamp: JSON.stringify(card), make: () => runCard(card, doing) })),
    );
    this.runsHead.hidden = !active.length;
    studioOf(this.modality).heed(ended);
    studioOf(this.modality).presses.stand([...active, ...ended].map((card) => card.id));
    const withResults = (card) => card.outputs.some((output) => ["saved", "missing"].includes(output.state) || output.text);
    const away = putAway();
    ended = ended.filter((card) => !card.forgotten && (withResults(card) || !away.has(card.id)));
    const bad = ended.filter((card) => !withResults(card)).slice(0, 6);
    patch(
      this.endedRuns,
      bad.map((card) => ({ key: card.id, stamp: JSON.stringify(card), make: () => endedCard(card, doing) })),
    );
    const tiles = ended.filter(withResults).flatMap((card) => card.outputs);
    patch(
      this.grid,
      tiles.map((output) => ({
        key: output.id,
        stamp: JSON.stringify(output),
        make: () => resultTile(output, (chosen) => openResult(chosen.id, tiles.filter((tile) => !lostWords(tile)).map((tile) => tile.id))),
      })),
    );
    this.empty.hidden = ended.length > 0;
    this.more.hidden = !more;
    if (more && !ended.length) this.showMore();
    if (!this.loaded && (active.length || ended.length)) studioOf(this.modality).say("results");
    this.loaded = true;
    this.results.removeAttribute("aria-busy");
  }

  tick() {
    for (const child of this.runs.children) child.tick?.();
  }
}
