// @ts-check
// One studio tab: its models, and the form of the chosen one with its checks (form_checks.js) and its submission
// (submission.js). No drawing here; parts that read it are drawn again.

import { FormChecks } from "./form_checks.js";
import { FormState } from "./form_state.js";
import { carried } from "./form_transfer.js";
import { debounced, latest } from "../../core/timing.js";
import { loadDraft, moveAlong, recents, saveDraft, wasUsed } from "../../core/local_state.js";
import { address, exact, NoAnswer, onChange } from "../../core/api.js";
import { batch, signal } from "../../vendor/preact.js";
import { mayRun } from "../../core/person.js";
import { StartValues } from "./start_values.js";
import { Submission } from "./submission.js";
import { sentences, t } from "../../core/words.js";

/** @typedef {import("../../core/api_types.js").Modality} Modality
 * @typedef {import("../../types.js").Spec} Spec
 * @typedef {import("./form_state.js").Items} Items
 * @typedef {import("./form_state.js").Stored} Stored */

/** @type {Map<string, Studio>} */
const studios = new Map();
/** @type {Map<string, typeof Studio>} */
const kinds = new Map();

/** Registers the studio class of a modality.
 * @param {Modality} modality @param {typeof Studio} Kind */
export const addKind = (modality, Kind) => kinds.set(modality, Kind);

/** The one studio of a modality, made at the first call.
 * @param {string} modality */
export function studioOf(modality) {
  const there = studios.get(modality);
  if (there) return there;
  const made = new (kinds.get(modality) ?? Studio)(/** @type {Modality} */ (modality));
  studios.set(modality, made);
  return made;
}

/** The models of a tab; those of the first tab are loaded by the page's head.
 * @param {Modality} modality @returns {Promise<Spec[]>} */
async function modelsOf(modality) {
  const { table, language, first } = window.rhBoot;
  const asked = async () => {
    const answer = await fetch(address(`rh/models/${table}/${language}/${modality}.json`));
    if (!answer.ok) throw new NoAnswer(String(answer.status));
    return exact(await answer.text());
  };
  const here = first?.tab === modality && first.models;
  if (here) window.rhBoot.first = null;
  const { fields, models } = await (here || asked());
  // Fields that many models share are sent once.
  return models.map((/** @type {{ fields: number[] }} */ model) => ({ ...model, fields: model.fields.map((place) => fields[place]) }));
}

const wish = latest((/** @type {() => Promise<any>} */ work) => work());

/** Fills a whole form from a past run or a file: only the last call counts, whichever is answered first; null for one that
 * was overtaken.
 * @template Filled @param {() => Promise<Filled>} work @returns {Promise<Filled | null>} */
export const lastWish = (work) => wish(work);

export class Studio extends FormState {
  /** @type {Promise<void> | null} */
  #ready = null;
  /** The models could not be loaded; this is tried again. */
  isUnread = signal(false);
  #read = latest(() => modelsOf(this.modality));
  #models = signal(/** @type {Spec[]} */ ([]));
  #notice = signal("");
  #ledTo = signal(/** @type {{ key: string } | null} */ (null));
  /** On a phone, where the form is a sheet: whether it is folded. */
  folded;
  /** Whether the form began with what was typed at an earlier visit. */
  isFromDraft = false;
  /** What earlier runs of an app or workflow cost, in words. */
  costs = signal("");

  /** @param {Modality} modality */
  constructor(modality) {
    super();
    this.modality = modality;
    this.folded = signal(wasUsed(modality)); // known before the runs are, so that the sheet does not jump
    this.checks = new FormChecks(this);
    this.submission = new Submission(this);
    this.starts = new StartValues(this);
    this.keep = debounced(() => this.keepNow(), 250);
    const begin = () => void this.ready.catch(() => {});
    begin();
    onChange((online) => online && begin());
    window.addEventListener("pagehide", () => this.keepNow());
    window.addEventListener("beforeunload", (event) => this.isComing && event.preventDefault());
    window.addEventListener("rh:leaving", () => this.keepNow());
    window.addEventListener("rh:table", () => this.renew());
  }

