// A searchable list behind one input (WAI-ARIA combobox). Used for long choices and for the model picker.
// With `actions` every row has buttons of its own, so the list is a grid: → goes to them, ← comes back.

import { h, icon, iconButton } from "../core/dom.js";
import { keyOf } from "../core/keys.js";
import { lay } from "../core/layers.js";
import { t } from "../core/words.js";

const PAGE = 8;
const GAP = 12;
const WIDE = 720;
let nextId = 1;

export class Combo {
  /** `options()` gives [{value, text, also?, group?, node?}], `also` being searched too, or with `search(query)` a promise of them, null where there is no answer.
   * `actions(option)`: a row's buttons. `empty(query)`: what stands in an empty list. `floating`: the panel lies over the page. */
  constructor({ label, placeholder, options, search, pick, header, footer, actions, empty, floating = false }) {
    this.options = options;
    this.search = search ?? ((query) => Promise.resolve(filtered(options(), query)));
    this.pick = pick;
    this.actions = actions;
    this.empty = empty ?? (() => t("form.none"));
    this.floating = floating;
    this.text = "";
    this.query = "";
    this.active = -1;
    this.found = [];
    this.asked = 0;
    this.shown = 0; // the question that the list answers
    const listId = `rh-list-${nextId++}`;
    this.list = h("ul.rh-list", { role: actions ? "grid" : "listbox", id: listId, "aria-label": label });
    this.panel = h("div.rh-panel", { hidden: true }, header, this.list, footer);
    this.input = h("input.rh-input.rh-combo-input", {
      type: "text",
      role: "combobox",
      autocomplete: "off",
      spellcheck: false,
      placeholder,
      "aria-label": label,
      "aria-expanded": "false",
      "aria-haspopup": actions ? "grid" : "listbox",
      "aria-controls": listId,
      "aria-autocomplete": "list",
      onclick: () => this.unfold(),
      oninput: () => this.typed(),
      onkeydown: (event) => this.key(event),
    });
    const shut = floating && iconButton("close", t("picker.close"), () => this.leave(), ".rh-combo-shut");
    this.element = h("div.rh-combo", {}, h("div.rh-combo-box", {}, this.input, icon("down"), shut), this.panel);
    this.element.addEventListener("focusout", (event) => {
      const to = event.relatedTarget;
      // A dialog that was opened from a row gives the focus back to it.
      if (!this.element.contains(to) && !to?.closest("dialog[open]")) this.close();
    });
    this.element.addEventListener("keydown", (event) => {
      if (keyOf(event) === "Escape" && !this.panel.hidden) this.leave();
    });
    // A press inside the panel must not take the focus away before the click arrives.
    this.panel.addEventListener("mousedown", (event) => {
      if (!event.target.closest("input, select, button")) event.preventDefault();
    });
    this.place = () => this.placed();
  }

  show(text) {
    this.text = text;
    if (this.panel.hidden) this.input.value = text;
  }

  open() {
    if (!this.panel.hidden) return;
    this.panel.hidden = false;
    this.element.classList.add("is-open");
    this.input.setAttribute("aria-expanded", "true");
    if (this.floating) {
      this.gone = lay(() => this.close());
      this.placed();
      for (const name of ["scroll", "resize"]) window.addEventListener(name, this.place, true);
    }
  }

  /** Opens with everything in it; the next letter typed takes the place of what stands in the input. */
  unfold() {
    if (!this.panel.hidden) return;
    this.input.select();
    this.query = "";
    this.open();
    this.refresh();
  }

  close() {
    if (this.panel.hidden) return;
    this.panel.hidden = true;
    this.gone?.();
    this.element.classList.remove("is-open");
    for (const name of ["scroll", "resize"]) window.removeEventListener(name, this.place, true);
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.input.value = this.text;
  }

  /** Closes; the focus goes back to where the list was opened. */
  leave() {
    this.close();
    this.input.focus();
  }

  /** Keeps a floating panel under its input and inside the window. */
  placed() {
    const box = this.input.getBoundingClientRect();
    this.panel.style.setProperty("--rh-panel-top", `${box.bottom + 4}px`);
    this.panel.style.setProperty("--rh-panel-left", `${box.left}px`);
    const width = Math.max(box.width, Math.min(WIDE, window.innerWidth - box.left - GAP));
    this.panel.style.setProperty("--rh-panel-width", `${width}px`);
    this.panel.style.setProperty("--rh-panel-room", `${Math.max(280, window.innerHeight - box.bottom - GAP)}px`);
  }

