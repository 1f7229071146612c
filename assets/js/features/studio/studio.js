// One studio tab's state: which model, which values, which files; and pressing Generate. It draws nothing.
// Values travel as a mapping by field key, taken from here in one go, so what is shown is what is sent.

import { carried, isEmpty, restored, startStates } from "./form_transfer.js";
import { debounced, eager } from "../../core/dom.js";
import { missing, told } from "./form_errors.js";
import { addRecent, loadDraft, moveAlong, recents, saveDraft } from "../../core/local_state.js";
import { restoredItem } from "./media_items.js";
import { address, ask, call, exact, NoAnswer } from "../../core/api.js";
import { Presses } from "./presses.js";
import { isMedia, randomSeed } from "./spec.js";
import { toast } from "../../components/toast.js";
import { t } from "../../core/words.js";

const studios = new Map();
const kinds = new Map();

/** A modality whose studio is of a kind of its own. */
export const addKind = (modality, Kind) => kinds.set(modality, Kind);

/** The one studio of a modality, made when first asked for. */
export function studioOf(modality) {
  if (!studios.has(modality)) studios.set(modality, new (kinds.get(modality) ?? Studio)(modality));
  return studios.get(modality);
}

/** The tab shown first was already asked for in the page's head. */
async function modelsOf(modality) {
  const { table, language, first } = window.rhBoot;
  const asked = () => fetch(address(`rh/models/${table}/${language}/${modality}.json`)).then(async (answer) => exact(await answer.text()));
  const here = first?.tab === modality && first.models;
  if (here) window.rhBoot.first = null;
  const { fields, models } = await (here || asked());
  // Fields that many models share travel once.
  return models.map((model) => ({ ...model, fields: model.fields.map((place) => fields[place]) }));
}

export class Studio extends EventTarget {
  constructor(modality) {
    super();
    this.modality = modality;
    this.models = [];
    this.spec = null;
    this.values = {};
    this.media = {};
    this.fresh = new Set(); // keys of seeds that are new each time
    this.touched = new Set();
    this.pressed = false; // a press was refused, so what is still missing is told too
    this.started = null; // the last press that was taken: its runs, and the form's print
    this.presses = new Presses();
    this.ended = []; // runs of this tab that are over, as cards
    this.blamed = {}; // by field, what RunningHub said of it when it refused the run whose settings these are
    this.problems = {};
    this.concerned = new Set(); // fields that a problem names
    this.told = null; // what the server last found wrong, and with which body
    this.states = {}; // what the rules change at a field now: the table's word for a form as it opens, then the server's
    this.price = null;
    this.count = 1;
    this.busy = "";
    this.pending = 0;
    this.unanswered = null; // orders whose answer never came: pressed again, they keep their ids
    this.message = "";
    this.ready = this.load();
    this.assess = eager(() => this.assessNow(), 150);
    this.ask = debounced((...question) => this.askPrice(...question), 350);
    this.keep = debounced(() => this.keepNow(), 250);
    this.asked = 0;
    window.addEventListener("pagehide", () => this.keepNow());
    window.addEventListener("rh:leaving", () => this.keepNow());
    window.addEventListener("rh:table", () => this.renew());
  }

  async load() {
    this.models = await modelsOf(this.modality);
    moveAlong(this.models);
    const draft = loadDraft(this.modality);
    const drafted = draft && this.find(draft.path, draft.formerly);
    const spec = drafted ?? this.models.find((m) => recents().includes(m.path)) ?? this.firstModel();
    if (spec) this.fill(spec, spec === drafted ? draft : {});
  }

  /** The model with a path, under the path it has today; `formerly`: other paths it is known by. */
  find(path, formerly = []) {
    const named = this.models.find((model) => model.path === path);
    const moved = this.models.find((model) => model.formerly?.includes(path));
    const before = this.models.find((model) => formerly.includes(model.path));
    return named && !named.deprecated ? named : moved ?? named ?? before;
  }

  /** As `find`, once there is something to find. */
  async lookUp(path) {
    await this.ready;
    return this.find(path);
  }

