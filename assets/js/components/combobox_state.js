// @ts-check
// What a searchable list holds: the words in its input, what was found for them, the row that is marked. It draws nothing
// (combobox.js does).

import { lay } from "../core/layers.js";
import { createRef, signal } from "../vendor/preact.js";
import { t } from "../core/words.js";

/** One row. `also`: searched too; `group`: the heading it stands under; `node`: drawn in place of its text.
 * @typedef {{ value: import("../types.js").Scalar, text: string, also?: string, group?: string, node?: import("../vendor/preact.js").ComponentChildren }} Option */

/** `text()`: what stands in the closed input. `search(query)`: a promise of the rows for these words, null where there is
 * no answer. `actions(option)`: a row's own buttons. `empty(query)`: what stands in an empty list. `floating`: the list
 * lies over the page.
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
  /** What stands in the open input. */
  typed = signal("");
  /** What was found, for which words, with what chosen then. */
  found = signal({ options: /** @type {Option[]} */ ([]), query: "", chosen: "", answer: 0 });
  /** The place of the marked row; -1: none. */
  active = signal(-1);
  input = /** @type {import("../vendor/preact.js").RefObject<HTMLInputElement>} */ (createRef());
  list = /** @type {import("../vendor/preact.js").RefObject<HTMLUListElement>} */ (createRef());
  #query = "";
  #asked = 0;
  #shown = 0; // the question that the list answers
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

  /** Opens with everything in it; the next letter typed takes the place of what stands in the input. */
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

  /** These words stand in the input now.
   * @param {string} words */
  type(words) {
    this.open();
    this.typed.value = words;
    this.#query = words.trim();
    this.refresh();
  }

  /** As if these words had been typed.
   * @param {string} words */
  ask(words) {
    this.input.current?.focus();
    this.type(words);
  }

  /** Asks again for the same words. */
  refresh() {
    this.#asked += 1;
    this.#coming = this.#look(this.#asked, this.#query);
  }

  /** A list that can't be had leaves the one before, which is not that of these words.
   * @param {number} asked @param {string} query */
  async #look(asked, query) {
    const options = await this.given.search(query);
    if (asked !== this.#asked || !options) return;
    // A row's button may have the focus; it goes with its row, and a list without the focus closes.
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

  /** Takes the row that is marked, or the first one, once the list is that of the words in the input. */
  async enter() {
    const asked = this.#asked;
    await this.#coming;
    const option = this.found.value.options[Math.max(0, this.active.value)];
    if (asked === this.#asked && asked === this.#shown && this.isOpen.value && option) this.choose(option);
  }

  /** Marks another row of the list of the words in the input: round about step by step, no further than the ends by more.
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

/** Those in which every word is found.
 * @param {Option[]} options @param {string} query */
export function filtered(options, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const seen = (/** @type {Option} */ option) => `${option.text} ${option.also ?? ""}`.toLowerCase();
  return options.filter((option) => words.every((word) => seen(option).includes(word)));
}
