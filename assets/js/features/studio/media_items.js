// @ts-check
// One item per chosen file or link of a form: its upload, what is sent for it, what is wrong with it.

import { megabytes } from "../../core/format.js";
import { address, post, Refusal, upload } from "../../core/api.js";
import { signal } from "../../vendor/preact.js";
import { fileKind, referenceParts } from "./spec.js";
import { sentences, t } from "../../core/words.js";

/** @typedef {import("../../types.js").Field} Field
 * @typedef {import("../../types.js").FormItem} FormItem
 * @typedef {import("../../core/api_types.js").FittedInput} Found
 * @typedef {{ name: string, size: number | null, value: string, source: string, notice: string, preview: string, percent: number, error: string }} Standing */

let nextId = 1;
/** @param {string} type */
const same = (type) => window.rhBoot.endings[type] ?? type;
/** @param {string} name */
const extension = (name) => same(/\.([a-z0-9]+)$/i.exec(name)?.[1].toLowerCase() ?? "");

/** @param {Field} field */
const types = (field) => (field.accept ?? []).map(same);
/** @param {Field} field */
export const acceptWords = (field) => (field.accept ?? []).map((type) => type.toUpperCase()).join(", ");
/** Types that are sent as a copy where the field does not take them.
 * @param {Field} field */
export const copiedTypes = (field) => (field.accept?.length ? window.rhBoot.copied[fileKind(field)] ?? [] : []);

/** A file or link in a field. `value` is sent in the body, empty until the upload ends; `arrival` settles then. `source`
 * is our copy of the chosen file; `value` is a converted copy if the model does not take it as it is. */
export class Item {
  id = nextId++;
  endpoint = "";
  #held = 0; // presses of Generate that still need the item
  #isLeft = false; // the form has released it
  /** Its model and field.
   * @type {{ endpoint: string, field: Field } | null} */
  #place = null;
  changed = () => {};
  /** @type {Promise<void>} */
  arrival = Promise.resolve();
  stopper = new AbortController();
  /** What the prompt calls it, as long as it is one of a list of references. */
  called = "";
  #now;

  /** @param {Field} field @param {Partial<Standing>} first */
  constructor(field, first) {
    this.field = field;
    this.kind = fileKind(field);
    this.#now = signal(/** @type {Standing} */ ({ name: "", size: null, value: "", source: "", notice: "", preview: "", percent: 0, error: "", ...first }));
  }

  /** Its present state: parts that read it are drawn again when it changes. */
  get now() {
    return this.#now.value;
  }

  get name() {
    return this.now.name;
  }

  get size() {
    return this.now.size;
  }

  get value() {
    return this.now.value;
  }

  get error() {
    return this.now.error;
  }

  /** @param {Partial<Standing>} news */
  put(news) {
    this.#now.value = { ...this.#now.peek(), ...news };
  }