  /** Another table is in use: the same model goes on with what was filled in, as far as it still fits. */
  async renew() {
    await this.ready;
    let models;
    try {
      models = await modelsOf(this.modality);
    } catch {
      window.rhBoot.table = ""; // The next answer for the top line asks for it again.
      return;
    }
    moveAlong(models);
    this.models = models;
    const { path, formerly, title } = this.spec;
    const spec = this.find(path, formerly) ?? this.firstModel();
    const known = spec.path === path || spec.formerly?.includes(path) || formerly?.includes(spec.path);
    const same = JSON.stringify(spec) === JSON.stringify(this.spec);
    if (same) this.spec = spec;
    else this.adopt(spec, known ? t("table.changed_now") : t("card.model_gone", { model: title }));
    this.say("models");
  }

  firstModel() {
    return this.models.find((model) => !model.deprecated && model.price) ?? this.models[0];
  }

  say(name) {
    this.dispatchEvent(new Event(name));
  }

  /** Takes a model with stored values (a draft's or a past run's). `notice`: what the store had to say about them. */
  fill(spec, { values = {}, media = {}, fresh = [] } = {}, notice = "") {
    this.abandonMedia();
    const form = restored(spec, values);
    this.spec = spec;
    this.values = form.values;
    this.touched = form.touched;
    this.fresh = new Set(fresh);
    this.media = {};
    for (const field of spec.fields.filter(isMedia)) {
      this.media[field.key] = (media[field.key] ?? []).slice(0, field.many ? Infinity : 1).map((draft) => restoredItem(field, draft));
      if (this.media[field.key].length) this.touched.add(field.key);
    }
    this.afterModel([notice, this.fellBack(form.lost)]);
  }

  /** Changes the model; what both share and the new one accepts is carried over, nothing else is. */
  choose(path) {
    const spec = this.models.find((model) => model.path === path);
    if (spec && spec !== this.spec) this.adopt(spec);
  }

  /** `news`: why the model changes, where it is not the person's doing. */
  adopt(spec, news = "") {
    const form = carried(spec, this.spec, this);
    for (const [key, items] of Object.entries(this.media)) {
      for (const item of items) if (!form.media[key]?.includes(item)) item.release();
    }
    this.spec = spec;
    this.values = form.values;
    this.media = form.media;
    this.touched = form.touched;
    const homeless = form.homeless.length ? t("form.no_place", { fields: form.homeless.join(", ") }) : "";
    this.afterModel([news, this.fellBack(form.lost), homeless]);
  }

  fellBack(lost) {
    return lost.length ? t("form.fell_back", { fields: lost.join(", ") }) : "";
  }

  abandonMedia() {
    for (const items of Object.values(this.media)) for (const item of items) item.release();
  }

  /** `news`: what could not be kept from the form before. */
  afterModel(news) {
    for (const field of this.spec.fields.filter(isMedia)) {
      for (const item of this.media[field.key]) item.belongs(this.spec.path, field, () => this.mediaChanged(field.key));
    }
    const known = startStates(this.spec, this);
    this.notice = news.filter(Boolean).join(" ");
    this.states = known ?? {};
    this.pressed = false;
    this.blamed = {};
    this.problems = {};
    this.concerned = new Set();
    this.told = null;
    this.message = "";
    this.price = null;
    this.say("model");
    this.keep();
    if (known) this.assess.later();
    else this.assess();
  }

  set(key, value) {
    delete this.blamed[key];
    this.values[key] = value;
    this.touched.add(key);
    this.changed();
  }

  mediaChanged(key) {
    delete this.blamed[key];
    this.touched.add(key);
    this.say(`media:${key}`);
    this.changed();
  }

  changed() {
    if (this.message) {
      this.message = "";
      this.say("status");
    }
    this.keep();
    this.assess();
  }

  /** The body as it is on the screen now; media that are still coming in stand as their items. */
  snapshot() {
    const body = {};
    for (const field of this.spec.fields) {
      if (this.states[field.key]?.off) continue;
      if (isMedia(field)) {
        const items = this.media[field.key];
        if (items.length) body[field.key] = field.many ? [...items] : items[0];
      } else if (!isEmpty(this.values[field.key])) {
        body[field.key] = this.values[field.key];
      } else if (field.blank) {
        body[field.key] = ""; // an app's own words would go out instead
      }
    }
    return body;
  }

