// @ts-check
// The results of one kind that match one search, newest first, as far as they were read.

import { get } from "../../core/api.js";
import { debounced } from "../../core/timing.js";
import { unchanged } from "../../core/memo.js";
import { batch, signal } from "../../vendor/preact.js";
import { lostWords } from "../results/result_tile.js";

/** @typedef {import("../../core/api_types.js").Output} Output */
/** @typedef {import("../../core/api_types.js").OutputKind | ""} Kind */

const PAGE = 48;

export class ResultPages {
  constructor() {
    this.kind = signal(/** @type {Kind} */ (""));
    this.query = signal("");
    this.items = signal(/** @type {Output[]} */ ([]));
    this.more = signal(false);
    this.isRead = signal(false);
    this.asked = 0;
    this.refresh = debounced(() => this.read(Math.max(PAGE, this.items.value.length)), 200);
    this.search = debounced(() => this.read(), 200);
  }

  /** Ids of those that can be shown large, in order. */
  openable() {
    return this.items.value.filter((item) => !lostWords(item)).map(({ id }) => id);
  }

  /** @param {Kind} kind */
  pick(kind) {
    this.kind.value = kind;
    this.read();
  }

  async read(limit = PAGE) {
    const question = ++this.asked;
    /** @type {Output[]} */
    const items = [];
    let more = true;
    for (let offset = 0; offset < limit && more; offset += PAGE) {
      const page = await this.ask(offset);
      if (!page || question !== this.asked) return;
      items.push(...page.items);
      more = page.more;
    }
    this.show(items, more);
  }

  async readMore() {
    if (!this.more.value || this.isReading) return;
    const question = this.asked;
    this.isReading = true;
    const page = await this.ask(this.items.value.length);
    this.isReading = false;
    if (!page || question !== this.asked) return;
    const known = new Set(this.items.value.map((item) => item.id));
    this.show([...this.items.value, ...page.items.filter((item) => !known.has(item.id))], page.more);
  }

  /** @param {number} offset */
  async ask(offset) {
    try {
      return await get("/results", { kind: this.kind.value, search: this.query.value, offset, limit: PAGE });
    } catch {
      return null; // The top line says that the server is away.
    }
  }

  /** @param {Output[]} items @param {boolean} more */
  show(items, more) {
    batch(() => {
      this.items.value = unchanged(this.items.value, items);
      this.more.value = more;
      this.isRead.value = true;
    });
  }
}
