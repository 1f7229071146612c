// Above the form on the tab of apps and workflows: what can be run, or what was chosen.

import { debounced, h, icon, iconButton } from "../../core/dom.js";
import { get, post } from "../../core/api.js";
import { toast } from "../../components/toast.js";
import { t } from "../../core/words.js";

/** Kept forms that are shown at first, and more at each wish for more. */
const STEP = 24;

/** What can be chosen from. A module's `section(studio)` gives an element that calls `studio.open(path)`. */
export const SECTIONS = [
  { name: "apps", load: () => import("./apps.js") },
  { name: "workflows", load: () => import("./workflows.js") },
  { name: "quick", load: () => import("./quick_creations.js") },
];

export class RunPicker {
  constructor(studio) {
    this.studio = studio;
    this.shown = new Map();
    this.pills = h("div.rh-tasks", { role: "group", "aria-label": t("apps.what") });
    this.place = h("div.rh-run-section");
    this.library = h("div.rh-run-library", {}, this.pills, this.place);
    this.chosen = h("div.rh-run-chosen", { hidden: true });
    this.element = h("div.rh-run-picker", {}, this.chosen, this.library);
    this.pills.hidden = SECTIONS.length < 2;
    for (const { name } of SECTIONS) {
      const press = () => this.go(name);
      this.pills.append(h("button.rh-task", { type: "button", "data-section": name, onclick: press }, t(`apps.section_${name}`)));
    }
    for (const name of ["model", "closed"]) studio.addEventListener(name, () => this.draw());
    studio.addEventListener("section", () => this.go(studio.section));
    whenSeen(this.element, () => this.go(studio.section ?? SECTIONS[0].name));
    studio.ready.then(() => this.draw());
    requestAnimationFrame(() => this.draw()); // by then it stands in the page
  }

  async go(name) {
    this.section = name;
    for (const pill of this.pills.children) pill.setAttribute("aria-pressed", String(pill.dataset.section === name));
    if (!this.shown.has(name)) {
      const { section } = await SECTIONS.find((one) => one.name === name).load();
      this.shown.set(name, section(this.studio));
    }
    if (this.section === name) this.place.replaceChildren(this.shown.get(name));
  }

  draw() {
    const { spec } = this.studio;
    this.element.closest(".rh-side")?.classList.toggle("is-choosing", !spec);
    this.library.hidden = Boolean(spec);
    this.chosen.hidden = !spec;
    if (spec) this.chosen.replaceChildren(...this.card(spec));
  }

  card(spec) {
    const back = h(
      "button.rh-quiet-button.rh-run-back",
      { type: "button", onclick: () => this.studio.close() },
      icon("left"),
      t("apps.back"),
    );
    const again = iconButton("reuse", t("apps.again"), () => this.fetchAnew(spec));
    const said = h("div.rh-run-card-text", {}, h("strong", {}, spec.title), h("p.rh-quiet", {}, spec.description));
    const row = h("div.rh-run-card", {}, cover(spec), said);
    return [h("div.rh-run-line", {}, back, spec.kind === "workflow" ? h("span.rh-flow-buttons", {}, again, this.edit()) : spec.kind === "ai-app" && again), row];
  }

  edit() {
    const open = () => import("./workflow_inputs.js").then(({ editInputs }) => editInputs(this.studio)).catch((fault) => toast(fault.message));
    return h("button.rh-small", { type: "button", onclick: open }, t("workflows.edit"));
  }

  /** The app's form as its maker has it today; what was typed goes along as far as it fits. */
  async fetchAnew(spec) {
    try {
      if (spec.kind === "workflow") {
        const { own, lost, more } = await post("/workflows/renew", { path: spec.path });
        await this.studio.open(spec.path);
        const gone = lost.length > 0 && t("workflows.renewed_without", { inputs: [...lost, ...(more ? ["…"] : [])].join(", ") });
        toast([t(own ? "workflows.renew_own" : "workflows.renewed"), gone].filter(Boolean).join(" "));
        return;
      }
      await this.studio.openApp(spec.id);
      toast(t("apps.renewed"));
    } catch (fault) {
      toast(fault.message);
    }
  }
}

/** A form's picture, or the first letter of its name where there is none. */
export function cover({ cover: address, title }) {
  const letter = h("span.rh-cover.is-letter", { "aria-hidden": "true" }, [...title.trim()][0] ?? "?");
  if (!address) return letter;
  const picture = h("img.rh-cover", { src: address, alt: "", loading: "lazy", decoding: "async" });
  picture.onerror = () => picture.replaceWith(letter);
  return picture;
}

/** One form among others: `{title, description, cover}`. `liking`: told of a press of the star, which is for those that
 * are kept here. */
export function tile(form, { open, liking }) {
  const press = h(
    "button.rh-run-open",
    { type: "button", title: form.description || form.title, onclick: open },
    cover(form),
    h("span.rh-run-title", {}, form.title),
    form.description && h("span.rh-run-about", {}, form.description),
  );
  const element = h("div.rh-run-tile", { "data-run": form.path ?? form.id }, press);
  if (liking) element.append(starOf(form, liking));
  return element;
}

function starOf(form, liking) {
  const star = iconButton("star", t("apps.favourite", { title: form.title }), press, ".rh-star");
  async function press() {
    const yes = star.getAttribute("aria-pressed") !== "true";
    liking();
    await post("/forms/like", { path: form.path, yes }).then(
      ({ favourite }) => star.setAttribute("aria-pressed", String(favourite)),
      (fault) => toast(fault.message),
    );
  }
  star.setAttribute("aria-pressed", String(form.favourite));
  return star;
}

/** The kept forms of a kind as tiles, read again by `read()`; with a search where they don't fit at once. */
export function keptTiles(studio, kind) {
  const grid = h("div.rh-run-grid");
  const search = h("input.rh-input", { type: "search", placeholder: t("apps.search"), "aria-label": t("apps.search_kept"), oninput: debounced(() => readAnew(), 200) });
  const filters = h("div.rh-run-filters", { hidden: true }, search);
  const none = h("p.rh-quiet", { role: "status", hidden: true }, t("apps.none"));
  const more = h("button.rh-small", { type: "button", hidden: true, onclick: () => readOn() }, t("card.more"));
  const element = h("section.rh-run-kept", { hidden: true, "aria-label": t("apps.kept") }, h("h3.rh-run-heading", {}, t("apps.kept")), filters, grid, none, more);
  let turn = 0;
  let shown = STEP;
  const liking = () => (turn += 1); // an answer that is on its way does not know of it
  const read = async () => {
    const mine = ++turn;
    const told = await get("/forms", { kind, query: search.value, shown }).catch(() => null);
    if (!told || mine !== turn) return;
    const open = (form) => studio.open(form.path).catch((fault) => toast(fault.message));
    grid.replaceChildren(...told.tiles.map((form) => tile(form, { open: () => open(form), liking })));
    filters.hidden = !told.many;
    none.hidden = told.tiles.length > 0;
    more.hidden = !told.more;
    element.hidden = !told.tiles.length && !search.value;
  };
  const readAnew = () => {
    shown = STEP;
    return read();
  };
  const readOn = () => {
    shown += STEP;
    return read();
  };
  for (const name of ["closed", "started"]) studio.addEventListener(name, read);
  return { element, read };
}

/** Calls `first` when the element comes into sight for the first time. */
export function whenSeen(element, first) {
  const watcher = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watcher.disconnect();
    first();
  });
  watcher.observe(element);
}
