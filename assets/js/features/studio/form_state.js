// @ts-check
// The state of a form: its model, values and files. The body is one mapping by field key, taken from here in one step, so
// that what is shown is what is sent. No requests and no drawing here; parts that read it are drawn again.

import { batch, computed, signal } from "../../vendor/preact.js";
import { isEmpty, restored } from "./form_transfer.js";
import { carriedItem, Item, nameEach, restoredItem } from "./media_items.js";
import { capacity, fileKind, isMedia, randomSeed, referenceParts } from "./spec.js";

/** @typedef {import("../../types.js").Spec} Spec
 * @typedef {import("../../types.js").Field} Field
 * @typedef {import("../../types.js").Value} Value
 * @typedef {import("../../types.js").Values} Values
 * @typedef {Record<string, Item[]>} Items the files of each media field, in order
 * @typedef {Record<string, string | Item>} Reference
 * @typedef {Record<string, Value | Item | (Item | Reference)[]>} Body what is sent; a file that is still uploading is an Item
 * @typedef {{ values?: Values, media?: Record<string, (import("../../types.js").FormItem | Item)[]>, fresh?: string[], taken?: string }} Stored a draft's or a past run's settings
 * @typedef {{ spec: Spec, values: Values, media: Items, touched: Set<string>, fresh?: Set<string> }} Filled */

export class FormState {
  #spec = signal(/** @type {Spec | null} */ (null));
  #values = signal(/** @type {Values} */ ({}));
  #media = signal(/** @type {Items} */ ({}));
  #fresh = signal(/** @type {Set<string>} */ (new Set()));
  #states = signal(/** @type {import("../../types.js").FieldStates} */ ({}));
  /** Keys of the fields that the user has changed. */
  touched = /** @type {Set<string>} */ (new Set());
  /** The body as it would be sent now, computed once per change. */
  #plain = computed(() => plainBody(this.snapshot()));
  #print = computed(() => JSON.stringify([this.spec?.path, this.#plain.value]));

  get spec() {
    return this.#spec.value;
  }

  set spec(spec) {
    this.#spec.value = spec;
  }

  get values() {
    return this.#values.value;
  }

  set values(values) {
    this.#values.value = values;
  }

  get media() {
    return this.#media.value;
  }

  set media(media) {
    this.#media.value = media;
  }

  /** Keys of the fields that get a new seed with each press. */
  get fresh() {
    return this.#fresh.value;
  }

  /** What the rules change in its fields now. */
  get states() {
    return this.#states.value;
  }

