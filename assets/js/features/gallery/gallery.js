// @ts-check
// The Gallery tab: all results, newest first, loaded page by page while scrolling.

import { Icon } from "../../components/icon.js";
import { later, TryAgain } from "../../components/later.js";
import { Shown, useChangesSeen, useShown } from "../../components/shown.js";
import { eachTimeSeen } from "../../components/sight.js";
import { TextInput } from "../../components/text_input.js";
import { h } from "../../core/h.js";
import { keyOf } from "../../core/keys.js";
import { t } from "../../core/words.js";
import { useCallback, useEffect, useMemo, useRef, useSignal } from "../../vendor/preact.js";
import { openResult } from "../results/open_result.js";
import { person } from "../../core/person.js";
import { WhoseFilters } from "../team/whose.js";
import { GalleryRows } from "./gallery_rows.js";
import { ResultPages } from "./result_pages.js";
import { Selection, SelectionBar } from "./selection.js";

/** @type {import("./result_pages.js").Kind[]} */
const KINDS = ["", "image", "video", "audio", "model", "text"];

export function Gallery() {
  const pages = useMemo(() => new ResultPages(), []);
  const selection = useMemo(() => new Selection(pages.items), []);
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const isBin = useSignal(false);
  const shown = useShown(place);
  useChangesSeen(shown, pages.refresh);
  return h(
    "section.rh-gallery",
    { ref: place, onkeydown: (event) => keyOf(event) === "Escape" && selection.clear() },
    h(
      Shown.Provider,
      { value: shown },
      isBin.value
        ? [h("div.rh-gallery-head", {}, h(BinButton, { isBin })), h(BinHere, {})]
        : [
            h("div.rh-gallery-head", {}, h(Kinds, { pages }), h(Marks, { pages }), h(Filters, { pages }), h(Search, { pages }), h(BinButton, { isBin })),
            h(Grid, { pages, selection }),
            h(End, { pages }),
            h(SelectionBar, { selection }),
          ],
    ),
  );
}

const BinHere = later(async () => (await import("../results/bin.js")).BinView);

/** @param {{ isBin: import("../../vendor/preact.js").Signal<boolean> }} props */
const BinButton = ({ isBin }) =>
  h("button.rh-task", { type: "button", "data-bin": "", onclick: () => (isBin.value = !isBin.peek()) }, h(Icon, { name: isBin.value ? "left" : "bin" }), t(isBin.value ? "bin.back" : "bin.bin"));

/** @param {{ pages: ResultPages }} props */
const Kinds = ({ pages }) =>
  h(
    "div.rh-tasks",
    { role: "group", "aria-label": t("history.modality") },
    KINDS.map((kind) =>
      h(
        "button.rh-task",
        { key: kind, type: "button", "data-kind": kind, "aria-pressed": kind === pages.kind.value, onclick: () => pages.pick(kind) },
        t(kind ? `gallery.${kind}` : "gallery.all"),
      ),
    ),
  );

/** @type {(["favourite" | "hidden", import("../../components/icon.js").IconName])[]} */
const MARKS = [["favourite", "heart"], ["hidden", "hide"]];

/** @param {{ pages: ResultPages }} props */
const Marks = ({ pages }) =>
  h(
    "div.rh-tasks",
    { role: "group", "aria-label": t("marks.marks") },
    MARKS.map(([what, icon]) =>
      h("button.rh-task", { key: what, type: "button", "data-mark": what, "aria-pressed": pages.marks.value[what], onclick: () => pages.turn(what) }, h(Icon, { name: icon }), t(`marks.only_${what}`)),
    ),
  );

/** @param {{ pages: ResultPages }} props */
const Search = ({ pages }) => h(TextInput, { class: "rh-gallery-search", label: t("gallery.search"), text: pages.query, then: pages.search });

/** @param {{ pages: ResultPages }} props */
const Filters = ({ pages }) => person() && h("div.rh-gallery-whose", {}, h(WhoseFilters, { id: "gallery", ...pages.whose.value, choose: (part) => pages.narrow(part) }));

/** @param {{ pages: ResultPages, selection: Selection }} props */
function Grid({ pages, selection }) {
  const items = pages.items.value;
  const open = useCallback((/** @type {import("../../core/api_types.js").Output} */ { id }) => openResult(id, pages.openable()), []);
  const { person, project } = pages.whose.value;
  const empty = pages.kind.value || pages.query.value || person || project || pages.marks.value.favourite ? t("gallery.empty_filter") : t("gallery.empty");
  return [
    h("div.rh-empty", { hidden: items.length > 0 || !pages.isRead.value }, empty),
    h(GalleryRows, { items, selection, open }),
  ];
}

/** The present end of the list. Further results are loaded before it becomes visible, and at once if the list does not
 * fill the window.
 * @param {{ pages: ResultPages }} props */
function End({ pages }) {
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  const more = () => pages.readMore();
  useEffect(() => eachTimeSeen(place.current, more, "600px"), [pages.items.value.length, pages.more.value]);
  return h("div.rh-end", { ref: place }, pages.stuck.value && h(TryAgain, { words: t("notice.more_unread"), press: more }));
}
