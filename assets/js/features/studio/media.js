// Files in a form: the zone that takes them and the strip that shows them in their order.

import { h, icon, iconButton } from "../../core/dom.js";
import { brought, carries } from "./arrivals.js";
import { acceptWords, bring, copiedTypes, fileItem, kindOf, linkItem, refusalOf, resultItem } from "./media_items.js";
import { keyOf } from "../../core/keys.js";
import { capacity } from "./spec.js";
import { has, language, named, t } from "../../core/words.js";

const WITH_BAR = 5 * 1048576;

/** What the system's own chooser offers: all that can go up, as it is or as a copy. */
function choosable(field) {
  if (!field.accept?.length || field.kind === "image") return [`${field.kind}/*`, ...(field.kind === "image" ? [".heic", ".heif"] : [])];
  return [...field.accept, ...copiedTypes(field)].map((type) => `.${type}`);
}

/** What a field takes, in one line; `said`: lengths, sides and sizes as the table words them. */
function limitLine(field, said) {
  const parts = [];
  if (field.accept?.length) parts.push(acceptWords(field));
  if (field.maxMb) parts.push(t("media.limits_size", { mb: field.maxMb }));
  if (field.many && field.maxItems) parts.push(t("media.limits_count", { count: field.maxItems }));
  if (said) parts.push(said);
  return parts.join(" · ");
}

/** Draws one media field: its files in order and the zone for more. */
export class MediaField {
  constructor(studio, field) {
    this.studio = studio;
    this.field = field;
    this.room = capacity(field);
    this.why = "";
    this.strip = h("div.rh-strip");
    this.count = h("p.rh-count-line", { hidden: true });
    this.limits = h("span.rh-limits", {}, limitLine(field, field.limits));
    this.notice = h("p.rh-field-error", { role: "alert" });
    this.input = h("input", {
      type: "file",
      accept: choosable(field).join(","),
      multiple: Boolean(field.many),
      "aria-label": field.label,
      onchange: (event) => {
        this.take([...event.target.files]);
        event.target.value = "";
      },
    });
    this.zone = this.buildZone();
    this.element = h("div.rh-media", {}, this.strip, this.count, this.zone, this.notice);
    this.element.field = this;
    this.draw();
  }

  get items() {
    return this.studio.media[this.field.key];
  }

  buildZone() {
    this.firstWords = has(`media.drop_${this.field.kind}`) ? `media.drop_${this.field.kind}` : "media.choose";
    this.linkInput = h("input.rh-input", {
      type: "url",
      placeholder: t("media.link_hint"),
      "aria-label": t("media.link_label"),
      onkeydown: (event) => keyOf(event) === "Enter" && this.takeTyped(event),
    });
    this.linkRow = h(
      "div.rh-link-row",
      { hidden: true },
      this.linkInput,
      h("button.rh-small", { type: "button", onclick: (event) => this.takeTyped(event) }, t("media.link_add")),
    );
    this.zoneWords = h("span.rh-zone-words", {}, t(this.firstWords));
    const drop = h(
      "label.rh-zone",
      { ondragover: (event) => this.over(event, true), ondragleave: (event) => this.over(event, false), ondrop: (event) => this.drop(event) },
      icon("upload"),
      this.zoneWords,
      this.limits,
      this.input,
    );
    this.dropZone = drop;
    const opener = (name, words, onclick) => h("button.rh-link-button", { type: "button", onclick }, icon(name), t(words));
    const sources = h(
      "div.rh-sources",
      {},
      opener("link", "media.link", () => {
        this.linkRow.hidden = !this.linkRow.hidden;
        if (!this.linkRow.hidden) this.linkInput.focus();
      }),
      opener("runs", "media.from_results", async () => (await import("./result_picker.js")).pickResult(this.field.kind, (output) => this.takeResult(output))),
      this.field.kind === "image" && opener("camera", "media.photo", async () => (await import("./recorder.js")).takePhoto((file) => this.take([file]))),
      this.field.kind === "audio" && opener("microphone", "media.record", async () => (await import("./recorder.js")).takeSound((file) => this.take([file]))),
    );
    return h("div.rh-zone-box", {}, drop, sources, this.linkRow);
  }

  over(event, inside) {
    event.preventDefault();
    this.dropZone.classList.toggle("is-over", inside);
  }

  drop(event) {
    this.over(event, false);
    const { files, links } = brought(event.dataTransfer);
    if (files.length) this.take(files);
    else this.takeLink(links[0] ?? event.dataTransfer.getData("text/plain"));
  }

  /** Whether this field would take one more file of a kind, without putting another one out. */
  hasRoomFor(kind) {
    return kind === this.field.kind && !this.element.inert && this.items.length < this.room;
  }

  accepts(file) {
    return this.hasRoomFor(kindOf(this.field, file)) && !refusalOf(this.field, file);
  }

  takeTyped(event) {
    event.preventDefault();
    this.takeLink(this.linkInput.value);
  }

