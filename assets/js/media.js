// Files in a form: one item per chosen file or link, and the zone that takes them.

import { h, icon, iconButton, megabytes } from "./dom.js";
import { address, ask, Refusal, upload } from "./net.js";
import { capacity } from "./spec.js";
import { has, language, t } from "./words.js";

let nextId = 1;
const SAME = { jpeg: "jpg", tiff: "tif", m4v: "mp4" };
const extension = (name) => {
  const found = /\.([a-z0-9]+)$/i.exec(name)?.[1].toLowerCase() ?? "";
  return SAME[found] ?? found;
};

/** A file or link in a field. `value` is what the body gets, empty until it has arrived; `arrival` settles then. */
class Item {
  constructor(kind, name, size) {
    this.id = nextId++;
    this.kind = kind;
    this.name = name;
    this.size = size;
    this.value = "";
    this.preview = "";
    this.percent = 0;
    this.error = "";
    this.held = 0; // presses of Generate that still need it
    this.changed = () => {};
    this.arrival = Promise.resolve();
    this.stopper = new AbortController();
  }

  /** Where it stands now. A press of Generate that needs it keeps it to the field it was pressed with. */
  belongs(endpoint, field, changed) {
    this.changed = changed;
    if (!this.held) Object.assign(this, { endpoint, field });
  }

  draft() {
    return { kind: this.kind, name: this.name, size: this.size, value: this.value };
  }

  /** The form lets go of it. An upload that a press of Generate waits for goes on. */
  release() {
    if (this.held) return;
    this.stopper.abort();
    if (this.preview.startsWith("blob:")) URL.revokeObjectURL(this.preview);
  }

  fail(words) {
    this.error = words;
    this.changed();
    return new Refusal(words);
  }
}

const previewOf = (value) =>
  value.startsWith("input:") ? address(`rh/inputs/${encodeURIComponent(value.slice(6))}`) : "";

function linkItem(kind, link) {
  const item = new Item(kind, link, null);
  item.value = link;
  return item;
}

/** A file just chosen: goes up at once, is copied and checked by the server against its field. */
function fileItem(field, file) {
  const item = new Item(field.kind, file.name, file.size);
  item.preview = URL.createObjectURL(file);
  item.file = file;
  const bring = async () => {
    const data = await upload(
      file,
      (share) => {
        item.percent = Math.round(share * 100);
        item.changed();
      },
      item.stopper.signal,
    );
    const kept = await ask("keep_input", data, item.endpoint, item.field.key, language());
    if (kept.problems.length) throw new Refusal(kept.problems.join(" "));
    item.value = kept.ref;
    item.size = kept.size;
    item.changed();
  };
  item.arrival = bring().catch((fault) => {
    if (item.stopper.signal.aborted) return;
    const own = fault instanceof Refusal;
    throw item.fail(own ? fault.message : t("media.failed", { name: file.name, why: "" }));
  });
  item.arrival.catch(() => {}); // Told on the item; a press of Generate awaits it by itself.
  return item;
}

/** An item out of a draft or a past run; asks whether our copy is still there. */
export function restoredItem(draft) {
  const item = new Item(draft.kind, draft.name, draft.size);
  item.value = draft.value;
  item.preview = previewOf(draft.value);
  if (item.preview) {
    item.arrival = ask("describe_inputs", [draft.value]).then((found) => {
      const info = found[draft.value];
      if (!info) throw item.fail(t("media.lost"));
      item.name = info.name;
      item.size = info.size;
      item.changed();
    });
    item.arrival.catch(() => {});
  }
  return item;
}

/** Whether an item of the model before may stay in the same field of the new one. */
export function carriedItem(item, field) {
  return !item.error && !refusalOf(field, item.name, item.size, item.value.startsWith("http"));
}

function refusalOf(field, name, size, isLink) {
  if (isLink) return "";
  const types = (field.accept ?? []).map((type) => SAME[type] ?? type);
  if (types.length && !types.includes(extension(name))) {
    return t("media.wrong_type", { name, types: acceptWords(field) });
  }
  if (field.maxMb && size > field.maxMb * 1048576) {
    return t("media.too_big", { name, size: megabytes(size), mb: field.maxMb });
  }
  return "";
}

/** Names for a sentence, the first few of many. */
const named = (names) => (names.length > 4 ? `${names.slice(0, 3).join(", ")} … (${names.length})` : names.join(", "));
const acceptWords = (field) => (field.accept ?? []).map((type) => type.toUpperCase()).join(", ");

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
      accept: field.accept?.length ? field.accept.map((type) => `.${type}`).join(",") : `${field.kind}/*`,
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
      const why = refusalOf(this.field, file.name, file.size, false);
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
      buttons,
      h("span.rh-tile-name", {}, item.name),
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
