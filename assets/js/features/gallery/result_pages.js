// @ts-check
// The results of one kind that match one search, newest first, as far as they are loaded.

import { get } from "../../core/api.js";
import { debounced, latest } from "../../core/timing.js";
import { unchanged } from "../../core/memo.js";
import { batch, signal } from "../../vendor/preact.js";
import { lostWords } from "../results/result_tile.js";

/** @typedef {import("../../core/api_types.js").GalleryItem} Output */
/** @typedef {import("../../core/api_types.js").OutputKind | ""} Kind */
/** @typedef {{ kind: Kind, search: string, person: string, project: string, favourite: boolean, hidden: boolean }} Asked */

const PAGE = 48;

export class ResultPages {
  /** The query of the list that is shown; "More" continues it.
   * @type {Asked} */
  #shown = { kind: "", search: "", person: "", project: "", favourite: false, hidden: false };
  #list = latest((/** @type {number} */ limit) => this.#readTo(limit));
  #next = latest(async () => ({ page: await this.#page(this.#shown, this.items.value.length) }));

  constructor() {
    this.kind = signal(/** @type {Kind} */ (""));
    this.query = signal("");
    /** Whose results are shown; empty means everybody's, and those of all projects. */
    this.whose = signal({ person: "", project: "" });
    /** Only favourites; also what the reader hid. */
    this.marks = signal({ favourite: false, hidden: false });
    this.items = signal(/** @type {Output[]} */ ([]));
    this.more = signal(false);
    this.isRead = signal(false);
    /** The last attempt to load more failed. */
    this.stuck = signal(false);
    this.refresh = debounced(() => this.read(Math.max(PAGE, this.items.value.length)), 200);
    this.search = debounced(() => this.read(), 200);
  }

  /** Ids of the results that can be shown large, in order. */
  openable() {
    return this.items.value.filter((item) => !lostWords(item)).map(({ id }) => id);
  }

  /** @param {Kind} kind */
  pick(kind) {
    this.kind.value = kind;
    this.read();
  }

  /** @param {{ person?: string, project?: string }} part */
  narrow(part) {
    this.whose.value = { ...this.whose.value, ...part };
    this.read();
  }

  /** @param {"favourite" | "hidden"} what */
  turn(what) {
    this.marks.value = { ...this.marks.value, [what]: !this.marks.value[what] };
    this.read();
  }

  async read(limit = PAGE) {
    const found = await this.#list(limit);
    if (!found) return;
    this.#next.drop();
    this.#shown = found.asked;
    this.#show(found.items, found.more);
  }

  /** @param {number} limit */
  async #readTo(limit) {
    const asked = { kind: this.kind.value, search: this.query.value, ...this.whose.value, ...this.marks.value };
    /** @type {Output[]} */
    const items = [];
    let more = true;
    for (let offset = 0; offset < limit && more; offset += PAGE) {
      const page = await this.#page(asked, offset);
      if (!page) return null;
      items.push(...page.items);
      more = page.more;
    }
    return { asked, items, more };
  }

  async readMore() {
    if (!this.more.value || this.isReading) return;
    this.isReading = true;
    const told = await this.#next();
    this.isReading = false;
    if (!told) return; // the answer belongs to a list that is no longer shown
    const { page } = told;
    this.stuck.value = !page;
    if (!page) return;
    const before = this.items.value;
    const known = new Set(before.map((item) => item.id));
    this.#show([...before, ...page.items.filter((item) => !known.has(item.id))], page.more);
  }

  /** @param {Asked} asked @param {number} offset */
  async #page(asked, offset) {
    try {
      return await get("/results", { ...asked, offset, limit: PAGE });
    } catch {
      return null; // The top line says when the server is away.
    }
  }

  /** @param {Output[]} items @param {boolean} more */
  #show(items, more) {
    batch(() => {
      this.items.value = unchanged(this.items.value, items);
      this.more.value = more;
      this.isRead.value = true;
      this.stuck.value = false;
    });
  }
}
