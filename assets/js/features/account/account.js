// The Account tab: mode, site, what the key may do, what is left; key, ways and storage tried; codes; models table.

import { h } from "../../core/dom.js";
import { asElement, h as part } from "../../core/h.js";
import { openCodes } from "../runs/run_failure.js";
import { get } from "../../core/api.js";
import { Pauses } from "../runs/pauses.js";
import { Storage, StorageNotices } from "./storage.js";
import { ModelsTable } from "./models_table.js";
import { t } from "../../core/words.js";

export class Account {
  constructor() {
    this.rows = h("dl.rh-account-rows");
    this.problem = h("p.rh-field-error", { role: "alert" });
    this.table = new ModelsTable();
    this.storage = new Storage();
    this.desk = h("div.rh-desk");
    this.loras = h("div");
    this.link = h("a.rh-small", { target: "_blank", rel: "noreferrer", hidden: true }, t("account.open_site"));
    this.element = h(
      "section.rh-account",
      {},
      h(
        "div",
        {},
        h("h2.rh-heading", {}, t("account.title")),
        this.problem,
        asElement(part(Pauses)),
        new StorageNotices().element,
        this.rows,
        h("div.rh-buttons", {}, h("button.rh-small", { type: "button", onclick: () => this.read(true) }, t("account.refresh")), this.link),
        window.rhBoot.demo && h("h2.rh-heading", {}, t("account.how_title")),
        window.rhBoot.demo && h("p.rh-how", {}, t("account.how")),
        this.desk,
      ),
      h(
        "div",
        {},
        this.storage.element,
        this.loras,
        this.table.element,
        h(
          "section.rh-table",
          { id: "codes" },
          h("h2.rh-heading", {}, t("code.title")),
          h("p.rh-how", {}, t("code.about")),
          h("div.rh-buttons", {}, h("button.rh-small", { type: "button", onclick: () => openCodes() }, t("code.open"))),
        ),
      ),
    );
    new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && this.read(false)).observe(this.rows);
  }

  async read(again) {
    this.table.read();
    this.storage.read();
    this.readLater(this.desk, async () => (await import("./account_checks.js")).Desk);
    this.readLater(this.loras, async () => (await import("./loras.js")).Loras);
    let found;
    try {
      found = await get("/account", { again });
    } catch (fault) {
      this.problem.textContent = fault.message;
      return;
    }
    this.problem.textContent = found.problem;
    this.link.hidden = !found.link;
    if (found.link) this.link.href = found.link;
    this.rows.replaceChildren(
      ...found.rows.map(([name, value]) => h("div.rh-fact", {}, h("dt", {}, name), h("dd", {}, value))),
    );
  }

  /** Keys, tries and the proxy's address; LoRAs: fetched and drawn when the tab is first looked at. */
  async readLater(place, load) {
    try {
      const Part = await load();
      if (!place.drawn) place.replaceChildren((place.drawn = new Part()).element);
      await place.drawn.read();
    } catch {
      // The line about the server being away speaks for it.
    }
  }
}
