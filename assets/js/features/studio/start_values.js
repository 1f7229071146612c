// @ts-check
// A project's start values: with what a form starts where its next run goes into the project. What somebody typed is
// replaced only when they ask for it.

import { toast } from "../../components/toast.js";
import { get, post } from "../../core/api.js";
import { latest } from "../../core/timing.js";
import { t } from "../../core/words.js";
import { computed, effect, signal, untracked } from "../../vendor/preact.js";
import { isProjectsRead, openProjects, starts, target } from "../team/projects.js";
import { plainBody } from "./form_state.js";

/** @typedef {import("../../types.js").Spec} Spec @typedef {import("../../core/api_types.js").StartForm} StartForm
 * @typedef {import("./form_state.js").Stored} Stored */

/** Identifies start values as they were saved.
 * @param {StartForm} form */
const mark = ({ project, endpoint, at }) => [project, endpoint, at].join(" ");

export class StartValues {
  /** The mark of what the form took last; empty: nothing. */
  #taken = signal("");
  /** The form as it was then: unchanged, it may be replaced. */
  #as = "";
  /** Another model takes over what is in the form, and nobody typed that. */
  #isCarried = false;
  /** The project and the model of which was decided last whether the form takes their values. */
  #seen = { project: "", path: "" };
  #isFirst = true;
  #ask = latest((/** @type {string} */ id, /** @type {string} */ endpoint) => get("/projects/{id}/start-values", { id, endpoint }));

