// @ts-check
// The studio of apps, workflows and quick creations: one form at a time, asked of the server by its path.

import { get, onChange, post, Refusal } from "../../core/api.js";
import { debounced } from "../../core/timing.js";
import { loadDraft, saveDraft } from "../../core/local_state.js";
import { batch, signal } from "../../vendor/preact.js";
import { addKind, Studio } from "../studio/studio.js";

/** @typedef {import("../../types.js").Spec} Spec */
/** The form of something that is kept here: of which kind, RunningHub's own id of it, its picture, and what is said of it
 * when it is opened first.
 * @typedef {Spec & { kind: string, id: string, cover: string, empty: string }} RunSpec */

/** What a person typed into a form is kept by the form's path; which form was open last, by the tab's name.
 * @param {string} path */
const draftOf = (path) => `apps.${path}`;

export class RunStudio extends Studio {
  /** The section of the list that is shown; empty: none yet. */
  section = signal("");

  /** @param {import("../../core/api_types.js").Modality} modality */
  constructor(modality) {
    super(modality);
    const refresh = debounced(() => this.readCosts(), 1500);
    onChange((online) => online && refresh());
  }

  /** @override */
  async load() {
    const { path } = loadDraft(this.modality) ?? {};
    if (path) await this.open(path).catch(() => {}); // gone, or the server is away: the list says the rest
  }

  /** Another table of models changes nothing here.
   * @override */
  async renew() {}

  /** Shows the form kept under a path; raises Refusal where there is none.
   * @param {string} path */
  async open(path) {
    return this.take(await this.formOf(get("/forms/form", { path })));
  }

  /** The app with an id, or with an address that has it, as RunningHub describes it now.
   * @param {string} text */
  async openApp(text) {
    return this.take(await this.formOf(post("/apps/open", { text })));
  }

  /** @param {Promise<import("../../core/api_types.js").OpenedForm>} asked */
  async formOf(asked) {
    const { refused, spec } = await asked;
    if (refused) throw new Refusal(refused);
    return /** @type {RunSpec} */ (/** @type {unknown} */ (spec));
  }

  /** Draws a form with what was typed into it before; a new one gets a new seed each time.
   * @param {RunSpec} spec */
  take(spec) {
    this.keepNow();
    const draft = loadDraft(draftOf(spec.path));
    const fresh = spec.fields.filter((field) => field.seed).map((field) => field.key);
    this.fill(spec, draft ?? { fresh }, draft ? "" : spec.empty);
    return spec;
  }

  /** @override @param {string} path @returns {Promise<Spec | undefined>} */
  async lookUp(path) {
    await this.ready;
    return this.formOf(get("/forms/form", { path })).catch(() => undefined);
  }

  /** @override @param {Spec} spec @param {import("../studio/form_state.js").Stored} [stored] @param {string} [notice] */
  fill(spec, stored, notice) {
    if (this.spec && this.spec.path !== spec.path) this.keepNow();
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
    this.keepNow();
    this.#leave();
  }

  /** The form was removed: what was typed goes with it. */
  forget() {
    const { path } = this.spec ?? {};
    this.#leave();
    if (path) saveDraft(draftOf(path), null);
  }

  #leave() {
    this.abandonMedia();
    batch(() => Object.assign(this, { spec: null, models: [], values: {}, media: {} }));
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
