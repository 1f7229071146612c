// The Gallery tab: all results, newest first, a page at a time as one scrolls.

import { lostWords, resultTile } from "../runs/cards.js";
import { debounced, h, patch } from "../../core/dom.js";
import { keyOf } from "../../core/keys.js";
import { openResult } from "../results/lightbox.js";
import { get, onChange } from "../../core/api.js";
import { Selection } from "./selection.js";
import { t } from "../../core/words.js";

const PAGE = 48;

export class Gallery {
  constructor() {
    this.kind = "";
    this.query = "";
    this.items = [];
    this.more = false;
    this.kinds = h("div.rh-tasks", { role: "group", "aria-label": t("history.modality") });
    for (const kind of ["", "image", "video", "audio", "model", "text"]) {
      this.kinds.append(
        h(
          "button.rh-task",
          { type: "button", "data-kind": kind, "aria-pressed": String(kind === ""), onclick: () => this.pick(kind) },
          t(kind ? `gallery.${kind}` : "gallery.all"),
        ),
      );
    }
    const again = debounced(() => this.read(), 200);
    this.search = h("input.rh-input.rh-gallery-search", {
      type: "search",
      placeholder: t("gallery.search"),
      "aria-label": t("gallery.search"),
      oninput: () => {
        this.query = this.search.value;
        again();
      },
    });
    this.grid = h("div.rh-grid.is-wide");
    this.empty = h("div.rh-empty", { hidden: true });
    this.end = h("div.rh-end");
    this.selection = new Selection();
    this.element = h("section.rh-gallery", { onkeydown: (event) => keyOf(event) === "Escape" && this.selection.clear() }, h("div.rh-gallery-head", {}, this.kinds, this.search), this.empty, this.grid, this.end, this.selection.bar);
    new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && this.readMore(), { rootMargin: "600px" }).observe(this.end);
    const refresh = debounced(() => this.read(Math.max(PAGE, this.items.length)), 200);
    onChange((online) => online && this.element.offsetParent && refresh());
    new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && refresh()).observe(this.kinds);
  }

  pick(kind) {
    this.kind = kind;
    for (const button of this.kinds.children) button.setAttribute("aria-pressed", String(button.dataset.kind === kind));
    this.read();
  }

  async read(limit = PAGE) {
    const asked = `${this.kind} ${this.query}`;
    const pages = [];
    let more = true;
    for (let offset = 0; offset < limit && more; offset += PAGE) {
      const page = await this.ask(offset);
      if (!page) return;
      pages.push(...page.items);
      more = page.more;
    }
    if (asked !== `${this.kind} ${this.query}`) return;
    this.items = pages;
    this.more = more;
    this.draw();
  }

  async readMore() {
    if (!this.more || this.reading) return;
    this.reading = true;
    const page = await this.ask(this.items.length);
    this.reading = false;
    if (!page) return;
    const known = new Set(this.items.map((item) => item.id));
    this.items.push(...page.items.filter((item) => !known.has(item.id)));
    this.more = page.more;
    this.draw();
  }

  async ask(offset) {
    try {
      return await get("/results", { kind: this.kind, search: this.query, offset, limit: PAGE });
    } catch {
      return null; // The top line says that the server is away.
    }
  }

  draw() {
    this.selection.shown(this.items);
    const ids = this.items.filter((item) => !lostWords(item)).map((item) => item.id);
    patch(
      this.grid,
      this.items.map((output) => ({
        key: output.id,
        stamp: JSON.stringify(output),
        make: () => this.selection.around(output, resultTile(output, () => openResult(output.id, ids))),
      })),
    );
    this.empty.hidden = this.items.length > 0;
    this.empty.textContent = this.kind || this.query ? t("gallery.empty_filter") : t("gallery.empty");
  }
}
