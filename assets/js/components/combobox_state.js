// @ts-check
// The state of a searchable list: the text in its input, the options found for it, the marked row. combobox.js draws it.

import { lay } from "../core/layers.js";
import { createRef, signal } from "../vendor/preact.js";
import { t } from "../core/words.js";

/** One row. `also`: searched too; `group`: its heading; `node`: drawn in place of its text.
 * @typedef {{ value: import("../types.js").Scalar, text: string, also?: string, group?: string, node?: import("../vendor/preact.js").ComponentChildren }} Option */

/** `text()`: the text of the closed input. `search(query)`: a promise of the rows for a query, null where there is no
 * answer. `actions(option)`: a row's own buttons. `empty(query)`: the content of an empty list. `floating`: the list
 * is drawn over the page.
 * @typedef {object} Given
 * @property {string} label @property {string} placeholder @property {() => string} text
 * @property {(query: string) => Promise<Option[] | null>} search
 * @property {(value: any) => void} pick
 * @property {(option: Option) => import("../vendor/preact.js").ComponentChildren} [actions]
 * @property {(query: string) => import("../vendor/preact.js").ComponentChildren} [empty]
 * @property {boolean} [floating] */

let nextId = 1;

export class Combo {
  id = `rh-list-${nextId++}`;
  isOpen = signal(false);
  /** The text of the open input. */
  typed = signal("");
  /** The options found, their query, and the choice at that time. */
  found = signal({ options: /** @type {Option[]} */ ([]), query: "", chosen: "", answer: 0 });
  /** The place of the marked row; -1: none. */
  active = signal(-1);
  input = /** @type {import("../vendor/preact.js").RefObject<HTMLInputElement>} */ (createRef());
  list = /** @type {import("../vendor/preact.js").RefObject<HTMLUListElement>} */ (createRef());
  #query = "";
  #asked = 0;
  #shown = 0; // the query that the list answers
  #coming = Promise.resolve();
  #gone = () => {};

  /** @param {Given} given */
  constructor({ empty = () => t("form.none"), floating = false, ...given }) {
    this.given = { empty, floating, ...given };
  }

  open() {
    if (this.isOpen.value) return;
    this.typed.value = this.given.text();
    this.isOpen.value = true;
    if (this.given.floating) this.#gone = lay(() => this.close());
  }

  /** Opens the whole list; the next letter typed replaces the text of the input. */
  unfold() {
    if (this.isOpen.value) return;
    this.input.current?.select();
    this.#query = "";
    this.open();
    this.refresh();
  }

  close() {
    if (!this.isOpen.value) return;
    this.isOpen.value = false;
    this.active.value = -1;
    this.#gone();
  }

  /** Closes; the focus goes back to where the list was opened. */
  leave() {
    this.close();
    this.input.current?.focus();
  }

  /** The input now has this text.
   * @param {string} words */
  type(words) {
    this.open();
    this.typed.value = words;
    this.#query = words.trim();
    this.refresh();
  }

  /** Searches as if this text had been typed.
   * @param {string} words */
  ask(words) {
    this.input.current?.focus();
    this.type(words);
  }

  /** Searches again with the same text. */
  refresh() {
    this.#asked += 1;
    this.#coming = this.#look(this.#asked, this.#query);
  }

  /** Without an answer the earlier list stays, although it belongs to another query.
   * @param {number} asked @param {string} query */
  async #look(asked, query) {
    const options = await this.given.search(query);
    if (asked !== this.#asked || !options) return;
    // A row's button may have the focus; it is removed with its row, and a list that loses the focus closes.
    if (this.list.current?.contains(document.activeElement)) this.input.current?.focus();
    this.active.value = -1;
    this.found.value = { options, query, chosen: this.given.text(), answer: asked };
    this.#shown = asked;
  }

  /** @param {Option} option */
  choose(option) {
    this.leave();
    this.given.pick(option.value);
  }

  /** Chooses the marked row, or the first one, as soon as the list belongs to the text in the input. */
  async enter() {
    const asked = this.#asked;
    await this.#coming;
    const option = this.found.value.options[Math.max(0, this.active.value)];
    if (asked === this.#asked && asked === this.#shown && this.isOpen.value && option) this.choose(option);
  }

  /** Marks another row, as soon as the list belongs to the text: a single step wraps around, a longer one stops at the ends.
   * @param {number} by */
  async move(by) {
    const asked = this.#asked;
    await this.#coming;
    if (asked !== this.#asked || !this.isOpen.value) return;
    const last = this.found.value.options.length - 1;
    if (last < 0) return;
    const now = this.active.value;
    const next = now < 0 && by < 0 ? last : now + by;
    this.active.value = Math.abs(by) === 1 ? (next + last + 1) % (last + 1) : Math.min(last, Math.max(0, next));
    this.row(this.active.value)?.scrollIntoView({ block: "nearest" });
  }

  /** @param {number} place */
  rowId(place) {
    return `${this.id}-${place}`;
  }

  /** @param {number} place */
  row(place) {
    return document.getElementById(this.rowId(place));
  }
}

/** The options that contain every word.
 * @param {Option[]} options @param {string} query */
export function filtered(options, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const seen = (/** @type {Option} */ option) => `${option.text} ${option.also ?? ""}`.toLowerCase();
  return options.filter((option) => words.every((word) => seen(option).includes(word)));
}