  /** The same states again change nothing. */
  set states(states) {
    if (JSON.stringify(states) !== JSON.stringify(this.#states.peek())) this.#states.value = states;
  }

  /** The body without files that are still uploading. */
  get body() {
    return this.#plain.value;
  }

  /** Identifies the model and such a body. */
  get print() {
    return this.#print.value;
  }

  /** @param {string} key */
  field(key) {
    return this.spec?.fields.find((field) => field.key === key);
  }

  /** @param {string} key */
  label(key) {
    return this.field(key)?.label ?? key;
  }

  /** Replaces the model and its settings; its files get to know their field.
   * @param {Filled} filled */
  put({ spec, values, media, touched, fresh = this.fresh }) {
    batch(() => {
      this.spec = spec;
      this.values = values;
      this.media = media;
      this.#fresh.value = new Set(spec.fields.filter(({ key, kind }) => kind === "integer" && fresh.has(key)).map(({ key }) => key));
      this.touched = touched;
    });
    for (const field of spec.fields.filter(isMedia)) {
      nameEach(field, media[field.key]);
      for (const item of media[field.key]) this.#own(item, field);
    }
  }

  /** @param {Item} item @param {Field} field */
  #own(item, field) {
    item.belongs(this.spec?.path ?? "", field, () => this.changed(field.key));
  }

  /** Fills in stored settings; files of an open form are reused. Returns the labels of what no longer fits.
   * @param {Spec} spec @param {Stored} stored */
  putStored(spec, { values = {}, media = {}, fresh = [] }) {
    const form = restored(spec, values);
    /** @type {Items} */
    const items = {};
    for (const field of spec.fields.filter(isMedia)) {
      const given = (media[field.key] ?? []).filter((item) => !(item instanceof Item) || (item.kind === fileKind(field) && carriedItem(item, field)));
      const most = field.many && !field.withheld ? Infinity : capacity(field);
      if (given.length && !most) form.lost.push(field.label);
      items[field.key] = given.slice(0, most).map((item) => (item instanceof Item ? item : restoredItem(field, item)));
      if (items[field.key].length) form.touched.add(field.key);
    }
    this.put({ spec, values: form.values, media: items, touched: form.touched, fresh: new Set(fresh) });
    return form.lost;
  }

  /** @param {string} key @param {Value} value */
  set(key, value) {
    this.values = { ...this.values, [key]: value };
    this.changed(key);
  }

  /** Sets whether a field gets a new seed with each press.
   * @param {string} key @param {boolean} yes */
  setFresh(key, yes) {
    const fresh = new Set(this.fresh);
    if (yes) fresh.add(key);
    else fresh.delete(key);
    this.#fresh.value = fresh;
  }

  rollSeeds() {
    for (const key of this.fresh) {
      const field = this.field(key);
      if (field) this.set(key, randomSeed(field));
    }
  }

  /** Adds items to a field; a field for one file replaces it.
   * @param {Field} field @param {Item[]} items */
  bring(field, items) {
    if (!items.length) return;
    const there = field.many ? this.media[field.key] : [];
    if (!field.many) for (const item of this.media[field.key]) item.release();
    nameEach(field, [...there, ...items]);
    for (const item of items) this.#own(item, field);
    this.putItems(field.key, [...there, ...items]);
  }

  /** @param {string} key @param {Item[]} items */
  putItems(key, items) {
    this.media = { ...this.media, [key]: items };
    this.changed(key);
  }

  /** The user has changed a field.
   * @param {string} key */
  changed(key) {
    this.touched.add(key);
  }

  /** Whether files are still uploading, and would be lost with the page. */
  get isComing() {
    return areComing(this.media);
  }

  /** Releases files that are no longer in the form.
   * @param {Items} before */
  releaseBut(before) {
    const kept = new Set(Object.values(this.media).flat());
    for (const item of Object.values(before).flat()) if (!kept.has(item)) item.release();
  }

  /** The body as it is on the screen now; media that are still uploading are Items. */
  snapshot() {
    /** @type {Body} */
    const body = {};
    for (const field of this.spec?.fields ?? []) {
      if (this.states[field.key]?.off) continue;
      if (isMedia(field)) {
        const items = this.media[field.key];
        if (items.length) body[field.key] = field.many ? items.map((item) => entryOf(field, item)) : items[0];
      } else if (!isEmpty(this.values[field.key])) {
        body[field.key] = this.values[field.key];
      } else if (field.blank) {
        body[field.key] = ""; // otherwise the app's own text would be sent
      }
    }
    return body;
  }

  /** What the user has set. */
  settings() {
    const values = Object.fromEntries([...this.touched].filter((key) => !(key in this.media)).map((key) => [key, this.values[key] ?? null]));
    return { values, media: drafted(this.media), fresh: [...this.fresh] };
  }

  /** The draft that is stored: everything but secrets. */
  draft() {
    const { path, title, formerly, fields } = /** @type {Spec} */ (this.spec);
    const { values, ...files } = this.settings();
    for (const { key } of fields.filter((field) => field.secret)) delete values[key];
    return { path, title, formerly, values, ...files };
  }
}

/** The files for a draft: those that are uploaded.
 * @param {Items} media */
export const drafted = (media) =>
  Object.fromEntries(
    Object.entries(media)
      .map(([key, items]) => /** @type {const} */ ([key, items.filter((item) => item.value).map((item) => item.draft())]))
      .filter(([, kept]) => kept.length),
  );

/** Whether some are still uploading.
 * @param {Items} media */
export const areComing = (media) => Object.values(media).flat().some((item) => !item.value && !item.error);

/** One file of a list as it is sent: by itself, or with its type and its name.
 * @param {Field} field @param {Item} item @returns {Item | Reference} */
function entryOf(field, item) {
  const parts = referenceParts(field);
  return parts ? { [parts.type]: parts.of, [parts.name]: item.called, [parts.file]: item } : item;
}

/** The files in a body or in a part of it.
 * @param {unknown} body @returns {Item[]} */
export function itemsOf(body) {
  if (body instanceof Item) return [body];
  return body && typeof body === "object" ? Object.values(body).flatMap(itemsOf) : [];
}

/** @param {Body} body @returns {Values} */
export function plainBody(body) {
  /** @param {any} value @returns {any} */
  const bare = (value) => {
    if (value instanceof Item) return value.value || undefined;
    if (!itemsOf(value).length) return value;
    return itemsOf(value).every((item) => item.value) ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, bare(part)])) : undefined;
  };
  const plain = Object.entries(body).map(([key, value]) => [key, Array.isArray(value) ? value.map(bare).filter((item) => item) : bare(value)]);
  return Object.fromEntries(plain.filter(([, value]) => value !== undefined));
}
