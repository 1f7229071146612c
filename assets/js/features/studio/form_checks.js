// @ts-check
// The server's check of a form: its price, its rules and its problems; requested when the form changes.

import { debounced, eager } from "../../core/timing.js";
import { post } from "../../core/api.js";
import { signal } from "../../vendor/preact.js";
import { told } from "./form_errors.js";
import { itemsOf } from "./form_state.js";
import { startStates } from "./form_transfer.js";
import { t } from "../../core/words.js";
import { target } from "../team/projects.js";

/** @typedef {import("../../core/api_types.js").Estimate} Estimate
 * @typedef {Omit<Estimate, "problems" | "fields" | "account" | "unfit"> & { source: "table" | "service", by_table: import("../team/amounts.js").TablePrice, free?: boolean, free_left?: number | null, account?: string, unfit?: string }} Price
 * @typedef {{ problems: Record<string, string>, concerned: Set<string> }} Wrong the sentence for each field, and the fields that it names */

const NOTHING_WRONG = /** @type {Wrong} */ ({ problems: {}, concerned: new Set() });

export class FormChecks {
  /** null: not known yet. */
  price = signal(/** @type {Price | null} */ (null));
  wrong = signal(NOTHING_WRONG);
  /** After a press of Generate all problems are shown, before that only those of touched fields. */
  pressed = false;
  /** RunningHub's messages about fields, until these are changed.
   * @type {Record<string, string>} */
  #blamed = {};
  /** The last problems, and the form that they belong to.
   * @type {{ print: string, problems: import("../../core/api_types.js").FieldProblem[] } | null} */
  #told = null;
  #asked = 0;

  /** @param {import("./form_state.js").FormState} form */
  constructor(form) {
    this.form = form;
    this.assess = eager(() => this.now(), 150);
    this.quote = debounced((/** @type {string} */ print) => this.#askPrice(print), 350);
  }

  /** Identifies what is asked about: the form, and where its run would belong. */
  get print() {
    return `${target.value} ${this.form.print}`;
  }

  /** The account that was named with the price of exactly this form; empty: none was. */
  get account() {
    return (this.#told?.print === this.print && this.price.value?.account) || "";
  }

  /** Another form is open; its starting states are known at once. */
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

  /** Asks the server, unless the last answer is about the same form; `anew`: always. If the answer allows fields that were
   * not in the body, it asks again. */
  async now(anew = false) {
    const { spec } = this.form;
    if (!spec) return;
    const asked = ++this.#asked;
    for (const last of [false, true]) {
      const { print } = this;
      if (!anew && print === this.#told?.print) break;
      const answer = await post("/models/estimate", { endpoint: spec.path, params: this.form.body, project: target.value }).catch(() => null);
      // The price line keeps its text; the next change asks again.
      if (!answer || asked !== this.#asked || spec.path !== this.form.spec?.path) return;
      this.form.states = answer.fields;
      this.#told = null;
      if (!last && this.print !== print) continue;
      this.#heed(answer, print);
      break;
    }
    this.tell();
    if (this.#told && !this.#told.problems.length && !window.rhBoot.demo && this.price.value?.source === "table") this.quote(this.#told.print);
  }

  /** @param {Estimate} answer @param {string} print */
  #heed(answer, print) {
    this.price.value = { ...answer, source: "table", by_table: { amount: answer.amount, currency: answer.currency } };
    this.#told = { print, problems: answer.problems };
  }

  /** The service's own price replaces the table's; an answer for an earlier state of the form is dropped.
   * @param {string} print */
  async #askPrice(print) {
    if (print !== this.print || !this.form.spec) return;
    const own = await post("/models/quote", { endpoint: this.form.spec.path, params: this.form.body, project: target.value }).catch(() => null);
    if (print !== this.print || !(own?.amount || own?.free) || !this.price.value) return;
    this.price.value = { ...this.price.value, ...own, from: false, how: "", source: "service" };
  }

  /** Shows problems at their fields; before a press only of touched fields, and not that something is missing. */
  tell() {
    const { spec, touched } = this.form;
    if (!spec) return;
    const found = told(this.#told?.problems ?? [], { spec, touched, pressed: this.pressed });
    this.wrong.value = { ...found, problems: { ...this.#blamed, ...found.problems } };
  }

  /** What the form lacks, found without the server: each text at the first of its fields.
   * @param {{ keys: string[], words: string }[]} empty */
  lacks(empty) {
    this.pressed = true;
    const { problems, concerned } = this.wrong.value;
    const said = { ...problems };
    for (const { keys, words } of empty) said[keys[0]] ??= words;
    this.wrong.value = { problems: said, concerned: new Set([...concerned, ...empty.flatMap(({ keys }) => keys)]) };
  }

  /** Shows at each field RunningHub's message about it, until the field is changed.
   * @param {{ field: string, said: string }[]} blames */
  blame(blames) {
    for (const { field, said } of blames) if (field) this.#blamed[field] = t("workflows.blamed", { said });
    this.tell();
  }

  /** @param {string} key */
  isBlamed(key) {
    return key in this.#blamed;
  }

  /** Whether the server has found problems in exactly this form. */
  get isKnownWrong() {
    const complete = itemsOf(this.form.snapshot()).every((item) => item.value);
    return complete && Boolean(this.#told?.problems.length) && this.#told?.print === this.print;
  }
}
