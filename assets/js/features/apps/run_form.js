// The studio of apps, workflows and quick creations: one form at a time, asked of the server by its path.

import { debounced } from "../../core/dom.js";
import { loadDraft, saveDraft } from "../../core/local_state.js";
import { get, onChange, post, Refusal } from "../../core/api.js";
import { addKind, Studio } from "../studio/studio.js";

/** What a person typed into a form is kept by the form's path; which form was open last, by the tab's name. */
const draftOf = (path) => `apps.${path}`;

export class RunStudio extends Studio {
  constructor(modality) {
    super(modality);
    const refresh = debounced(() => this.readCosts(), 1500);
    onChange((online) => online && refresh());
  }

  async load() {
    const { path } = loadDraft(this.modality) ?? {};
    if (path) await this.open(path).catch(() => {}); // gone, or the server is away: the list says the rest
  }

  /** Another table of models changes nothing here. */
  async renew() {}

  /** Shows the form kept under a path; raises Refusal where there is none. */
  async open(path) {
    return this.take(await this.formOf(get("/forms/form", { path })));
  }

  /** The app with an id, or with an address that has it, as RunningHub describes it now. */
  async openApp(text) {
    return this.take(await this.formOf(post("/apps/open", { text })));
  }

  async formOf(asked) {
    const { refused, spec } = await asked;
    if (refused) throw new Refusal(refused);
    return spec;
  }

  /** Draws a form with what was typed into it before; a new one gets a new seed each time. */
  take(spec) {
    this.keepNow();
    const draft = loadDraft(draftOf(spec.path));
    const fresh = spec.fields.filter((field) => field.seed).map((field) => field.key);
    this.fill(spec, draft ?? { fresh }, draft ? "" : spec.empty);
    return spec;
  }

  async lookUp(path) {
    await this.ready;
    return this.formOf(get("/forms/form", { path })).catch(() => undefined);
  }

  fill(spec, stored, notice) {
    if (this.spec && this.spec.path !== spec.path) this.keepNow();
    this.models = [spec];
    super.fill(spec, stored ?? {}, notice);
  }

  keepNow() {
    if (!this.spec) return;
    saveDraft(draftOf(this.spec.path), this.draft());
    saveDraft(this.modality, { path: this.spec.path });
  }

  /** Turns the list to one of its sections, which may not be drawn yet. */
  show(section) {
    this.section = section;
    this.say("section");
  }

  /** Back to the list; what was typed stays. */
  close() {
    this.keepNow();
    this.abandonMedia();
    Object.assign(this, { spec: null, models: [], values: {}, media: {} });
    saveDraft(this.modality, null);
    this.say("closed");
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