  takeLink(typed) {
    const link = typed.trim();
    if (!/^https?:\/\/[^\s/]+/i.test(link)) {
      this.say(t("media.link_bad"));
      return;
    }
    this.linkInput.value = "";
    this.linkRow.hidden = true;
    bring(this.studio, this.field, [linkItem(this.field, link)]);
  }

  take(files) {
    const good = [];
    let words = "";
    for (const file of files) {
      const why = refusalOf(this.field, file);
      if (why) words = why;
      else good.push(file);
    }
    const room = this.field.many ? Math.max(0, this.room - this.items.length) : 1;
    const left = good.slice(room).map((file) => file.name);
    if (left.length) words = [this.tooMany(left), this.why].filter(Boolean).join(" ");
    this.say(words);
    bring(this.studio, this.field, good.slice(0, room).map((file) => fileItem(this.field, file)));
  }

  takeResult(output) {
    const full = this.field.many && this.items.length >= this.room;
    this.say(full ? this.tooMany([output.name]) : "");
    if (!full) bring(this.studio, this.field, [resultItem(this.field, output)]);
  }

  tooMany(names) {
    const max = this.field.many ? this.room : 1;
    return max === 1 ? t("media.only_one", { names: named(names) }) : t("media.too_many", { max, names: named(names) });
  }

  remove(item) {
    this.items.splice(this.items.indexOf(item), 1);
    item.release();
    this.say("");
    this.studio.mediaChanged(this.field.key);
  }

  move(item, by) {
    const from = this.items.indexOf(item);
    this.items.splice(from, 1);
    this.items.splice(from + by, 0, item);
    this.studio.mediaChanged(this.field.key);
  }

  say(words) {
    this.notice.textContent = words;
  }

  draw() {
    const full = this.items.length >= this.room;
    this.strip.replaceChildren(...this.items.map((item, place) => this.tile(item, place)));
    this.strip.hidden = !this.items.length;
    this.zone.hidden = full;
    this.element.classList.toggle("has-items", this.items.length > 0);
    if (!this.field.many) return;
    this.zoneWords.textContent = t(this.items.length ? "media.drop_more" : this.firstWords);
    this.count.hidden = !this.items.length;
    this.count.textContent = t("media.count", { count: this.items.length, max: this.room });
    this.count.classList.toggle("is-bad", this.items.length > this.room);
  }

  /** Takes what the rules say now: how many files, what they must be like, and why. */
  follow({ items, limits, why }) {
    const room = items ?? capacity(this.field);
    const changed = room !== this.room;
    this.room = room;
    this.why = why?.[language()] ?? "";
    this.limits.textContent = limitLine({ ...this.field, maxItems: this.field.maxItems && room }, limits?.[language()] ?? this.field.limits);
    if (!changed) return;
    this.say("");
    this.draw();
  }

  tile(item, place) {
    const picture = pictureOf(item);
    const state = item.error ? "" : item.value ? "" : item.percent < 100 ? t("media.uploading", { percent: item.percent }) : t("media.checking");
    const buttons = h("div.rh-tile-buttons");
    if (this.field.many && place > 0) buttons.append(iconButton("left", t("media.earlier"), () => this.move(item, -1)));
    if (this.field.many && place < this.items.length - 1) buttons.append(iconButton("right", t("media.later"), () => this.move(item, 1)));
    buttons.append(iconButton("close", t("media.remove"), () => this.remove(item)));
    const tile = h(
      `div.rh-tile${item.error ? ".is-bad" : place < this.room ? "" : ".is-beyond"}`,
      { title: item.name },
      picture,
      state && h("span.rh-tile-state", {}, state),
      state && item.size > WITH_BAR && h("span.rh-bar.is-measured", {}, h("span.rh-bar-fill", { style: `width:${item.percent}%` })),
      buttons,
      h("span.rh-tile-name", {}, item.name),
      item.notice && h("span.rh-tile-notice", {}, item.notice),
      item.error && h("span.rh-field-error", {}, item.error),
    );
    return carries(tile, { kind: item.kind, name: item.name, address: () => item.address() });
  }
}

function pictureOf(item) {
  if (item.value.startsWith("http") && !item.preview) return linkFace(item);
  if (!item.preview) return h("span.rh-tile-icon", {}, icon("alert"));
  // Another site is shown only when a person asks for it, and is not told which page asks.
  const source = { src: item.preview, referrerpolicy: "no-referrer" };
  if (item.kind === "image") return h("img", { ...source, alt: item.name });
  if (item.kind === "video") return h("video", { ...source, muted: true, controls: true, preload: "metadata" });
  return h("audio", { ...source, controls: true, preload: "metadata" });
}

function linkFace(item) {
  const show = () => {
    item.show(item.value);
    item.changed();
  };
  return h("button.rh-tile-icon", { type: "button", onclick: show }, icon("link"), h("span", {}, t("media.show")));
}
