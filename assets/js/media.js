// Files in a form: the zone that takes them and the strip that shows them in their order.

import { h, icon, iconButton } from "./dom.js";
import { acceptWords, copiedTypes, fileItem, linkItem, refusalOf } from "./items.js";
import { capacity } from "./spec.js";
import { has, language, t } from "./words.js";

const WITH_BAR = 5 * 1048576;

/** Names for a sentence, the first few of many. */
const named = (names) => (names.length > 4 ? `${names.slice(0, 3).join(", ")} … (${names.length})` : names.join(", "));

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
      onkeydown: (event) => event.key === "Enter" && this.takeLink(event),
    });
    this.linkRow = h(
      "div.rh-link-row",
      { hidden: true },
      this.linkInput,
      h("button.rh-small", { type: "button", onclick: (event) => this.takeLink(event) }, t("media.link_add")),
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
    const link = h(
      "button.rh-link-button",
      {
        type: "button",
        onclick: () => {
          this.linkRow.hidden = !this.linkRow.hidden;
          if (!this.linkRow.hidden) this.linkInput.focus();
        },
      },
      icon("link"),
      t("media.link"),
    );
    return h("div.rh-zone-box", {}, drop, link, this.linkRow);
  }

  over(event, inside) {
    event.preventDefault();
    this.dropZone.classList.toggle("is-over", inside);
  }

  drop(event) {
    this.over(event, false);
    this.take([...event.dataTransfer.files]);
  }

  /** Whether this field would take one more file of this type (for paste). */
  accepts(file) {
    return file.type.startsWith(`${this.field.kind}/`) && !this.element.inert && this.items.length < this.room;
  }

  takeLink(event) {
    event.preventDefault();
    const link = this.linkInput.value.trim();
    if (!/^https?:\/\/[^\s/]+/i.test(link)) {
      this.say(t("media.link_bad"));
      return;
    }
    this.linkInput.value = "";
    this.linkRow.hidden = true;
    this.add([linkItem(this.field.kind, link)]);
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
    this.add(good.slice(0, room).map((file) => fileItem(this.field, file)));
  }

  tooMany(names) {
    const max = this.field.many ? this.room : 1;
    return max === 1 ? t("media.only_one", { names: named(names) }) : t("media.too_many", { max, names: named(names) });
  }

  add(items) {
    if (!items.length) return;
    if (!this.field.many) this.clear();
    for (const item of items) {
      item.belongs(this.studio.spec.path, this.field, () => this.studio.mediaChanged(this.field.key));
      this.items.push(item);
    }
    this.studio.mediaChanged(this.field.key);
  }

  clear() {
    for (const item of this.items.splice(0)) item.release();
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
    return h(
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
  }
}

function pictureOf(item) {
  if (!item.preview) return h("span.rh-tile-icon", {}, icon(item.value.startsWith("http") ? "link" : "alert"));
  if (item.kind === "image") return h("img", { src: item.preview, alt: item.name });
  if (item.kind === "video") return h("video", { src: item.preview, muted: true, controls: true, preload: "metadata" });
  return h("audio", { src: item.preview, controls: true, preload: "metadata" });
}
