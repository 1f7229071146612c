// @ts-check
// What the bin of results holds, bringing back, and deleting for good.

import { Icon } from "../../components/icon.js";
import { Moment } from "../../components/moment.js";
import { Press } from "../../components/press.js";
import { useChangesSeen, useShown } from "../../components/shown.js";
import { telling, toast } from "../../components/toast.js";
import { get, post } from "../../core/api.js";
import { fileSize } from "../../core/format.js";
import { drawOver, h } from "../../core/h.js";
import { layDialog } from "../../core/layers.js";
import { mayRun } from "../../core/person.js";
import { debounced, latest } from "../../core/timing.js";
import { t } from "../../core/words.js";
import { batch, signal, useEffect, useLayoutEffect, useMemo, useRef } from "../../vendor/preact.js";
import { Whose } from "../team/whose.js";
import { counted, restore, toBin } from "./bin_actions.js";
import { inBatches } from "./marks.js";

/** @typedef {import("../../core/api_types.js").BinnedOutput} Binned */

/** What the bin holds, as far as it is loaded. */
class BinPages {
  constructor() {
    this.items = signal(/** @type {Binned[]} */ ([]));
    this.chosen = signal(/** @type {Set<string>} */ (new Set()));
    this.totals = signal({ results: 0, bytes: 0, old: 0, more: false });
    /** Only what lies there for long. */
    this.old = signal(false);
    /** The bin itself, or what takes the room outside of it. */
    this.list = signal(/** @type {"bin" | "largest" | "oldest"} */ ("bin"));
    this.isRead = signal(false);
    this.pages = 1;
    this.refresh = debounced(() => this.read(), 200);
    this.#ask = latest(async () => {
      /** @type {Binned[]} */
      const items = [];
      let totals = this.totals.peek();
      for (let page = 0; page < this.pages && (page === 0 || totals.more); page += 1) {
        const offset = items.length;
        const list = this.list.peek();
        const found = await (list === "bin" ? get("/bin", { offset, old: this.old.peek() }) : get("/bin/room", { offset, oldest: list === "oldest" }));
        items.push(...found.items);
        totals = found;
      }
      return { items, totals };
    });
  }

  /** @type {() => Promise<{ items: Binned[], totals: { results: number, bytes: number, old: number, more: boolean } } | null | undefined>} */
  #ask;

  async read() {
    const found = await this.#ask().catch(() => null); // the top line says when the server is away
    if (!found) return;
    const there = new Set(found.items.map(({ id }) => id));
    batch(() => {
      this.items.value = found.items;
      this.totals.value = found.totals;
      this.chosen.value = new Set([...this.chosen.peek()].filter((id) => there.has(id)));
      this.isRead.value = true;
    });
  }

  more() {
    this.pages += 1;
    return this.read();
  }

  /** @param {"bin" | "largest" | "oldest"} list */
  turn(list) {
    this.list.value = list;
    this.chosen.value = new Set();
    return this.narrow(false);
  }

  /** @param {boolean} yes */
  narrow(yes) {
    this.old.value = yes;
    this.pages = 1;
    return this.read();
  }

  /** @param {string} id @param {boolean} yes */
  choose(id, yes) {
    const chosen = new Set(this.chosen.peek());
    if (yes) chosen.add(id);
    else chosen.delete(id);
    this.chosen.value = chosen;
  }

  all() {
    this.chosen.value = new Set(this.items.peek().filter((item) => !item.only_look).map(({ id }) => id));
  }
}

/** @type {("bin" | "largest" | "oldest")[]} */
const LISTS = ["bin", "largest", "oldest"];

/** The bin in place of the gallery, and what else takes the room. */
export function BinView() {
  const pages = useMemo(() => new BinPages(), []);
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  useChangesSeen(useShown(place), pages.refresh);
  useEffect(() => void pages.read(), []);
  const { results, bytes, old, more } = pages.totals.value;
  const items = pages.items.value;
  const list = pages.list.value;
  return h(
    "section.rh-bin",
    { ref: place, "aria-label": t("bin.bin") },
    h(
      "div.rh-tasks",
      { role: "group", "aria-label": t("bin.lists") },
      LISTS.map((each) => h("button.rh-task", { key: each, type: "button", "data-list": each, "aria-pressed": each === list, onclick: () => pages.turn(each) }, t(`bin.list_${each}`))),
    ),
    h("p.rh-quiet", { role: "status" }, results ? `${counted(results, "bin.holds_one", "bin.holds")} · ${fileSize(bytes)}. ${t(list === "bin" ? "bin.never" : "bin.room")}` : pages.isRead.value && t(list === "bin" ? "bin.empty" : "gallery.empty")),
    old > 0 && h("p.rh-bin-old", {}, counted(old, "bin.old_one", "bin.old"), h("button.rh-small", { type: "button", "aria-pressed": pages.old.value, onclick: () => pages.narrow(!pages.old.peek()) }, t("bin.only_old"))),
    mayRun() && items.length > 0 && h(Acts, { pages }),
    h("div.rh-bin-grid", {}, items.map((item) => h(BinTile, { key: item.id, item, pages }))),
    more && h(Press, { words: t("card.more"), press: () => pages.more() }),
  );
}

