// @ts-check
// The studio of apps, workflows and quick creations: one form at a time, loaded by its path.

import { get, onChange, post, Refusal } from "../../core/api.js";
import { debounced, latest } from "../../core/timing.js";
import { loadDraft, saveDraft } from "../../core/local_state.js";
import { signal } from "../../vendor/preact.js";
import { areComing, drafted } from "../studio/form_state.js";
import { addKind, Studio } from "../studio/studio.js";

/** @typedef {import("../../types.js").Spec} Spec @typedef {import("../studio/form_state.js").Items} Items */
/** A saved form: its kind, RunningHub's id, its picture, the text that is shown when it has no inputs, and the projects in whose
 * lists it is.
 *
 * @typedef {Spec & { kind: string, id: string, cover: string, empty: string, projects: string[] }} RunSpec */

/** The draft of a form is stored by the form's path; the form that was open last, by the tab's name.
 * @param {string} path */
const draftOf = (path) => `apps.${path}`;

export class RunStudio extends Studio {
  /** The section of the list that is shown; empty: none yet. */
  section = signal("");
  /** Files of forms that were closed while some were still uploading, by the form's path.
   * @type {Map<string, Items>} */
  #left = new Map();
  #asked = latest((/** @type {() => Promise<import("../../core/api_types.js").OpenedForm>} */ ask) => this.formOf(ask()));

  /** @param {import("../../core/api_types.js").Modality} modality */
  constructor(modality) {
    super(modality);
    const refresh = debounced(() => this.readCosts(), 1500);
    onChange((online) => online && refresh());
  }

  /** @override */
  async load() {
    await null; // the fields of this class are set after those of its base class
    const { path } = loadDraft(this.modality) ?? {};
    if (path) await this.open(path).catch(() => {}); // gone, or the server is away: the list says so
  }

  /** A new table of models changes nothing here.
   * @override */
  async renew() {}

  /** Shows the saved form of a path; raises Refusal where there is none.
   * @param {string} path */
  async open(path) {
    return this.take(await this.#asked(() => get("/forms/form", { path })));
  }

  /** The app with an id, or with an address that has it, as RunningHub describes it now.
   * @param {string} text */
  async openApp(text) {
    return this.take(await this.#asked(() => post("/apps/open", { text })));
  }

  /** @param {Promise<import("../../core/api_types.js").OpenedForm>} asked */
  async formOf(asked) {
    const { refused, spec, projects = [] } = await asked;
    if (refused) throw new Refusal(refused);
    return /** @type {RunSpec} */ (/** @type {unknown} */ ({ ...spec, projects }));
  }

  /** Shows a form with its draft and the files that are still uploading; without a draft, seeds are new for each run. null:
   * another form was requested meanwhile.
   * @param {RunSpec | null} spec */
  take(spec) {
    if (!spec) return null;
    this.keepNow();
    const draft = loadDraft(draftOf(spec.path));
    const fresh = spec.fields.filter((field) => field.role === "seed").map((field) => field.key);
    const isOpen = this.spec?.path === spec.path;
    const media = isOpen ? this.media : this.#left.get(spec.path);
    this.#left.delete(spec.path);
    this.fill(spec, draft ? { ...draft, media: media ?? draft.media } : { fresh, media }, draft ? "" : spec.empty);
    return spec;
  }

  /** @override @param {string} path @returns {Promise<Spec | undefined>} */
  async lookUp(path) {
    await this.ready;
    return this.formOf(get("/forms/form", { path })).catch(() => undefined);
  }

  /** @override @param {Spec} spec @param {import("../studio/form_state.js").Stored} [stored] @param {string} [notice] */
  fill(spec, stored, notice) {
    this.#asked.drop();
    if (this.spec && this.spec.path !== spec.path) this.#setAside();
    this.models = [spec];
    super.fill(spec, stored ?? {}, notice);
  }

  /** @override */
  keepNow() {
    if (!this.spec) return;
    saveDraft(draftOf(this.spec.path), this.draft());
    saveDraft(this.modality, { path: this.spec.path });
  }

  /** Back to the list; what was typed stays. */
  close() {
    this.#setAside();
    this.#leave();
  }

  /** @override */
  get isComing() {
    return super.isComing || this.#left.size > 0;
  }

  /** Stores what was typed; files that are still uploading stay with the form. */
  #setAside() {
    this.keepNow();
    const { spec, media } = this;
    if (!spec || !areComing(media)) return;
    this.#left.set(spec.path, media);
    for (const item of Object.values(media).flat()) item.changed = () => this.#arrived(spec.path, media);
  }

  /** @param {string} path @param {Items} media */
  #arrived(path, media) {
    const draft = loadDraft(draftOf(path));
    if (draft) saveDraft(draftOf(path), { ...draft, media: drafted(media) });
    if (areComing(media)) return;
    this.#left.delete(path);
    this.releaseBut(media);
  }

  /** @override @param {Items} before */
  releaseBut(before) {
    if (![...this.#left.values()].includes(before)) super.releaseBut(before);
  }

  /** The form was deleted: its draft is deleted too. */
  forget() {
    const { path } = this.spec ?? {};
    this.#leave();
    if (path) saveDraft(draftOf(path), null);
  }

  #leave() {
    this.#asked.drop();
    this.models = [];
    this.empty();
    saveDraft(this.modality, null);
  }

  async readCosts() {
    if (!this.spec) return;
    const { path } = this.spec;
    const told = await get("/forms/costs", { path }).catch(() => null);
    if (!told || this.spec?.path !== path) return;
    this.costs.value = told.costs;
  }
}

addKind("apps", RunStudio);
