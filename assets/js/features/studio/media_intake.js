// @ts-check
// Adds files, links and results to a media field, as many as the rules allow, with messages about the rest.

import { acceptWords, fileItem, kindOf, linkItem, refusalOf, resultItem } from "./media_items.js";
import { computed, signal } from "../../vendor/preact.js";
import { capacity, fileKind } from "./spec.js";
import { language, named, sentences, t } from "../../core/words.js";

/** @typedef {import("../../types.js").Field} Field
 * @typedef {import("./media_items.js").Item} Item */

export class Intake {
  /** What was refused, and why. */
  said = signal("");
  /** The item that was just moved, and its direction: the pressed arrow keeps the focus.
   * @type {{ item: Item, by: number } | null} */
  moved = null;
  /** How many files the field takes. */
  room = computed(() => this.state.items ?? capacity(this.field));

  /** @param {import("./studio.js").Studio} studio @param {string} key */
  constructor(studio, key) {
    this.studio = studio;
    this.key = key;
    this.#field = studio.field(key);
  }

  #field;

  /** The field as the form has it now; the earlier one while the model changes. */
  get field() {
    this.#field = this.studio.field(this.key) ?? this.#field;
    return /** @type {Field} */ (this.#field);
  }

  get state() {
    return this.studio.states[this.key] ?? {};
  }

  get items() {
    return this.studio.media[this.key] ?? [];
  }

  get isFull() {
    return this.items.length >= this.room.value;
  }

  /** Whether this field takes one more file of a kind without replacing another.
   * @param {string} kind */
  hasRoomFor(kind) {
    return kind === fileKind(this.field) && !this.state.off && !this.isFull;
  }

  /** @param {File} file */
  accepts(file) {
    return this.hasRoomFor(kindOf(this.field, file)) && !refusalOf(this.field, file);
  }

  /** Adds a link. Returns whether it was a usable address.
   * @param {string} typed */
  takeLink(typed) {
    const link = typed.trim();
    if (!/^https?:\/\/[^\s/]+/i.test(link)) {
      this.said.value = t("media.link_bad");
      return false;
    }
    this.studio.bring(this.field, [linkItem(this.field, link)]);
    return true;
  }

  /** @param {File[]} files */
  take(files) {
    const { field } = this;
    const whys = files.map((file) => refusalOf(field, file));
    const good = files.filter((_, at) => !whys[at]);
    const room = field.many ? Math.max(0, this.room.value - this.items.length) : 1;
    const left = good.slice(room).map((file) => file.name);
    const refused = whys.filter(Boolean);
    this.said.value = left.length ? sentences(this.tooMany(left), this.state.why?.[language()]) : refused[refused.length - 1] ?? "";
    this.studio.bring(field, good.slice(0, room).map((file) => fileItem(field, file)));
  }

  /** @param {import("../../core/api_types.js").Output} output */
  takeResult(output) {
    const full = this.field.many && this.isFull;
    this.said.value = full ? this.tooMany([output.name]) : "";
    if (!full) this.studio.bring(this.field, [resultItem(this.field, output)]);
  }

  /** @param {string[]} names */
  tooMany(names) {
    const max = this.field.many ? this.room.value : 1;
    return max === 1 ? t("media.only_one", { names: named(names) }) : t("media.too_many", { max, names: named(names) });
  }

  /** @param {Item} item */
  remove(item) {
    item.release();
    this.said.value = "";
    this.studio.putItems(this.key, this.items.filter((other) => other !== item));
  }

  /** @param {Item} item @param {number} by */
  move(item, by) {
    this.moved = { item, by };
    const others = this.items.filter((other) => other !== item);
    const to = this.items.indexOf(item) + by;
    this.studio.putItems(this.key, [...others.slice(0, to), item, ...others.slice(to)]);
  }

  /** What the field takes, in one line, with the table's words for durations, sides and sizes. */
  limits() {
    const { field, state } = this;
    const said = state.limits?.[language()] ?? field.limits;
    return [
      field.accept?.length && acceptWords(field),
      field.maxMb && t("media.limits_size", { mb: field.maxMb }),
      field.many && field.maxItems && t("media.limits_count", { count: this.room.value }),
      said,
    ].filter(Boolean).join(" · ");
  }
}
