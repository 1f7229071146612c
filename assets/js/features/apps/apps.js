// AI apps: opened by their id or address, chosen from those used before, or from RunningHub's list.

import { debounced, h } from "../../core/dom.js";
import { get } from "../../core/api.js";
import { keptTiles, tile, whenSeen } from "./run_picker.js";
import { toast } from "../../components/toast.js";
import { t } from "../../core/words.js";

const SORTS = ["RECOMMEND", "HOTTEST", "NEWEST"];

export function section(studio) {
  const kept = keptTiles(studio, "");
  const list = new AppList(studio);
  const element = h("div.rh-run-apps", {}, byId(studio), kept.element, list.element);
  whenSeen(element, () => {
    kept.read();
    list.read();
  });
  return element;
}

/** A line to paste an address or an id into. */
function byId(studio) {
  const box = h("input.rh-input", {
    type: "text",
    id: "rh-app-id",
    inputmode: "url",
    autocomplete: "off",
    placeholder: t("apps.paste_hint"),
  });
  const said = h("p.rh-field-error", { role: "alert", hidden: true });
  const button = h("button.rh-small.is-main", { type: "submit" }, t("apps.open"));
  const say = (words) => {
    said.textContent = words;
    said.hidden = !words;
  };
  const open = async (event) => {
    event.preventDefault();
    button.disabled = true;
    say("");
    try {
      await studio.openApp(box.value);
      box.value = "";
    } catch (fault) {
      say(fault.message);
    }
    button.disabled = false;
  };
  box.addEventListener("input", () => say(""));
  const label = h("label.rh-label", { for: box.id }, t("apps.paste"));
  return h("form.rh-run-paste", { onsubmit: open }, label, h("div.rh-run-paste-row", {}, box, button), said);
}

class AppList {
  constructor(studio) {
    this.studio = studio;
    this.page = 0;
    this.asked = 0;
    this.search = h("input.rh-input", {
      type: "search",
      placeholder: t("apps.search"),
      "aria-label": t("apps.search"),
      oninput: debounced(() => this.read(), 300),
    });
    this.sort = h(
      "select.rh-input.rh-filter",
      { "aria-label": t("apps.sort"), onchange: () => this.read() },
      ...SORTS.map((order) => h("option", { value: order }, t(`apps.sort_${order}`))),
    );
    this.grid = h("div.rh-run-grid");
    this.said = h("p.rh-quiet", { role: "status", hidden: true });
    this.more = h("button.rh-small", { type: "button", hidden: true, onclick: () => this.readOn() }, t("card.more"));
    this.element = h(
      "section.rh-run-list",
      { "aria-label": t("apps.browse") },
      h("h3.rh-run-heading", {}, t("apps.browse")),
      h("div.rh-run-filters", {}, this.search, this.sort),
      this.grid,
      this.said,
      this.more,
    );
  }

  read() {
    this.page = 0;
    this.sort.disabled = Boolean(this.search.value.trim()); // the search knows one order only
    return this.readOn();
  }

  async readOn() {
    const question = ++this.asked;
    const page = this.page + 1;
    const told = await get("/apps", { page, sort: this.sort.value, query: this.search.value }).catch((fault) => ({ refused: fault.message, cards: [], more: false }));
    if (question !== this.asked) return;
    const tiles = told.cards.map((card) => tile(card, { open: () => this.open(card) }));
    if (page === 1) this.grid.replaceChildren(...tiles);
    else this.grid.append(...tiles);
    if (!told.refused) this.page = page;
    const none = this.grid.children.length ? "" : t("apps.none");
    this.said.textContent = told.refused || none;
    this.said.hidden = !this.said.textContent;
    this.more.hidden = !told.more;
  }

  open(card) {
    return this.studio.openApp(card.id).catch((fault) => toast(fault.message));
  }
}