/** @param {{ pages: BinPages }} props */
function Acts({ pages }) {
  const chosen = pages.items.value.filter(({ id }) => pages.chosen.value.has(id));
  const ids = chosen.map(({ id }) => id);
  const isBin = pages.list.value === "bin";
  const back = async () => {
    await telling(restore)(ids);
    toast(counted(ids.length, "bin.restored_one", "bin.restored"));
  };
  return h(
    "div.rh-buttons",
    {},
    h("button.rh-small", { type: "button", onclick: () => pages.all() }, t("gallery.select_all")),
    ids.length > 0 && !isBin && h(Press, { class: "is-main", words: t("bin.put_in", { count: ids.length }), press: () => telling(toBin)(chosen) }),
    ids.length > 0 && isBin && h(Press, { class: "is-main", words: t("bin.restore", { count: ids.length }), press: back }),
    ids.length > 0 && isBin && h("button.rh-small.is-bad", { type: "button", onclick: () => askToDelete(chosen) }, t("bin.delete", { count: ids.length })),
  );
}

/** @param {{ item: Binned, pages: BinPages }} props */
function BinTile({ item, pages }) {
  const name = item.name || item.kind;
  const isChosen = pages.chosen.value.has(item.id);
  return h(
    "label.rh-bin-tile",
    { "data-output": item.id },
    h("span.rh-bin-face", {}, item.thumb ? h("img", { src: item.thumb, alt: "", loading: "lazy" }) : h(Icon, { name: "text" })),
    mayRun() && !item.only_look && h("input", { type: "checkbox", checked: isChosen, "aria-label": t("gallery.select", { name }), onchange: (event) => pages.choose(item.id, event.currentTarget.checked) }),
    h("span.rh-bin-name", {}, name),
    h("span.rh-quiet", {}, h(Moment, { at: item.binned_at }), item.binned_by && ` · ${item.binned_by}`, item.size ? ` · ${fileSize(item.size)}` : ""),
    h(Whose, { of: item }),
  );
}

const going = signal(/** @type {Binned[]} */ ([]));
let isDrawn = false;

/** @param {Binned[]} items */
function askToDelete(items) {
  if (!isDrawn) drawOver(h(DeleteDialog));
  isDrawn = true;
  going.value = items;
}

/** Says what goes and what stays, before anything is deleted for good. */
function DeleteDialog() {
  const box = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const items = going.value;
  useLayoutEffect(() => {
    if (items.length) layDialog(box.current);
  }, [items]);
  const close = () => box.current?.close();
  const size = items.reduce((sum, item) => sum + (item.size ?? 0), 0);
  const sure = async () => {
    await telling(async () => {
      await inBatches(items.map(({ id }) => id), (ids) => post("/bin/delete", { ids }));
      toast(counted(items.length, "bin.deleted_one", "bin.deleted"));
      close();
    })();
  };
  return h(
    "dialog.rh-dialog.rh-bin-dialog",
    { ref: box, "aria-label": t("bin.title", { count: items.length }), onclose: () => (going.value = []) },
    h("h2", {}, counted(items.length, "bin.title_one", "bin.title")),
    h("h3", {}, t("bin.goes")),
    h("ul", {}, h("li", {}, `${counted(items.length, "bin.goes_files_one", "bin.goes_files")} (${fileSize(size)})`), h("li", {}, t("bin.goes_pictures")), h("li", {}, t("bin.goes_rows"))),
    h("h3", {}, t("bin.stays")),
    h("ul", {}, h("li", {}, t("bin.stays_runs")), h("li", {}, t("bin.stays_inputs"))),
    h("div.rh-buttons", {}, h("button.rh-small", { type: "button", onclick: close }, t("bin.keep")), h(Press, { class: "is-bad", words: t("bin.sure"), press: sure })),
  );
}