  /** Asks the server what the form as it is costs, what is wrong with it and what the rules leave of it. What comes back
   * into the form by the answer was not in the question, so it is asked `once` more. */
  async assessNow(once = true) {
    if (!this.spec) return undefined;
    const asked = ++this.asked;
    this.ask.cancel();
    const { path } = this.spec;
    const body = plainBody(this.snapshot());
    let answer;
    try {
      answer = await call("estimate", path, body);
    } catch {
      return undefined; // The price line keeps what it said; the next change asks again.
    }
    if (asked !== this.asked || path !== this.spec?.path) return undefined;
    this.states = answer.fields;
    this.say("states");
    if (once && JSON.stringify(plainBody(this.snapshot())) !== JSON.stringify(body)) return this.assessNow(false);
    this.price = { ...answer, source: "table" };
    this.say("price");
    if (!answer.problems.length && !window.rhBoot.demo) this.ask(asked, path, body);
    this.told = { print: JSON.stringify([path, body]), problems: answer.problems };
    return this.showProblems();
  }

  /** What was found wrong, at its field; before a press only what a person has touched and not just left open. */
  showProblems() {
    Object.assign(this, told(this.told?.problems ?? [], this));
    this.problems = { ...this.blamed, ...this.problems };
    this.say("problems");
  }

  /** Says at each field what RunningHub said of it, until it is changed. */
  blame(blames) {
    for (const { field, said } of blames) if (field) this.blamed[field] = t("workflows.blamed", { said });
    this.showProblems();
  }

  /** As `blame`, and leads to the first. */
  blameFirst(blames) {
    this.blame(blames);
    const first = this.spec.fields.find(({ key }) => this.blamed[key]);
    if (first) this.dispatchEvent(new CustomEvent("focus", { detail: first.key }));
  }

  /** A run of the last press was refused and its form still stands as it was pressed: the fields say why. */
  heed(ended) {
    this.ended = ended;
    const { ids = [], print } = this.started ?? {};
    const refused = ended.find((card) => ids.includes(card.id) && card.blames.length);
    if (!refused || !this.spec || this.fingerprint() !== print) return;
    this.started = null;
    this.blame(refused.blames);
  }

  /** The service's own price stands above the table's; an answer for a form that has moved on is dropped. */
  async askPrice(asked, path, body) {
    if (asked !== this.asked) return;
    const own = await ask("quote", path, body).catch(() => null);
    if (asked !== this.asked || !own?.amount) return;
    this.price = { ...this.price, ...own, from: false, how: "", source: "service" };
    this.say("price");
  }

  keepNow() {
    if (this.spec) saveDraft(this.modality, this.draft());
  }

  /** What comes back with the page: all but secrets. */
  draft() {
    const media = {};
    for (const [key, items] of Object.entries(this.media)) {
      const kept = items.filter((item) => item.value).map((item) => item.draft());
      if (kept.length) media[key] = kept;
    }
    const secret = new Set(this.spec.fields.filter((field) => field.secret).map((field) => field.key));
    const values = {};
    for (const key of this.touched) if (!(key in this.media) && !secret.has(key)) values[key] = this.values[key] ?? null;
    const { path, formerly } = this.spec;
    return { path, formerly, values, media, fresh: [...this.fresh] };
  }

  /** Starts `count` runs of what is on the screen now. A press that failed may be repeated safely; whether one is the
   * same as the last or meant once more, the server decides by what is seen here. */
  async generate() {
    if (!this.spec) return;
    const lacking = missing(this);
    if (lacking.length) {
      this.complain(lacking);
      return;
    }
    if (this.isKnownWrong()) {
      this.pressed = true;
      this.showProblems();
      this.lead();
      return;
    }
    const { path } = this.spec;
    const print = this.fingerprint();
    const orders = this.unanswered?.print === print ? this.unanswered.orders : this.newOrders();
    this.unanswered = null;
    const items = orders.flatMap((order) => mediaItems(order.body));
    for (const item of items) item.held += 1;
    this.pending += 1;
    this.setBusy(t("run.sending"));
    try {
      const started = [];
      for (const order of orders) started.push(await this.start(path, order));
      const ids = started.map((task) => task.id);
      this.started = { print, ids };
      this.presses.took(ids);
      addRecent(path);
      this.say("started");
      this.message = "";
      if (started.every((task) => task.already_sent)) this.wasSent(orders.at(-1), started.at(-1));
      this.heed(this.ended);
    } catch (fault) {
      if (fault instanceof NoAnswer) this.unanswered = { print, orders };
      this.message = fault instanceof NoAnswer ? t("run.unreachable") : t("run.refused", { why: fault.message });
      if (!(fault instanceof NoAnswer) && path === this.spec?.path) await this.pointOut();
    }
    for (const item of items) item.held -= 1;
    this.pending -= 1;
    if (!this.pending) this.setBusy("");
  }

