// @ts-check
// The stage of a tab: its runs and results in one grid. A run stands in it from the press on, and its result takes its place.

import { later } from "../../components/later.js";
import { Shown, useChangesSeen, useShown } from "../../components/shown.js";
import { h } from "../../core/h.js";
import { memo } from "../../core/memo.js";
import { mayRun } from "../../core/person.js";
import { t } from "../../core/words.js";
import { signal, useEffect, useRef } from "../../vendor/preact.js";
import { RowTile } from "../results/row_tile.js";
import { chooseRowHeight, LARGEST, placed, rowHeight, SMALLEST, useRows } from "../results/rows.js";
import { studioOf } from "../studio/studio.js";
import { EndedCard, RunCard } from "./cards.js";
import { listsOf } from "./run_lists.js";

/** @typedef {import("../../core/api_types.js").Modality} Modality @typedef {import("../../core/api_types.js").Output} Output */
/** @typedef {import("./listing.js").Standing} Standing */

const Examples = later(async () => (await import("./empty_stage.js")).EmptyStage);

/** @param {{ modality: Modality }} props */
export function Stage({ modality }) {
  const lists = listsOf(modality);
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  const shown = useShown(place);
  useChangesSeen(shown, lists.refresh, lists.readAt);
  return h(
    "div",
    { ref: place },
    h("div.rh-stage-head", {}, h("h2.rh-heading", {}, t("results.results")), h(Sizes)),
    h(Shown.Provider, { value: shown }, h(Rows, { modality })),
    h("button.rh-small", { type: "button", hidden: !lists.lists.value.more, onclick: () => lists.showMore() }, t("card.more")),
  );
}

/** How large the tiles are. */
const Sizes = () =>
  h("input.rh-sizes", {
    type: "range",
    "aria-label": t("results.tile_size"),
    title: t("results.tile_size"),
    min: SMALLEST,
    max: LARGEST,
    step: 20,
    value: rowHeight.value,
    oninput: (event) => chooseRowHeight(Number(event.currentTarget.value)),
  });

/** What is under way stands in `…-tasks`, the rest in `…-results`: handles for tests and scripts. Their tiles share the rows.
 * @param {{ modality: Modality }} props */
function Rows({ modality }) {
  const { lists, open } = listsOf(modality);
  const { tiles, isRead } = lists.value;
  const { boxes, style, ...rows } = useRows(tiles.map(({ ratio }) => ratio));
  const isEmpty = isRead && !tiles.length;
  const drawn = tiles.map(({ one }, place) => ({ one, tile: h(Tile, { key: one.key, one, place, open, box: boxes[place] }) }));
  const isUnderWay = (/** @type {Standing} */ one) => "waiting" in one || "active" in one || "beside" in one;
  return h(
    "div.rh-rows",
    { ...rows, style: isEmpty ? undefined : style },
    h("div", { id: `${modality}-tasks` }, h("section", { "aria-label": t("results.running") }, drawn.filter(({ one }) => isUnderWay(one)).map(({ tile }) => tile))),
    h(
      "div",
      { id: `${modality}-results` },
      h("section.rh-board", { "aria-label": t("results.results"), "aria-busy": isRead ? undefined : "true" }, isEmpty && h(Empty, { modality }), drawn.filter(({ one }) => !isUnderWay(one)).map(({ tile }) => tile)),
    ),
  );
}

const SOON = 2500; // ms
/** Whether the page has started: what it can do without is loaded after that. */
const isStarted = signal(false);
for (const name of ["pointermove", "focusin", "touchstart"]) window.addEventListener(name, () => (isStarted.value = true), { once: true, passive: true });

/** @param {{ modality: Modality }} props */
function Empty({ modality }) {
  useEffect(() => {
    const timer = setTimeout(() => (isStarted.value = true), SOON);
    return () => clearTimeout(timer);
  }, []);
  return [
    h("div.rh-empty", {}, h("p", {}, t("results.empty")), mayRun() && h("p.rh-quiet", {}, t("results.empty_hint"))),
    mayRun() && modality !== "apps" && isStarted.value && h(Examples, { studio: studioOf(modality) }),
  ];
}
/** @param {{ one: Standing, place: number, open: (output: Output) => void, box: import("../results/justified.js").Box | undefined }} props */
const Tile = ({ one, place, box, open }) => h("div.rh-row-tile", { style: placed(box), "data-place": place }, h(Content, { one, open }));

const Content = memo((/** @type {{ one: Standing, open: (output: Output) => void }} */ { one, open }) => {
  if ("result" in one) return h(RowTile, { output: one.result, run: one.of, open });
  if ("active" in one) return h(RunCard, { card: one.active });
  if ("ended" in one) return h(EndedCard, { card: one.ended });
  if ("waiting" in one) return h(WaitingTile, { title: one.waiting.title });
  return h("div.rh-run.is-beside", { "aria-hidden": "true" });
});

/** A run that is being sent.
 * @param {{ title: string }} props */
const WaitingTile = ({ title }) =>
  h(
    "article.rh-run.is-queued",
    {},
    h("div.rh-run-name", {}, h("strong.rh-run-title", {}, title)),
    h("div.rh-run-body", {}, h("p.rh-run-words", {}, t("run.sending")), h("span.rh-bar", {}, h("span.rh-bar-fill"))),
  );