  get models() {
    return this.#models.value;
  }

  set models(models) {
    this.#models.value = models;
  }

  /** The message about the whole form: why the model changed, what could not be kept. */
  get notice() {
    return this.#notice.value;
  }

  /** The field that was focused last for the user. */
  get ledTo() {
    return this.#ledTo.value;
  }

  get presses() {
    return this.submission.presses;
  }

  /** Settles when the models are loaded; after a failure the next caller loads them again. */
  get ready() {
    return (this.#ready ??= this.#begin());
  }

  async #begin() {
    try {
      await this.load();
      this.isUnread.value = false;
    } catch (fault) {
      this.isUnread.value = true;
      this.#ready = null;
      throw fault;
    }
  }

  async load() {
    const models = await this.#read();
    if (!models) return; // a newer table was loaded meanwhile
    this.models = models;
    moveAlong(models);
    this.#begun();
  }

  /** The stored draft, or the form of the usual model. */
  #begun() {
    const draft = loadDraft(this.modality);
    this.isFromDraft = Boolean(draft);
    const drafted = draft && this.find(draft.path, draft.formerly);
    const spec = drafted ?? this.#usual();
    if (spec) this.fill(spec, draft ?? {}, draft && !drafted ? this.#withdrawn(draft, spec) : "");
  }