  newOrders() {
    return this.presses.orders(this.count, this.fresh, () => {
      this.rollSeeds();
      return this.snapshot();
    });
  }

  /** The run was there before: it is said, and the form shows the seeds that were sent. */
  wasSent({ asked: { fresh } }, { endpoint, params }) {
    toast(t("run.already"));
    if (endpoint !== this.spec?.path) return;
    for (const key of fresh) if (key in params) this.set(key, params[key]);
    if (fresh.length) this.say("values");
  }

  /** Tells whether two presses mean the same; a seed that is new each time does not count. */
  fingerprint() {
    const plain = (key, value) => (this.fresh.has(key) ? undefined : value?.arrival ? value.id : value);
    return JSON.stringify([this.spec.path, this.snapshot(), this.count], plain);
  }

  async start(path, order) {
    const waiting = mediaItems(order.body);
    if (waiting.some((item) => !item.value)) this.setBusy(t("run.uploading"));
    await Promise.all(waiting.map((item) => item.arrival));
    const body = plainBody(order.body);
    try {
      return await ask("press", path, body, order.asked);
    } catch (fault) {
      if (!(fault instanceof NoAnswer)) throw fault;
      // The same request id can't start a second run, so asking once more is safe.
      await new Promise((resume) => setTimeout(resume, 800));
      return ask("press", path, body, order.asked);
    }
  }

  rollSeeds() {
    for (const key of this.fresh) {
      const field = this.spec.fields.find((other) => other.key === key);
      if (field) this.set(key, randomSeed(field));
    }
    if (this.fresh.size) this.say("values");
  }

  /** Says at each field what it lacks, and leads to the first. */
  complain(lacking) {
    this.pressed = true;
    const named = (found) => found.map(({ keys }) => keys.map((key) => this.label(key)).join(" / ")).join(", ");
    const empty = lacking.filter((found) => found.words);
    this.message = empty.length ? t("run.missing", { fields: named(empty) }) : t("run.fix", { fields: named(lacking) });
    for (const { keys, words } of empty) {
      this.problems[keys[0]] ??= words;
      for (const key of keys) this.concerned.add(key);
    }
    this.say("problems");
    this.say("status");
    this.dispatchEvent(new CustomEvent("focus", { detail: lacking[0].keys[0] }));
  }

  /** Whether the server has already found something wrong with just this form. */
  isKnownWrong() {
    if (!this.told?.problems.length) return false;
    const body = this.snapshot();
    return !mediaItems(body).some((item) => !item.value) && this.told.print === JSON.stringify([this.spec.path, plainBody(body)]);
  }

  /** After a refusal: every problem stands at its field, and the line names the fields. */
  async pointOut() {
    this.pressed = true;
    await this.assessNow();
    this.lead();
  }

  lead() {
    const named = this.spec.fields.filter((field) => this.problems[field.key]);
    if (!named.length) return;
    this.message = t("run.fix", { fields: named.map((field) => field.label).join(", ") });
    this.say("status");
    this.dispatchEvent(new CustomEvent("focus", { detail: named[0].key }));
  }

  label(key) {
    return this.spec.fields.find((field) => field.key === key)?.label ?? key;
  }

  setBusy(words) {
    this.busy = words;
    this.say("status");
  }
}

const mediaItems = (body) => Object.values(body).flat().filter((value) => value?.arrival);

function plainBody(body) {
  const plain = {};
  for (const [key, value] of Object.entries(body)) {
    const bare = (item) => (item?.arrival ? item.value || undefined : item);
    plain[key] = Array.isArray(value) ? value.map(bare).filter((item) => item) : bare(value);
    if (plain[key] === undefined) delete plain[key];
  }
  return plain;
}
