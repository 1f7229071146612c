// Which inputs of a workflow its form shows, in what order, called what: the window in which forms are made.

import { debounced, h, iconButton, patch } from "../../core/dom.js";
import { get, post } from "../../core/api.js";
import { toast } from "../../components/toast.js";
import { openWindow } from "../../components/dialog.js";
import { t } from "../../core/words.js";

/** Opens the window for the form in the studio; nobody else needs to know the graph. */
export async function editInputs(studio) {
  const { path } = studio.spec;
  const told = await get("/workflows/inputs", { path });
  new Inputs(studio, path, told).open();
}

class Inputs {
  constructor(studio, path, { name, about, inputs, shown }) {
    Object.assign(this, { studio, path, inputs, shown });
    this.byKey = new Map(inputs.map((input) => [input.key, input]));
    this.found = null; // keys that fit the words; null: no words
    this.name = h("input.rh-input", { type: "text", id: "rh-flow-name", maxlength: 80, value: name });
    this.about = h("input.rh-input", { type: "text", id: "rh-flow-about", maxlength: 300, value: about, placeholder: t("workflows.describe_hint") });
    this.search = h("input.rh-input", {
      type: "search",
      placeholder: t("workflows.search_hint"),
      "aria-label": t("workflows.search"),
      oninput: debounced(() => this.find(), 150),
    });
    this.list = h("ol.rh-inputs");
    this.rest = h("ul.rh-inputs");
    this.noneShown = h("p.rh-quiet", {}, t("workflows.shown_none"));
    this.noneHidden = h("p.rh-quiet", {}, "");
    this.end = h("div.rh-inputs-end");
  }

  open() {
    const small = (words, onclick, kind = "") => h(`button.rh-small${kind}`, { type: "button", onclick }, words);
    const body = [
      h("label.rh-label", { for: this.name.id }, t("workflows.name")),
      this.name,
      h("label.rh-label", { for: this.about.id }, t("workflows.describe")),
      this.about,
      this.search,
      h(
        "div.rh-inputs-head",
        {},
        h("h3.rh-run-heading", {}, t("workflows.shown")),
        small(t("workflows.all"), () => this.showAll()),
        small(t("workflows.nothing"), () => this.showNone()),
      ),
      this.noneShown,
      this.list,
      h("h3.rh-run-heading", {}, t("workflows.hidden")),
      this.noneHidden,
      this.rest,
    ];
    this.buttons = [
      small(t("workflows.save"), () => this.save(false), ".is-main"),
      small(t("workflows.save_new"), () => this.save(true)),
    ];
    this.drawEnd();
    this.close = openWindow(t("workflows.edit_title"), ...body, this.end).close;
    this.draw();
  }

  async find() {
    const words = this.search.value.trim();
    const question = (this.asked = (this.asked ?? 0) + 1);
    const keys = words ? (await get("/workflows/inputs/search", { path: this.path, query: words }).catch(() => null))?.keys : null;
    if (question !== this.asked) return;
    this.found = keys ? new Set(keys) : null;
    this.draw();
  }

  fits(key) {
    return !this.found || this.found.has(key);
  }

  draw() {
    const keys = new Set(this.shown.map((choice) => choice.key));
    const hidden = this.inputs.filter((input) => !keys.has(input.key));
    const shown = this.shown.filter(({ key }) => this.fits(key));
    const rest = hidden.filter(({ key }) => this.fits(key));
    patch(this.list, shown.map((choice) => this.shownRow(choice)));
    patch(this.rest, rest.map((input) => ({ key: input.key, stamp: "", make: () => h("li.rh-input-row", { "data-key": input.key }, this.tick(input, false)) })));
    this.noneShown.hidden = this.shown.length > 0;
    this.noneHidden.textContent = rest.length ? "" : t(this.found && hidden.length ? "workflows.found_none" : "workflows.hidden_none");
    this.noneHidden.hidden = rest.length > 0;
  }

  tick(input, on) {
    const box = h("input", {
      type: "checkbox",
      checked: on,
      "aria-label": t("workflows.show", { input: input.title }),
      onchange: () => this.toggle(input.key, box.checked),
    });
    return h(
      "label.rh-input-what",
      {},
      box,
      h("span.rh-input-words", {}, h("strong", {}, input.title), h("span.rh-input-was", {}, `#${input.node} ${input.class} · ${input.was || "–"}`)),
    );
  }

  shownRow(choice) {
    const input = this.byKey.get(choice.key);
    const at = this.shown.indexOf(choice);
    const make = () => {
      const label = h("input.rh-input", {
        type: "text",
        maxlength: 80,
        value: choice.label,
        placeholder: input.title,
        "aria-label": t("workflows.label_of", { input: input.title }),
        oninput: () => (choice.label = label.value),
      });
      const arrow = (by, name) => {
        const button = iconButton(name, t(`workflows.${name}`, { input: input.title }), () => this.move(choice, by));
        button.disabled = !this.shown[at + by];
        return button;
      };
      return h("li.rh-input-row.is-shown", { "data-key": choice.key }, this.tick(input, true), label, h("span.rh-input-arrows", {}, arrow(-1, "up"), arrow(1, "down")));
    };
    return { key: choice.key, stamp: `${at}/${this.shown.length}`, make };
  }

  toggle(key, on) {
    this.shown = on ? [...this.shown, { key, label: "" }] : this.shown.filter((choice) => choice.key !== key);
    this.draw();
  }

  /** One place up or down; the pressed arrow keeps the focus. */
  move(choice, by) {
    const at = this.shown.indexOf(choice);
    [this.shown[at], this.shown[at + by]] = [this.shown[at + by], this.shown[at]];
    this.draw();
    const arrows = [...this.list.querySelectorAll(`[data-key="${CSS.escape(choice.key)}"] .rh-input-arrows button`)];
    (arrows[by < 0 ? 0 : 1].disabled ? arrows[by < 0 ? 1 : 0] : arrows[by < 0 ? 0 : 1])?.focus();
  }

  showAll() {
    const keys = new Set(this.shown.map((choice) => choice.key));
    const more = this.inputs.filter(({ key }) => !keys.has(key) && this.fits(key));
    this.shown = [...this.shown, ...more.map(({ key }) => ({ key, label: "" }))];
    this.draw();
  }

  showNone() {
    this.shown = this.shown.filter(({ key }) => !this.fits(key));
    this.draw();
  }

  async save(anew) {
    for (const button of this.buttons) button.disabled = true;
    try {
      const { path } = await post("/workflows/save", { path: this.path, name: this.name.value, about: this.about.value, shown: this.shown, anew });
      this.close();
      await this.studio.open(path);
      toast(t("workflows.saved"));
    } catch (fault) {
      toast(fault.message);
    }
    for (const button of this.buttons) button.disabled = false;
  }

  drawEnd() {
    const ask = h("button.rh-quiet-button", { type: "button", onclick: () => this.end.replaceChildren(this.sure()) }, t("workflows.remove"));
    this.end.replaceChildren(...this.buttons, ask);
  }

  sure() {
    return h(
      "span.rh-sure",
      {},
      h("span.rh-quiet", {}, t("workflows.remove_ask")),
      h("button.rh-small.is-bad", { type: "button", onclick: () => this.remove() }, t("workflows.remove_yes")),
      h("button.rh-small", { type: "button", onclick: () => this.drawEnd() }, t("workflows.remove_no")),
    );
  }

  async remove() {
    try {
      await post("/forms/remove", { path: this.path });
      this.close();
      this.studio.close();
      toast(t("workflows.removed"));
    } catch (fault) {
      toast(fault.message);
    }
  }
}