  /** The last used model that is not being retired, or else the one for newcomers. */
  #usual() {
    const used = recents().map((path) => this.models.find((model) => model.path === path));
    return used.find((model) => model && !model.deprecated) ?? this.firstModel();
  }

  /** The message that a draft's model is gone, and which of its files and texts have no field now.
   * @param {import("../../core/browser_storage.js").Draft} draft @param {Spec} spec */
  #withdrawn({ path, title = path, values = {}, media = {} }, spec) {
    const known = this.models.flatMap(({ fields }) => fields);
    const field = (/** @type {string} */ key) => known.find((one) => one.key === key);
    const made = [...Object.keys(media), ...Object.keys(values).filter((key) => field(key)?.kind === "text" && values[key])];
    const homeless = made.filter((key) => !spec.fields.some((one) => one.key === key)).map((key) => field(key)?.label ?? key);
    return sentences(t("card.model_gone", { model: title }), homeless.length > 0 && t("form.no_place", { fields: homeless.join(", ") }));
  }

  /** The model with this path, now or formerly; `formerly`: its earlier paths.
   * @param {string} path @param {string[]} formerly */
  find(path, formerly = []) {
    const named = this.models.find((model) => model.path === path);
    const moved = this.models.find((model) => model.formerly?.includes(path));
    const before = this.models.find((model) => formerly.includes(model.path));
    return named && !named.deprecated ? named : moved ?? named ?? before;
  }

  /** As `find`, once the models are loaded.
   * @param {string} path @returns {Promise<Spec | undefined>} */
  async lookUp(path) {
    await this.ready;
    return this.find(path);
  }

  /** Another table is in use: the same model keeps its values, as far as they still fit. */
  async renew() {
    let models;
    try {
      await this.ready;
      models = await this.#read();
    } catch {
      window.rhBoot.table = ""; // The next answer for the top line loads it again.
      return;
    }
    if (!models) return;
    moveAlong(models);
    this.models = models;
    if (!this.spec) {
      this.#begun();
      return;
    }
    const { path, formerly, title } = this.spec;
    const spec = this.find(path, formerly) ?? this.firstModel();
    if (!spec) {
      this.empty(t("card.model_gone", { model: title }));
      return;
    }
    const known = spec.path === path || spec.formerly?.includes(path) || formerly?.includes(spec.path);
    const { values, media, touched } = this;
    if (JSON.stringify(spec) === JSON.stringify(this.spec)) this.put({ spec, values, media, touched });
    else this.adopt(spec, known ? t("table.changed_now") : t("card.model_gone", { model: title }));
  }

  firstModel() {
    return this.models.find((model) => !model.deprecated && model.price) ?? this.models[0];
  }

  /** Focuses a field for the user.
   * @param {string} key */
  lead(key) {
    this.folded.value = false;
    this.#ledTo.value = { key };
  }

  /** Takes a model with stored values (a draft's or a past run's). `notice`: a message about them.
   * @param {Spec} spec @param {Stored} stored */
  fill(spec, stored = {}, notice = "") {
    const before = this.media;
    this.#changeModel(() => [notice, this.#fellBack(this.putStored(spec, stored))]);
    this.releaseBut(before);
    this.starts.wasFilled(stored.taken);
    this.costs.value = spec.costs ?? "";
  }

  /** Changes the model; only values that both have and the new one accepts are carried over. Returns whether it exists: the
   * table may have changed since it was shown.
   * @param {string | undefined} path */
  choose(path) {
    const spec = this.models.find((model) => model.path === path);
    if (spec && spec !== this.spec) this.adopt(spec);
    return Boolean(spec);
  }

  /** `news`: why the model changes, if the user did not change it.
   * @param {Spec} spec */
  adopt(spec, news = "") {
    const { spec: before, values, media, touched } = this;
    if (!before) {
      this.fill(spec);
      return;
    }
    this.starts.willCarry();
    const form = carried(spec, before, { values, media, touched });
    const kept = /** @type {Items} */ (form.media);
    for (const [key, items] of Object.entries(media)) {
      for (const item of items) if (!kept[key]?.includes(item)) item.release();
    }
    const homeless = form.homeless.length ? t("form.no_place", { fields: form.homeless.join(", ") }) : "";
    this.#changeModel(() => {
      this.put({ spec, values: form.values, media: kept, touched: form.touched });
      return [news, this.#fellBack(form.lost), homeless];
    });
  }

  /** Removes the model; what was typed stays as a draft.
   * @param {string} notice */
  empty(notice = "") {
    this.keepNow();
    const before = this.media;
    batch(() => {
      Object.assign(this, { spec: null, values: {}, media: {} });
      this.#notice.value = notice;
    });
    this.releaseBut(before);
  }

  /** @param {string[]} lost */
  #fellBack(lost) {
    return lost.length ? t("form.fell_back", { fields: lost.join(", ") }) : "";
  }

  /** `change` returns the messages: what could not be kept from the earlier form.
   * @param {() => string[]} change */
  #changeModel(change) {
    batch(() => {
      this.#notice.value = sentences(...change());
      this.submission.message.value = "";
      this.checks.anew();
    });
    this.keep();
  }

  /** @override @param {string} key */
  changed(key) {
    super.changed(key);
    this.submission.message.value = "";
    this.keep();
    this.checks.changed(key);
  }

  /** @override @param {string} key @param {boolean} yes */
  setFresh(key, yes) {
    super.setFresh(key, yes);
    this.keep();
  }

  keepNow() {
    if (this.spec) saveDraft(this.modality, this.draft());
  }

  /** @override */
  draft() {
    return { ...super.draft(), taken: this.starts.taken };
  }

  /** Starts what is on the screen now. */
  generate() {
    return mayRun() ? this.submission.press() : Promise.resolve();
  }

  /** Gets the ended runs, for a message about the last press.
   * @param {import("../../core/api_types.js").Card[]} ended */
  heed(ended) {
    this.submission.heed(ended);
  }

  /** Shows at each field RunningHub's message about it, and focuses the first.
   * @param {import("../../core/api_types.js").Blame[]} blames */
  blameFirst(blames) {
    this.checks.blame(blames);
    const first = this.spec?.fields.find(({ key }) => this.checks.isBlamed(key));
    if (first) this.lead(first.key);
  }
}
