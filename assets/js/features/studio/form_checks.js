// @ts-check
// What a form costs, what the rules leave of it and what is wrong with it, as the server says; asked as it changes.

import { debounced, eager } from "../../core/timing.js";
import { post } from "../../core/api.js";
import { signal } from "../../vendor/preact.js";
import { told } from "./form_errors.js";
import { itemsOf } from "./form_state.js";
import { startStates } from "./form_transfer.js";
import { t } from "../../core/words.js";

/** @typedef {import("../../core/api_types.js").Estimate} Estimate
 * @typedef {Omit<Estimate, "problems" | "fields"> & { source: "table" | "service", free?: boolean, free_left?: number | null }} Price
 * @typedef {{ problems: Record<string, string>, concerned: Set<string> }} Wrong the sentence for each field, and the fields that it names */

const NOTHING_WRONG = /** @type {Wrong} */ ({ problems: {}, concerned: new Set() });

export class FormChecks {
  /** null: not known yet. */
  price = signal(/** @type {Price | null} */ (null));
  wrong = signal(NOTHING_WRONG);
  /** Once Generate was pressed all is told, before that only what a person has touched. */
  pressed = false;
  /** What RunningHub said of a field, until it is changed.
   * @type {Record<string, string>} */
  #blamed = {};
  /** What was found, and of which form.
   * @type {{ print: string, problems: import("../../core/api_types.js").FieldProblem[] } | null} */
  #told = null;
  #asked = 0;

  /** @param {import("./form_state.js").FormState} form */
  constructor(form) {
    this.form = form;
    this.assess = eager(() => this.now(), 150);
    this.quote = debounced((/** @type {string} */ print) => this.#askPrice(print), 350);
  }

  /** Another form is there; what the table says of it as it opens is known at once. */
  anew() {
    const { spec, values, media } = this.form;
    const known = spec && startStates(spec, { values, media });
    this.form.states = known ?? {};
    this.pressed = false;
    this.#blamed = {};
    this.#told = null;
    this.wrong.value = NOTHING_WRONG;
    this.price.value = null;
    if (known) this.assess.later();
    else this.assess();
  }

  /** @param {string} key */
  changed(key) {
    delete this.#blamed[key];
    this.assess();
  }

  /** Asks, unless just this form was answered last; `anew`: all the same. What comes back into the form by the answer was
   * not in the question, so it is asked once more. */
  async now(anew = false) {
    const { spec } = this.form;
    if (!spec) return;
    const asked = ++this.#asked;
    for (const last of [false, true]) {
      const { print } = this.form;
      if (!anew && print === this.#told?.print) break;
      const answer = await post("/models/estimate", { endpoint: spec.path, params: this.form.body }).catch(() => null);
      // The price line keeps what it said; the next change asks again.
      if (!answer || asked !== this.#asked || spec.path !== this.form.spec?.path) return;
      this.form.states = answer.fields;
      this.#told = null;
      if (!last && this.form.print !== print) continue;
      this.#heed(answer, print);
      break;
    }
    this.tell();
    if (this.#told && !this.#told.problems.length && !window.rhBoot.demo && this.price.value?.source === "table") this.quote(this.#told.print);
  }

  /** @param {Estimate} answer @param {string} print */
  #heed(answer, print) {
    this.price.value = { ...answer, source: "table" };
    this.#told = { print, problems: answer.problems };
  }

  /** The service's own price stands above the table's; an answer for a form that has moved on is dropped.
   * @param {string} print */
  async #askPrice(print) {
    if (print !== this.form.print || !this.form.spec) return;
    const own = await post("/models/quote", { endpoint: this.form.spec.path, params: this.form.body }).catch(() => null);
    if (print !== this.form.print || !(own?.amount || own?.free) || !this.price.value) return;
    this.price.value = { ...this.price.value, ...own, from: false, how: "", source: "service" };
  }

  /** Says what was found wrong, at its field; before a press only what a person has touched and not just left open. */
  tell() {
    const { spec, touched } = this.form;
    if (!spec) return;
    const found = told(this.#told?.problems ?? [], { spec, touched, pressed: this.pressed });
    this.wrong.value = { ...found, problems: { ...this.#blamed, ...found.problems } };
  }

  /** What each field lacks before anything is asked: the words for the first of its keys.
   * @param {{ keys: string[], words: string }[]} empty */
  lacks(empty) {
    this.pressed = true;
    const { problems, concerned } = this.wrong.value;
    const said = { ...problems };
    for (const { keys, words } of empty) said[keys[0]] ??= words;
    this.wrong.value = { problems: said, concerned: new Set([...concerned, ...empty.flatMap(({ keys }) => keys)]) };
  }

  /** Says at each field what RunningHub said of it, until it is changed.
   * @param {{ field: string, said: string }[]} blames */
  blame(blames) {
    for (const { field, said } of blames) if (field) this.#blamed[field] = t("workflows.blamed", { said });
    this.tell();
  }

  /** @param {string} key */
  isBlamed(key) {
    return key in this.#blamed;
  }

  /** Whether the server has already found something wrong with just this form. */
  get isKnownWrong() {
    const complete = itemsOf(this.form.snapshot()).every((item) => item.value);
    return complete && Boolean(this.#told?.problems.length) && this.#told?.print === this.form.print;
  }
}
