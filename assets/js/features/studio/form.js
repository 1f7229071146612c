// The form of the chosen model and the line with its price. Redrawn whole at a switch; values live in the studio.

import { times } from "../../core/money.js";
import { h, icon } from "../../core/dom.js";
import { widgetFor } from "./fields.js";
import { keyOf } from "../../core/keys.js";
import { MediaField } from "./media.js";
import { restoreButton } from "./restore.js";
import { isMedia } from "./spec.js";
import { t } from "../../core/words.js";

const PAIRS = [
  ["firstImageUrl", "lastImageUrl"],
  ["firstFrameUrl", "lastFrameUrl"],
  ["firstFrameImageUrl", "endImageUrl"],
  ["imageUrl", "endImageUrl"],
  ["imageUrl", "lastImageUrl"],
];

export class Form {
  constructor(studio) {
    this.studio = studio;
    this.element = h("form.rh-form", { onsubmit: (event) => event.preventDefault() });
    studio.addEventListener("model", () => this.draw());
    studio.addEventListener("values", () => this.drawValues());
    studio.addEventListener("problems", () => this.drawProblems());
    studio.addEventListener("states", () => this.drawStates());
    studio.addEventListener("focus", (event) => this.focus(event.detail));
    this.element.addEventListener("keydown", (event) => {
      if (keyOf(event) === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        if (!event.repeat) studio.generate();
      }
    });
    studio.addEventListener("closed", () => this.element.replaceChildren());
    if (studio.spec) this.draw();
  }

  draw() {
    const { spec } = this.studio;
    for (const [name, stop] of this.watching ?? []) this.studio.removeEventListener(name, stop);
    this.watching = [];
    this.rows = new Map();
    const plain = spec.fields.filter((field) => !field.advanced).map((field) => this.row(field));
    const extra = spec.fields.filter((field) => field.advanced).map((field) => this.row(field));
    const pieces = this.paired(plain);
    if (extra.length) {
      const open = [...this.studio.touched].some((key) => spec.fields.find((field) => field.key === key)?.advanced);
      pieces.push(
        h(
          "details.rh-advanced",
          { open },
          h("summary", {}, t("form.advanced"), h("span.rh-quiet", {}, t("form.advanced_count", { count: extra.length }))),
          ...extra,
        ),
      );
    }
    if (this.studio.notice) pieces.unshift(h("p.rh-notice", { role: "status" }, this.studio.notice));
    const clear = h("button.rh-quiet-button", { type: "button", onclick: () => this.studio.fill(spec) }, t("form.clear"));
    pieces.push(h("div.rh-form-end", {}, clear, restoreButton()));
    this.element.dataset.endpoint = spec.path;
    this.element.replaceChildren(...pieces);
    if (Object.keys(this.studio.states).length) this.drawStates();
    else this.drawProblems();
  }

  /** First and last frame stand side by side. */
  paired(rows) {
    const byKey = new Map(rows.map((row) => [row.dataset.key, row]));
    const pair = PAIRS.find(([first, last]) => byKey.has(first) && byKey.has(last));
    if (!pair) return rows;
    const [first, last] = pair.map((key) => byKey.get(key));
    const both = h("div.rh-pair", {});
    const result = rows.flatMap((row) => (row === first ? [both] : row === last ? [] : [row]));
    both.append(first, h("span.rh-arrow", { "aria-hidden": "true" }, "→"), last);
    return result;
  }

  row(field) {
    const widget = isMedia(field) ? new MediaField(this.studio, field) : widgetFor(this.studio, field);
    if (isMedia(field)) {
      const redraw = () => widget.draw();
      this.studio.addEventListener(`media:${field.key}`, redraw);
      this.watching.push([`media:${field.key}`, redraw]);
    }
    const problem = h("p.rh-field-error", { role: "alert", hidden: true });
    const simple = widget.element.querySelector(`#${CSS.escape(`rh-${this.studio.modality}-${field.key}`)}`) ?? (widget.element.id ? widget.element : null);
    const optional = h("span.rh-quiet", { hidden: field.required || field.blank }, t("form.optional"));
    const range = h("span.rh-quiet.rh-range", {}, rangeWords(field));
    const label = h(simple ? "label.rh-label" : "span.rh-label", simple ? { for: simple.id } : {}, field.label, optional, range);
    const help = h("span.rh-help", { id: `rh-${this.studio.modality}-${field.key}-help` }, field.help ?? "");
    simple?.setAttribute("aria-describedby", help.id);
    const note = h("p.rh-field-note", { hidden: true });
    const row = h("div.rh-field", { "data-key": field.key, "data-kind": field.kind }, label, help, widget.element, note, problem);
    this.rows.set(field.key, { field, row, widget, note, problem, optional, range });
    return row;
  }

  drawValues() {
    for (const { widget } of this.rows.values()) widget.draw();
  }