  /** Sets its field. While a press of Generate needs it, it stays with the field of that press.
   * @param {string} endpoint @param {Field} field @param {() => void} changed */
  belongs(endpoint, field, changed) {
    this.changed = changed;
    this.#isLeft = false;
    this.#place = { endpoint, field };
    if (!this.#held) this.#fit();
  }

  #fit() {
    Object.assign(this, this.#place);
    if (this.value && this.misfits()) {
      this.put({ value: "" });
      this.arrives(() => this.settle(this.question()));
    }
  }

  /** Its address: our copy of the chosen file, or the link. */
  address() {
    return previewOf(this.now.source) || (this.value.startsWith("http") ? this.value : "");
  }

  draft() {
    const { name, size, value, source } = this.now;
    return { name, size, value, source, ...(this.called && { called: this.called }) };
  }

  /** A press of Generate needs it. */
  hold() {
    this.#held += 1;
  }

  /** That press is finished: now does what the form wanted meanwhile. */
  free() {
    this.#held -= 1;
    if (this.#isLeft) this.release();
    else if (!this.#held && this.#place && this.#place.field !== this.field) this.#fit();
  }

  /** The form releases it. An upload that a press of Generate waits for continues. */
  release() {
    this.#isLeft = true;
    if (this.#held) return;
    this.stopper.abort();
    this.show("");
  }

  /** @param {string} preview */
  show(preview) {
    const before = this.now.preview;
    if (before.startsWith("blob:") && before !== preview) URL.revokeObjectURL(before);
    this.put({ preview });
  }

  /** @param {string} error */
  fail(error) {
    this.put({ error });
    this.changed();
    return new Refusal(error);
  }

  /** Whether the field may need another copy of the chosen file than the present one. */
  misfits() {
    const { source, value } = this.now;
    if (!source) return false;
    const [sent, chosen] = [value, source].map(extension);
    const wanted = types(this.field);
    const takes = (/** @type {string} */ type) => !wanted.length || wanted.includes(type);
    return !takes(sent) || (sent !== chosen && takes(chosen));
  }

  /** @returns {Promise<Found>} */
  question(ref = this.now.source) {
    return post("/inputs/fit", { ref, endpoint: this.endpoint, field: this.field.key });
  }

  /** Takes the server's answer about what is sent; asks again while the item's field has changed meanwhile.
   * @param {Found | Promise<Found>} answer */
  async settle(answer) {
    let asked = this.field;
    let found = await answer;
    for (;;) {
      this.put({ value: found.ref, source: found.source || this.now.source });
      if (asked === this.field || !this.misfits()) break;
      asked = this.field;
      found = await this.question();
    }
    if (found.problems.length) {
      this.put({ value: "" });
      throw new Refusal(sentences(...found.problems));
    }
    this.put({ name: found.name, size: found.size, notice: found.notice });
    if (found.ref !== found.source || !this.now.preview) this.show(previewOf(found.ref));
    this.changed();
  }

  /** @param {() => Promise<void>} bring */
  arrives(bring) {
    this.put({ error: "" });
    this.arrival = bring().catch((fault) => {
      if (this.stopper.signal.aborted) return;
      throw this.fail(fault instanceof Refusal ? fault.message : t("media.failed", { name: this.name, why: "" }));
    });
    this.arrival.catch(() => {}); // Shown at the item; a press of Generate awaits it itself.
  }
}

/** @param {string} value */
const previewOf = (value) => (value.startsWith("input:") ? address(`rh/inputs/${encodeURIComponent(value.slice(6))}`) : "");

/** A link is sent as it is; an address of this page stands for its file.
 * @param {Field} field @param {string} link */
export function linkItem(field, link) {
  const item = new Item(field, { name: link, value: link });
  if (link.startsWith("http")) {
    item.arrives(async () => {
      await null; // Its field is set right after its creation.
      const found = await post("/inputs/link", { link, endpoint: item.endpoint, field: item.field.key });
      if (found.ref !== link) await item.settle(found);
    });
  }
  return item;
}

/** Gives each of a list of references that has none a name that is free; the others keep theirs, so that the prompt goes
 * on naming the same file.
 * @param {Field} field @param {Item[]} items */
export function nameEach(field, items) {
  const parts = referenceParts(field);
  if (!parts) return;
  const taken = new Set(items.map((item) => item.called));
  for (const item of items.filter(({ called }) => !called)) {
    let number = 1;
    while (taken.has(`${parts.of}_${number}`)) number += 1;
    item.called = `${parts.of}_${number}`;
    taken.add(item.called);
  }
}

/** The kind of a file, by its type or, where the browser knows none, by its name.
 * @param {Field} field @param {{ name: string, type: string }} file @returns {string} */
export function kindOf(field, { name, type }) {
  const known = type.split("/")[0];
  if (known) return known;
  return [...types(field), ...copiedTypes(field)].includes(extension(name)) ? fileKind(field) : "";
}

/** A chosen file: it is uploaded at once, copied, and checked by the server against its field.
 * @param {Field} field @param {File} file */
export function fileItem(field, file) {
  const item = new Item(field, { name: file.name, size: file.size, preview: URL.createObjectURL(file) });
  item.arrives(async () => {
    const data = await upload(file, (/** @type {number} */ share) => item.put({ percent: Math.round(share * 100) }), item.stopper.signal);
    await item.settle(post("/inputs/upload", { file: data, endpoint: item.endpoint, field: item.field.key }));
  });
  return item;
}

/** A result of an earlier run; our own copy of it is sent.
 * @param {Field} field @param {import("../../core/api_types.js").Output} output */
export function resultItem(field, output) {
  const item = new Item(field, { name: output.name, size: output.size, percent: 100, preview: address(output.url) });
  item.arrives(async () => {
    await null; // Its field is set right after its creation.
    await item.settle(post("/inputs/result", { id: output.id, endpoint: item.endpoint, field: item.field.key }));
  });
  return item;
}

/** An item from a draft or a past run; asks whether our copy still exists.
 * @param {Field} field @param {FormItem} draft */
export function restoredItem(field, { name, size, value, source, called = "" }) {
  if (!value.startsWith("input:")) return Object.assign(linkItem(field, value), { called });
  const item = new Item(field, { name: name ?? "", size: size ?? null, value, preview: previewOf(value) });
  item.called = called;
  item.arrives(async () => {
    await null; // Its field is set right after its creation.
    let found = await item.question(source || value);
    if (found.gone && source && source !== value) found = await item.question(value);
    if (found.gone) found.problems = [t("media.lost")];
    await item.settle(found);
  });
  return item;
}

/** Whether an item of the earlier model may stay in the same field of the new one.
 * @param {FormItem} item @param {Field} field */
export function carriedItem(item, field) {
  return !item.error && (item.value.startsWith("http") || !refusalOf(field, item));
}

/** Why a file is refused before its upload, by its name and size; the server checks its content.
 * @param {Field} field @param {{ name: string, size: number | null, type?: string }} file */
export function refusalOf(field, { name, size, type = fileKind(field) }) {
  const named = extension(name);
  const taken = types(field).includes(named) || !types(field).length;
  if (size === 0) return t("media.empty", { name });
  if (!taken && named && type && !copiedTypes(field).includes(named)) return t("media.wrong_type", { name, types: acceptWords(field) });
  if (taken && field.maxMb && size !== null && size > field.maxMb * 1048576) return t("media.too_big", { name, size: megabytes(size), mb: field.maxMb });
  return "";
}