  typed() {
    this.open();
    this.query = this.input.value.trim();
    this.refresh();
  }

  /** As if these words had been typed. */
  ask(words) {
    this.input.focus();
    this.input.value = words;
    this.typed();
  }

  refresh() {
    this.asked += 1;
    this.coming = this.look(this.asked, this.query);
  }

  /** A list that can't be had leaves the one before, which is not that of these words. */
  async look(asked, query) {
    const found = await this.search(query);
    if (asked !== this.asked || !found) return;
    this.draw(found);
    this.shown = asked;
  }

  draw(found) {
    let group = "";
    const rows = [];
    found.forEach((option, place) => {
      if (option.group && option.group !== group) {
        group = option.group;
        rows.push(h("li.rh-list-group", { role: "presentation" }, group));
      }
      rows.push(this.row(option, place));
    });
    this.found = found;
    // A row's button may have the focus; it goes with its row, and a list without the focus closes.
    if (this.list.contains(document.activeElement)) this.input.focus();
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
    const empty = () => h("li.rh-list-empty", { role: "presentation" }, this.empty(this.query));
    this.list.replaceChildren(...(rows.length ? rows : [empty()]));
    this.list.scrollTop = 0;
  }

  row(option, place) {
    const parts = this.actions
      ? [
          h("span.rh-option-main", { role: "gridcell" }, option.node ?? option.text),
          h("span.rh-option-actions", { role: "gridcell" }, ...this.actions(option)),
        ]
      : [option.node ?? option.text];
    const row = h(
      "li.rh-option",
      {
        role: this.actions ? "row" : "option",
        id: `${this.list.id}-${place}`,
        "data-value": option.value,
        "aria-selected": String(option.text === this.text),
        onclick: (event) => !event.target.closest("button") && this.choose(option),
      },
      ...parts,
    );
    for (const button of row.querySelectorAll("button")) {
      button.tabIndex = -1;
      button.addEventListener("keydown", (event) => this.rowKey(event, row));
    }
    return row;
  }

  choose(option) {
    this.show(option.text);
    this.leave();
    this.pick(option.value);
  }

  key(event) {
    const key = keyOf(event);
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: PAGE, PageUp: -PAGE };
    if (key === "Enter") {
      event.preventDefault();
      if (this.panel.hidden) this.unfold();
      else this.enter();
    } else if (moves[key]) {
      event.preventDefault();
      if (this.panel.hidden) this.unfold();
      else this.move(moves[key]);
    } else if (key === "ArrowRight" && this.actions && this.active >= 0) {
      event.preventDefault();
      this.rows()[this.active].querySelector("button")?.focus();
    }
  }

  /** Takes the row that is marked, or the first one, once the list is that of the words in the input. */
  async enter() {
    const { asked } = this;
    await this.coming;
    const option = this.found[Math.max(0, this.active)];
    if (asked === this.asked && asked === this.shown && !this.panel.hidden && option) this.choose(option);
  }

  /** Among a row's buttons; up and down go on to the next row. */
  rowKey(event, row) {
    const buttons = [...row.querySelectorAll("button")];
    const at = buttons.indexOf(event.currentTarget);
    const next = { ArrowRight: buttons[at + 1], ArrowLeft: buttons[at - 1] ?? this.input }[keyOf(event)];
    const by = { ArrowDown: 1, ArrowUp: -1 }[keyOf(event)];
    if (next) next.focus();
    else if (by) {
      this.input.focus();
      this.active = this.rows().indexOf(row);
      this.move(by);
    } else return;
    event.preventDefault();
  }

  rows() {
    return [...this.list.querySelectorAll(".rh-option")];
  }

  move(by) {
    const rows = this.rows();
    if (!rows.length) return;
    for (const row of rows) row.classList.remove("is-active");
    const last = rows.length - 1;
    const next = this.active < 0 && by < 0 ? last : this.active + by;
    if (Math.abs(by) === 1) this.active = (next + rows.length) % rows.length;
    else this.active = Math.min(last, Math.max(0, next));
    rows[this.active].classList.add("is-active");
    rows[this.active].scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", rows[this.active].id);
  }
}

function filtered(options, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const seen = (option) => `${option.text} ${option.also ?? ""}`.toLowerCase();
  return options.filter((option) => words.every((word) => seen(option).includes(word)));
}
