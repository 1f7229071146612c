// A searchable list behind one input (WAI-ARIA combobox). Used for long choices and for the model picker.

import { h, icon } from "./dom.js";
import { t } from "./words.js";

let nextId = 1;

export class Combo {
  /** `options()` gives [{value, text, also?, group?, node?}], `also` being searched too, or with `search(query)` a promise of them. */
  constructor({ label, placeholder, options, search, pick, header }) {
    this.options = options;
    this.search = search ?? ((query) => Promise.resolve(filtered(options(), query)));
    this.pick = pick;
    this.text = "";
    const listId = `rh-list-${nextId++}`;
    this.list = h("ul.rh-list", { role: "listbox", id: listId, "aria-label": label });
    this.panel = h("div.rh-panel", { hidden: true }, header, this.list);
    this.input = h("input.rh-input.rh-combo-input", {
      type: "text",
      role: "combobox",
      autocomplete: "off",
      spellcheck: false,
      placeholder,
      "aria-label": label,
      "aria-expanded": "false",
      "aria-controls": listId,
      "aria-autocomplete": "list",
      onfocus: () => this.open(),
      onclick: () => this.open(),
      oninput: () => this.refresh(this.input.value),
      onkeydown: (event) => this.key(event),
    });
    this.element = h("div.rh-combo", {}, h("div.rh-combo-box", {}, this.input, icon("down")), this.panel);
    this.element.addEventListener("focusout", (event) => {
      if (!this.element.contains(event.relatedTarget)) this.close();
    });
    // A press inside the panel must not take the focus away before the click arrives.
    this.panel.addEventListener("mousedown", (event) => {
      if (!event.target.closest("input, select, button")) event.preventDefault();
    });
  }

  show(text) {
    this.text = text;
    if (this.panel.hidden) this.input.value = text;
  }

  open() {
    if (!this.panel.hidden) return;
    this.panel.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.input.select();
    this.refresh("");
  }

  close() {
    this.panel.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.input.value = this.text;
  }

  async refresh(query = "") {
    this.asked = (this.asked ?? 0) + 1;
    const asked = this.asked;
    const found = await this.search(query.trim());
    if (asked === this.asked) this.draw(found);
  }

  draw(found) {
    let group = "";
    const rows = [];
    found.forEach((option, place) => {
      if (option.group && option.group !== group) {
        group = option.group;
        rows.push(h("li.rh-list-group", { role: "presentation" }, group));
      }
      rows.push(
        h(
          "li.rh-option",
          {
            role: "option",
            id: `${this.list.id}-${place}`,
            "data-value": option.value,
            "aria-selected": String(option.text === this.text),
            onclick: () => this.choose(option),
          },
          option.node ?? option.text,
        ),
      );
    });
    this.found = found;
    this.active = -1;
    this.list.replaceChildren(...(rows.length ? rows : [h("li.rh-list-empty", { role: "presentation" }, t("picker.none"))]));
  }

  choose(option) {
    this.show(option.text);
    this.close();
    this.pick(option.value);
  }

  key(event) {
    if (event.key === "Escape") this.close();
    else if (event.key === "Enter") {
      event.preventDefault();
      const option = this.found?.[Math.max(0, this.active)];
      if (!this.panel.hidden && option) this.choose(option);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.panel.hidden) this.open();
      else this.move(event.key === "ArrowDown" ? 1 : -1);
    }
  }

  move(by) {
    const options = [...this.list.querySelectorAll("[role=option]")];
    if (!options.length) return;
    options[this.active]?.classList.remove("is-active");
    this.active = (this.active + by + options.length) % options.length;
    options[this.active].classList.add("is-active");
    options[this.active].scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", options[this.active].id);
  }
}

function filtered(options, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const seen = (option) => `${option.text} ${option.also ?? ""}`.toLowerCase();
  return options.filter((option) => words.every((word) => seen(option).includes(word)));
}
