// The runs of every tab in one place, over whichever tab is shown.

import { act, endedCard, runCard } from "./cards.js";
import { debounced, h, icon, iconButton, patch } from "../../core/dom.js";
import { putAway } from "../../core/local_state.js";
import { lay } from "../../core/layers.js";
import { get, onChange } from "../../core/api.js";
import { openResult } from "../results/lightbox.js";
import { toast } from "../../components/toast.js";
import { t } from "../../core/words.js";

let made = null;

/** The one tray of this page. */
export function tray() {
  made ??= new Tray();
  return made;
}

class Tray {
  constructor() {
    this.attention = new Group("tray.attention");
    this.active = new Group("tray.active");
    this.ended = new Group("tray.ended");
    this.empty = h("p.rh-tray-empty", { hidden: true }, t("tray.empty"));
    this.more = h("p.rh-quiet", { hidden: true });
    this.element = h(
      "aside.rh-tray",
      { id: "rh-tray", popover: "auto", "aria-label": t("tray.title"), tabindex: "-1", ontoggle: (event) => this.toggled(event.newState === "open") },
      h("div.rh-tray-head", {}, h("h2.rh-heading", {}, t("tray.title")), iconButton("close", t("results.close"), () => this.element.hidePopover())),
      h("div.rh-tray-body", {}, this.empty, this.attention.element, this.active.element, this.more, this.ended.element),
      h("div.rh-tray-foot", {}, h("button.rh-small", { type: "button", onclick: () => this.leave(() => window.dispatchEvent(new CustomEvent("rh:tab", { detail: "history" }))) }, t("tray.history"))),
    );
    document.querySelector(".gradio-container").append(this.element);
    this.refresh = debounced(() => this.read(), 60);
    onChange((online) => online && this.open && this.refresh());
    window.addEventListener("rh:away", () => this.open && this.refresh());
    window.addEventListener("rh:reuse", () => this.element.hidePopover());
  }

  toggle() {
    this.element.togglePopover();
  }

  leave(action) {
    this.element.hidePopover();
    action();
  }

  toggled(open) {
    this.open = open;
    clearInterval(this.clock);
    if (!open) {
      this.gone?.();
      return;
    }
    this.gone = lay(() => this.element.hidePopover());
    this.read();
    this.clock = setInterval(() => this.active.tick(), 1000);
    this.element.focus({ preventScroll: true });
  }

  async read() {
    let found;
    try {
      found = await get("/runs/tray");
    } catch {
      return; // The top line says that the server is away; the next change reads again.
    }
    const doing = (name, card, value) => act(name, card, value).catch((fault) => toast(fault.message));
    this.attention.draw(found.attention, (card) => runCard(card, doing));
    this.active.draw(found.active, (card) => runCard(card, doing));
    const away = putAway();
    found.ended = found.ended.filter((card) => !away.has(card.id));
    this.ended.draw(found.ended, (card) => this.endedPart(card, doing));
    this.more.hidden = found.more <= 0;
    this.more.textContent = t("tray.more", { count: found.more });
    this.empty.hidden = found.attention.length + found.active.length + found.ended.length > 0;
  }

  /** A run with results is one line that opens them; one without says why. */
  endedPart(card, doing) {
    const shown = card.outputs.filter((output) => output.state === "saved" || output.text);
    if (!shown.length) return endedCard(card, doing);
    const ids = shown.map((output) => output.id);
    const thumb = shown.find((output) => output.thumb)?.thumb;
    return h(
      "button.rh-tray-result",
      { type: "button", "data-task": card.id, "data-state": card.state, onclick: () => this.leave(() => openResult(ids[0], ids)) },
      h("span.rh-tray-face", {}, thumb ? h("img", { src: thumb, alt: "", loading: "lazy", decoding: "async" }) : icon("text")),
      h(
        "span.rh-tray-words",
        {},
        h("strong.rh-run-title", {}, card.title || card.model),
        h("span.rh-run-model", {}, [card.model, card.price].filter(Boolean).join(" · ")),
      ),
    );
  }
}

/** Cards under one heading, which goes when there are none. */
class Group {
  constructor(title) {
    this.cards = h("div.rh-runs");
    this.element = h("section.rh-tray-group", { hidden: true }, h("h3.rh-heading", {}, t(title)), this.cards);
  }

  draw(cards, make) {
    patch(
      this.cards,
      cards.map((card) => ({ key: card.id, stamp: JSON.stringify(card), make: () => make(card) })),
    );
    this.element.hidden = !cards.length;
  }

  tick() {
    for (const card of this.cards.children) card.tick?.();
  }
}