  /** What the rules say now: a field that is off stays, grey, with its reason; choices that don't go are locked; ranges
   * and places shrink; what has become needed says so. */
  drawStates() {
    const asked = new Set();
    for (const [key, { field, row, widget, note, optional, range }] of this.rows) {
      const state = this.studio.states[key] ?? {};
      row.classList.toggle("is-off", Boolean(state.off));
      widget.element.inert = Boolean(state.off);
      note.textContent = reasonWords(state, asked);
      optional.hidden = field.required || Boolean(field.blank || state.needed);
      optional.textContent = t(state.oneOf ? "form.one_of" : "form.optional");
      range.textContent = rangeWords({ ...field, min: state.min ?? field.min, max: state.max ?? field.max });
      widget.follow?.(state);
    }
    this.drawProblems();
  }

  /** What is wrong takes the place of what was to be heeded. */
  drawProblems() {
    const { problems, concerned } = this.studio;
    for (const [key, { row, note, problem }] of this.rows ?? []) {
      const words = problems[key] ?? "";
      if (problem.textContent !== words) problem.textContent = words;
      problem.hidden = !words;
      note.hidden = !note.textContent || Boolean(words);
      row.classList.toggle("is-bad", Boolean(words) || concerned.has(key));
    }
  }

  focus(key) {
    const found = this.rows.get(key);
    if (!found) return;
    found.row.closest("details")?.setAttribute("open", "");
    found.row.scrollIntoView({ block: "center", behavior: "smooth" });
    found.row.querySelector("textarea, input, button")?.focus({ preventScroll: true });
  }
}

/** Why a field is as it is now. What several fields have in common is said at the first of them: `asked` remembers it. */
function reasonWords({ off, needed, oneOf, why }, asked) {
  const { language } = window.rhBoot;
  if (off) return off[language];
  const group = oneOf && oneOf.fields.join();
  const first = group && !asked.has(group) ? oneOf.said : null;
  if (group) asked.add(group);
  return [needed, first, why].map((reason) => reason?.[language]).filter(Boolean).join(" ");
}

function rangeWords({ kind, min, max }) {
  if (kind !== "integer" && kind !== "decimal") return "";
  if (min !== undefined && max !== undefined) return t("form.range", { min: grouped(min), max: grouped(max) });
  if (min !== undefined) return t("form.range_from", { min: grouped(min) });
  return max !== undefined ? t("form.range_to", { max: grouped(max) }) : "";
}

/** 16777216 → "16,777,216", as the table's sentences write it; also for numbers that came as text. */
const grouped = (number) => String(number).replace(/^-?\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","));

/** The line above the button: price, how it came about, how many runs, what is missing. */
export class PriceLine {
  constructor(studio) {
    this.studio = studio;
    this.price = h("span.rh-price");
    this.how = h("span.rh-quiet");
    this.count = h(
      "select.rh-input.rh-count",
      {
        "aria-label": t("run.count"),
        onchange: () => {
          studio.count = Number(this.count.value);
          this.draw();
        },
      },
      ...[1, 2, 3, 4, 6, 8].map((n) => h("option", { value: String(n) }, `× ${n}`)),
    );
    this.status = h("p.rh-status", { role: "status" });
    this.name = h("span");
    const handle = h(
      "button.rh-handle",
      { type: "button", "aria-label": t("form.fold"), onclick: () => this.element.classList.toggle("is-folded") },
      this.name,
      icon("down"),
    );
    this.element = h("div.rh-price-line", {}, handle, h("div.rh-price-row", {}, h("div", {}, this.price, this.how), this.count), this.status);
    // On a phone the form is a sheet; once a run has started, the results have the room.
    for (const name of ["started", "results"]) studio.addEventListener(name, () => this.element.classList.add("is-folded"));
    studio.addEventListener("focus", () => this.element.classList.remove("is-folded"));
    for (const name of ["price", "model"]) studio.addEventListener(name, () => this.draw());
    studio.addEventListener("status", () => this.drawStatus());
    this.draw();
  }

  draw() {
    const { price, spec, count } = this.studio;
    if (!spec) return;
    this.name.textContent = spec.title;
    this.price.textContent = price?.words ? this.amount(price, count) : price ? t("price.unknown") : t("price.checking");
    this.how.textContent = price ? this.origin(price) : "";
    this.drawStatus();
  }

  /** How the price came about, and who says so. */
  origin(price) {
    if (price.source === "service") return t("price.by_service");
    if (!price.amount && this.studio.spec.costs) return this.studio.spec.costs;
    const how = window.rhBoot.language === "zh" ? price.how_zh : price.how;
    if (window.rhBoot.demo || !price.amount) return how;
    return [how, t("price.by_table", { date: price.as_of })].filter(Boolean).join(" · ");
  }

  amount(price, count) {
    const one = price.from ? t("price.from", { price: price.words }) : price.words;
    if (count === 1) return one;
    const sign = { CNY: "¥", USD: "$" }[price.currency] ?? `${price.currency} `;
    const total = `${sign}${times(price.amount, count)}`;
    return t("price.total", { price: price.from ? t("price.from", { price: total }) : total, count });
  }

  drawStatus() {
    this.status.textContent = this.studio.busy || this.studio.message;
    this.status.classList.toggle("is-bad", !this.studio.busy && Boolean(this.studio.message));
  }
}
