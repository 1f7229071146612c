// Choosing results in the gallery, one by one, a whole stretch or all that are shown, and taking them away as a zip.

import { fileSize, h, icon } from "../../core/dom.js";
import { address } from "../../core/api.js";
import { t } from "../../core/words.js";

export class Selection {
  constructor() {
    this.chosen = new Map();
    this.items = [];
    this.boxes = new Map();
    this.line = h("strong", { role: "status" });
    this.bar = h(
      "div.rh-selection",
      { hidden: true },
      this.line,
      h("span.rh-buttons", {},
        h("button.rh-small.is-main", { type: "button", title: t("gallery.take_hint"), onclick: () => this.take() }, icon("download"), t("gallery.take")),
        h("button.rh-small", { type: "button", onclick: () => this.all() }, t("gallery.select_all")),
        h("button.rh-small", { type: "button", onclick: () => this.clear() }, t("gallery.select_none")),
      ),
    );
  }

  /** What the grid shows now, in order; a stretch is a part of it. */
  shown(items) {
    this.items = items;
  }

  /** The tile with its box. Shift and Ctrl (⌘) with a click on the tile choose as they do in a file manager. */
  around(output, tile) {
    const box = h("input.rh-pick-box", {
      type: "checkbox",
      "aria-label": t("gallery.select", { name: output.name || output.kind }),
      checked: this.chosen.has(output.id),
      onclick: (event) => this.set(output, box.checked, event.shiftKey),
    });
    this.boxes.set(output.id, box);
    const place = h("div.rh-pick", {}, tile, box);
    place.addEventListener(
      "click",
      (event) => {
        if (event.target === box || !(event.shiftKey || event.ctrlKey || event.metaKey) || event.target.closest(".rh-small")) return;
        event.preventDefault();
        event.stopPropagation();
        this.set(output, event.shiftKey || !this.chosen.has(output.id), event.shiftKey);
      },
      true,
    );
    return place;
  }

  /** Chooses one, or with `stretch` everything between the last one and it. */
  set(output, on, stretch) {
    const place = (id) => this.items.findIndex((item) => item.id === id);
    const [from, to] = [place(this.last), place(output.id)].sort((a, b) => a - b);
    const meant = stretch && from >= 0 ? this.items.slice(from, to + 1) : [output];
    for (const item of meant) {
      if (on) this.chosen.set(item.id, item.size ?? 0);
      else this.chosen.delete(item.id);
    }
    this.last = output.id;
    this.tell();
  }

  all() {
    for (const item of this.items) this.chosen.set(item.id, item.size ?? 0);
    this.tell();
  }

  clear() {
    this.chosen.clear();
    this.tell();
  }

  tell() {
    const count = this.chosen.size;
    for (const [id, box] of this.boxes) {
      if (box.isConnected) box.checked = this.chosen.has(id);
      else this.boxes.delete(id);
    }
    const size = [...this.chosen.values()].reduce((sum, bytes) => sum + bytes, 0);
    this.bar.hidden = count === 0;
    this.line.textContent = `${count === 1 ? t("gallery.selected_one") : t("gallery.selected", { count })} · ${fileSize(size)}`;
  }

  /** A form and no script fetches it, so that the browser saves the zip while it comes, however large it is. */
  take() {
    const form = h("form", { method: "post", action: address("rh/zip"), hidden: true }, h("input", { type: "hidden", name: "ids", value: [...this.chosen.keys()].join(",") }));
    document.body.append(form);
    form.submit();
    form.remove();
  }
}
