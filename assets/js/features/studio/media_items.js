// One item per chosen file or link of a form: how it comes in, what of it goes up, what is wrong with it.

import { megabytes } from "../../core/dom.js";
import { address, ask, Refusal, upload } from "../../core/api.js";
import { language, t } from "../../core/words.js";

let nextId = 1;
const same = (type) => window.rhBoot.endings[type] ?? type;
const extension = (name) => same(/\.([a-z0-9]+)$/i.exec(name)?.[1].toLowerCase() ?? "");

const types = (field) => (field.accept ?? []).map(same);
export const acceptWords = (field) => (field.accept ?? []).map((type) => type.toUpperCase()).join(", ");
/** Types that go up as a copy where the field does not take them. */
export const copiedTypes = (field) => (field.accept?.length ? window.rhBoot.copied[field.kind] ?? [] : []);

/** A file or link in a field. `value` is what the body gets, empty until it has arrived; `arrival` settles then.
 * `source` is our copy of what was chosen; `value` is another one where the model does not take that as it is. */
class Item {
  constructor(kind, name, size) {
    this.id = nextId++;
    this.kind = kind;
    this.name = name;
    this.size = size;
    this.value = "";
    this.source = "";
    this.notice = "";
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
    if (this.held) return;
    Object.assign(this, { endpoint, field });
    if (this.value && this.misfits()) {
      this.value = "";
      this.arrives(() => this.settle(this.question()));
    }
  }

  /** Where others find it: our copy of the file as it was chosen, or the link. */
  address() {
    return previewOf(this.source) || (this.value.startsWith("http") ? this.value : "");
  }

  draft() {
    return { name: this.name, size: this.size, value: this.value, source: this.source };
  }

  /** The form lets go of it. An upload that a press of Generate waits for goes on. */
  release() {
    if (this.held) return;
    this.stopper.abort();
    this.show("");
  }

  show(preview) {
    if (this.preview.startsWith("blob:") && this.preview !== preview) URL.revokeObjectURL(this.preview);
    this.preview = preview;
  }

  fail(words) {
    this.error = words;
    this.changed();
    return new Refusal(words);
  }

  /** Whether the field may want something else of the chosen file than what was to go up so far. */
  misfits() {
    if (!this.source) return false;
    const [sent, chosen] = [this.value, this.source].map(extension);
    const takes = (type) => !types(this.field).length || types(this.field).includes(type);
    return !takes(sent) || (sent !== chosen && takes(chosen));
  }

  question(ref = this.source) {
    return ask("fit_input", ref, this.endpoint, this.field.key, language());
  }

  /** Takes what the server says goes up; asks again as long as the form has moved on to another field meanwhile. */
  async settle(answer) {
    let asked = this.field;
    let found = await answer;
    for (;;) {
      if (found.source) this.source = found.source;
      this.value = found.ref;
      if (asked === this.field || !this.misfits()) break;
      asked = this.field;
      found = await this.question();
    }
    if (found.problems.length) {
      this.value = "";
      throw new Refusal(found.problems.join(" "));
    }
    Object.assign(this, { name: found.name, size: found.size, notice: found.notice });
    if (found.ref !== found.source || !this.preview) this.show(previewOf(found.ref));
    this.changed();
  }

  arrives(bring) {
    this.error = "";
    this.arrival = bring().catch((fault) => {
      if (this.stopper.signal.aborted) return;
      throw this.fail(fault instanceof Refusal ? fault.message : t("media.failed", { name: this.name, why: "" }));
    });
    this.arrival.catch(() => {}); // Told on the item; a press of Generate awaits it by itself.
  }
}

const previewOf = (value) => (value.startsWith("input:") ? address(`rh/inputs/${encodeURIComponent(value.slice(6))}`) : "");

/** A link goes up as it is, except that one of this page means its file. */
export function linkItem(field, link) {
  const item = new Item(field.kind, link, null);
  item.value = link;
  if (link.startsWith("http")) {
    item.arrives(async () => {
      await null; // Its field is told right after it is made.
      const found = await ask("take_link", link, item.endpoint, item.field.key, language());
      if (found.ref !== link) await item.settle(found);
    });
  }
  return item;
}

/** What a file is, by its type or, where the browser knows none, by its name. */
export function kindOf(field, { name, type }) {
  const known = type.split("/")[0];
  if (known) return known;
  return [...types(field), ...copiedTypes(field)].includes(extension(name)) ? field.kind : "";
}

/** A file just chosen: goes up at once, is copied and checked by the server against its field. */
export function fileItem(field, file) {
  const item = new Item(field.kind, file.name, file.size);
  item.preview = URL.createObjectURL(file);
  const progress = (share) => {
    item.percent = Math.round(share * 100);
    item.changed();
  };
  item.arrives(async () => {
    const data = await upload(file, progress, item.stopper.signal);
    await item.settle(ask("keep_input", data, item.endpoint, item.field.key, language()));
  });
  return item;
}

/** A result of an earlier run; our own copy of it goes up. */
export function resultItem(field, output) {
  const item = new Item(field.kind, output.name, output.size);
  item.percent = 100;
  item.show(address(output.url));
  item.arrives(async () => {
    await null; // Its field is told right after it is made.
    await item.settle(ask("take_result", output.id, item.endpoint, item.field.key, language()));
  });
  return item;
}

/** Puts items into a field of a studio's form, behind those it has or, where it takes one only, in their place. */
export function bring(studio, field, items) {
  if (!items.length) return;
  const there = studio.media[field.key];
  if (!field.many) for (const item of there.splice(0)) item.release();
  for (const item of items) {
    item.belongs(studio.spec.path, field, () => studio.mediaChanged(field.key));
    there.push(item);
  }
  studio.mediaChanged(field.key);
}

/** An item out of a draft or a past run; asks whether our copy is still there. */
export function restoredItem(field, draft) {
  if (!draft.value.startsWith("input:")) return linkItem(field, draft.value);
  const item = new Item(field.kind, draft.name ?? "", draft.size ?? null);
  item.value = draft.value;
  item.show(previewOf(draft.value));
  item.arrives(async () => {
    await null; // Its field is told right after it is made.
    let found = await item.question(draft.source || draft.value);
    if (found.gone && draft.source && draft.source !== draft.value) found = await item.question(draft.value);
    if (found.gone) found.problems = [t("media.lost")];
    await item.settle(found);
  });
  return item;
}

/** Whether an item of the model before may stay in the same field of the new one. */
export function carriedItem(item, field) {
  return !item.error && (item.value.startsWith("http") || !refusalOf(field, item));
}

/** Why a file need not even come in, by its name and size; what it is the server tells by its content. */
export function refusalOf(field, { name, size, type = field.kind }) {
  const named = extension(name);
  const taken = types(field).includes(named) || !types(field).length;
  if (size === 0) return t("media.empty", { name });
  if (!taken && named && type && !copiedTypes(field).includes(named)) return t("media.wrong_type", { name, types: acceptWords(field) });
  if (taken && field.maxMb && size > field.maxMb * 1048576) return t("media.too_big", { name, size: megabytes(size), mb: field.maxMb });
  return "";
}
