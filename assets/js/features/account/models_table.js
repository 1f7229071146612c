// The models table on the Account tab: what it is, a newer registry looked at before it is used, and the way back.

import { fileZone, h, withMoment } from "../../core/dom.js";
import { get, heedTable, post, upload } from "../../core/api.js";
import { t } from "../../core/words.js";

const LARGEST_MB = 20; // as rh_ui/catalog/importer/registry.py reads
const FEW = 8; // so many lines of a group are shown without asking

export class ModelsTable {
  constructor() {
    this.rows = h("dl.rh-account-rows");
    this.notice = h("p.rh-banner", { hidden: true });
    this.place = h("div.rh-table-place");
    this.said = h("p.rh-said.rh-table-said", { role: "status" });
    this.zone = fileZone({
      id: "table-file",
      accept: ".json,application/json",
      many: true,
      label: t("table.choose"),
      limits: t("table.drop"),
      take: (files) => this.take(files),
    });
    this.back = h("button.rh-small", { type: "button", id: "table-back", onclick: () => this.askBack() }, t("table.back"));
    this.element = h(
      "section.rh-table",
      { id: "models-table" },
      h("h2.rh-heading", {}, t("table.title")),
      this.notice,
      this.rows,
      h("p.rh-how", {}, t("table.about")),
      this.place,
      this.said,
    );
    window.addEventListener("rh:table", () => this.read());
  }

  async read() {
    let found;
    try {
      found = await get("/catalog");
    } catch {
      return; // The line about the server being away speaks for it.
    }
    this.found = found;
    heedTable(found.version);
    this.rows.replaceChildren(...found.rows.map(([name, value]) => h("div.rh-fact", {}, h("dt", {}, name), h("dd", {}, ...withMoment(value, "moment", found.loaded)))));
    this.notice.hidden = !found.notice;
    this.notice.textContent = found.notice;
    if (!this.busy && !this.looking) this.rest();
  }

  /** The state between two looks. */
  rest() {
    this.looking = false;
    if (!this.found) return;
    const parts = this.found.local ? [this.zone, this.found.loaded && h("div.rh-buttons", {}, this.back)] : [h("p.rh-how", {}, t("table.not_here"))];
    this.place.replaceChildren(...parts.filter(Boolean));
  }

  say(words, bad = false) {
    this.said.textContent = words;
    this.said.classList.toggle("is-bad", bad);
  }

  async take(files) {
    if (this.busy) return;
    const big = files.find((file) => file.size > LARGEST_MB * 1e6);
    if (files.length > 2 || big) {
      const mb = big && Math.round(big.size / 1e6);
      this.say(big ? t("table.too_big", { file: big.name, mb, limit: LARGEST_MB }) : t("table.too_many"), true);
      return;
    }
    await this.doing(t("table.looking", { file: files.map((file) => file.name).join(", ") }), async () => {
      const sent = [];
      for (const file of files) sent.push(await upload(file, () => {}));
      const look = await post("/catalog/look", { files: sent });
      if (look.refused) {
        this.say(look.refused, true);
        return this.rest();
      }
      this.say("");
      return this.show(look);
    });
  }

  /** One thing at a time; what goes wrong on the way is said, and nothing has changed then. */
  async doing(words, action) {
    this.busy = true;
    this.say(words);
    this.element.classList.add("is-busy");
    try {
      await action();
    } catch (fault) {
      this.say(`${fault.message} ${t("table.unchanged")}`, true);
      this.rest();
    }
    this.busy = false;
    this.element.classList.remove("is-busy");
  }

  /** What would change, before anything does. */
  show(look) {
    this.looking = true;
    const use = h("button.rh-small.is-main", { type: "button", id: "table-use", onclick: () => this.use(look.token) }, t("table.use"));
    const keep = h("button.rh-small", { type: "button", id: "table-keep", onclick: () => this.rest() }, t("table.keep"));
    const preview = h(
      "div.rh-look",
      { id: "table-look", tabindex: "-1" },
      h("strong", {}, look.title),
      h("p.rh-how", {}, [look.summary, look.same].filter(Boolean).join(" ")),
      ...look.notices.map((notice) => h("p.rh-banner", {}, notice)),
      ...look.groups.map(group),
      h("div.rh-buttons", {}, use, keep),
    );
    this.place.replaceChildren(preview);
    preview.focus();
  }

  use(token) {
    return this.change("table.used", () => post("/catalog/use", { token }));
  }

  askBack() {
    this.looking = true;
    this.say("");
    this.place.replaceChildren(
      h(
        "div.rh-look",
        {},
        h("p.rh-how", {}, t("table.back_ask")),
        h(
          "div.rh-buttons",
          {},
          h("button.rh-small.is-main", { type: "button", id: "table-back-yes", onclick: () => this.goBack() }, t("table.back_yes")),
          h("button.rh-small", { type: "button", onclick: () => this.rest() }, t("table.back_no")),
        ),
      ),
    );
  }

  goBack() {
    return this.change("table.backed", () => post("/catalog/back"));
  }

  change(done, question) {
    return this.doing(t("table.using"), async () => {
      const { refused } = await question();
      this.looking = false;
      this.say(refused || t(done), Boolean(refused));
      await this.read();
      this.rest();
    });
  }
}

/** Changes of one kind; many are folded away. */
function group({ name, lines, more }) {
  return h(
    "details.rh-look-group",
    { open: lines.length <= FEW },
    h("summary", {}, name),
    h(
      "ul",
      {},
      ...lines.map((line) =>
        h("li", {}, line.title && h("strong", {}, line.title), line.path && h("code.rh-path", {}, line.path), h("span", {}, line.text)),
      ),
      more && h("li", {}, more),
    ),
  );
}