  /** The project of the next run; undefined: it is private. */
  project = computed(() => openProjects.value.find(({ id }) => id === target.value));
  /** Its start values of the present model, or of one that had another path.
   * @type {import("../../vendor/preact.js").ReadonlySignal<StartForm | undefined>} */
  there = computed(() => this.#of(this.studio.spec));
  /** Whether they differ from what the form took. */
  isOffered = computed(() => Boolean(this.there.value?.has_values && mark(this.there.value) !== this.#taken.value));

  /** @param {import("./studio.js").Studio} studio */
  constructor(studio) {
    this.studio = studio;
    effect(() => {
      const seen = { project: this.project.value?.id ?? "", path: studio.spec?.path ?? "" };
      if (isProjectsRead.value && seen.path) untracked(() => this.#consider(seen));
    });
  }

  get taken() {
    return this.#taken.value;
  }

  /** The form was filled with stored settings. `taken`: the mark of the start values that they began with. */
  wasFilled(taken = "") {
    this.#taken.value = taken;
    this.#as = "";
  }

  /** Before another model takes over what is in the form. */
  willCarry() {
    this.#isCarried = this.#isUntouched;
  }

  /** @param {Spec | null} spec */
  #of(spec) {
    const id = this.project.value?.id;
    const found = starts.value.filter((one) => one.project === id && spec && [spec.path, ...(spec.formerly ?? [])].includes(one.endpoint));
    return found.find(({ endpoint }) => endpoint === spec?.path) ?? found[0];
  }

  /** Whether nothing would be lost if the form were filled anew. */
  get #isUntouched() {
    return !this.studio.touched.size || this.#as === this.#present;
  }

  get #present() {
    return JSON.stringify([this.studio.spec?.path, this.studio.settings()]);
  }

  /** @param {{ project: string, path: string }} seen */
  #consider(seen) {
    const before = this.#seen;
    if (seen.project === before.project && seen.path === before.path) return;
    const isOther = seen.project !== before.project && !(this.#isFirst && this.studio.isFromDraft);
    this.#seen = seen;
    this.#isFirst = false;
    if (this.#isCarried && this.there.value?.has_values) this.#as = this.#present;
    this.#isCarried = false;
    if (!this.#isUntouched) return;
    const first = isOther && starts.value.find(({ project, modality, begins }) => begins && project === seen.project && modality === this.studio.modality);
    const spec = (first && this.studio.find(first.endpoint)) || this.studio.spec;
    if (!spec) return;
    const form = this.#of(spec);
    if (form?.has_values) this.#begin(spec, form);
    else if (this.#taken.peek() || spec !== this.studio.spec) this.studio.fill(spec);
  }

  /** Fills the form as it starts in this project. */
  async startOver() {
    const { spec } = this.studio;
    if (!spec) return;
    this.studio.fill(spec);
    if (this.there.value?.has_values) await this.#begin(spec, this.there.value);
  }

  /** @param {Spec} spec @param {StartForm} form */
  async #begin(spec, form) {
    if (spec !== this.studio.spec) {
      this.#seen = { ...this.#seen, path: spec.path };
      this.studio.fill(spec);
    }
    const found = await this.#ask(form.project, spec.path).catch(() => null); // it is offered as long as the form has not taken it
    if (!found || this.studio.spec !== spec || this.there.value !== form || !this.#isUntouched) return;
    this.#fill(form, found);
  }

  /** Puts the start values into the form, at a press; what they don't name stays. */
  async use() {
    const { studio } = this;
    const [spec, form] = [studio.spec, this.there.value];
    if (!spec || !form) return;
    if (studio.isComing) {
      toast(t("starts.uploading"));
      return;
    }
    const found = await this.#ask(form.project, spec.path);
    if (!found || studio.spec !== spec) return;
    const before = { ...studio.settings(), taken: this.#taken.value };
    this.#fill(form, found, before);
    const undo = () => studio.spec === spec && studio.fill(spec, before);
    toast(t("starts.used", { project: this.project.value?.name ?? "" }), { words: t("card.undo"), press: undo });
  }

  /** @param {StartForm} form @param {import("../../core/api_types.js").StartingForm} found @param {Stored} [others] */
  #fill(form, { lost, values, media }, others) {
    const { studio } = this;
    const fresh = [...studio.fresh].filter((key) => !(key in values));
    const stored = { values: { ...others?.values, ...values }, media: { ...others?.media, ...media }, fresh, taken: mark(form) };
    const said = lost.length ? t("starts.lost", { fields: lost.join(", ") }) : "";
    studio.fill(/** @type {Spec} */ (studio.spec), /** @type {Stored} */ (/** @type {unknown} */ (stored)), said);
    this.#as = this.#present;
  }

  /** Saves what was set in the form as the project's start values. */
  async save() {
    const { studio } = this;
    if (studio.isComing) {
      toast(t("starts.uploading"));
      return;
    }
    const params = startingBody(studio);
    if (!Object.keys(params).length) {
      toast(t("starts.nothing"));
      return;
    }
    await this.#change({ params });
    if (this.there.value) this.#taken.value = mark(this.there.value);
    this.#as = this.#present;
    studio.keep();
    toast(t("starts.saved", { project: this.project.value?.name ?? "", model: studio.spec?.title ?? "" }));
  }

  /** Whether the project begins this tab with this model.
   * @param {boolean} begins */
  setFirst = (begins) => this.#change({ begins });

  /** @param {{ params?: import("../../types.js").Values, begins?: boolean }} part */
  async #change(part) {
    const [id, endpoint] = [this.project.value?.id ?? "", this.studio.spec?.path ?? ""];
    starts.value = (await post("/projects/{id}/start-values", { id, endpoint, ...part })).forms;
  }

  async forget() {
    const [id, endpoint] = [this.project.value?.id ?? "", this.studio.spec?.path ?? ""];
    starts.value = (await post("/projects/{id}/start-values/forget", { id, endpoint })).forms;
    toast(t("starts.forgotten", { project: this.project.value?.name ?? "" }));
  }
}

/** What the user has set, as it would be sent; null: a field that they emptied. Without secrets, and without numbers that are
 * new for each run.
 * @param {import("./form_state.js").FormState} form */
export function startingBody(form) {
  const body = plainBody(form.snapshot());
  const set = form.spec?.fields.filter(({ key, secret }) => form.touched.has(key) && !secret && !form.fresh.has(key) && !form.states[key]?.off) ?? [];
  const told = set.filter(({ key }) => key in body || !(key in form.media));
  return Object.fromEntries(told.map(({ key }) => [key, body[key] ?? null]));
}
