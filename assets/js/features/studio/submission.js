// @ts-check
// A press of Generate: checks the form, sends it, and shows the outcome.

import { addRecent } from "../../core/local_state.js";
import { NoAnswer, post } from "../../core/api.js";
import { signal } from "../../vendor/preact.js";
import { missing } from "./form_errors.js";
import { itemsOf, plainBody } from "./form_state.js";
import { Item } from "./media_items.js";
import { Presses } from "./presses.js";
import { faultWords, toast } from "../../components/toast.js";
import { t } from "../../core/words.js";
import { target } from "../team/projects.js";

/** @typedef {import("./form_state.js").Body} Body
 * @typedef {{ id: string, path: string, title: string, values: Record<string, unknown>, task: string }} Waiting a run that was ordered, until it is in the
 * tab's lists. `id`: of the request; `task`: the run's, once it is known
 * @typedef {{ body: Body, asked: import("./presses.js").Press, project: string, account: string }} Order
 * @typedef {import("../../core/api_types.js").OrderedTask} Started */

const ONCE_MORE_AFTER = 800; // ms

export class Submission {
  /** How many runs one press starts. */
  count = signal(1);
  /** The present activity, in words; empty: none. */
  busy = signal("");
  /** The outcome, until the form is changed. */
  message = signal("");
  /** How many presses have started runs. */
  starts = signal(0);
  /** Runs that were ordered and are not yet in the tab's lists, the newest first. */
  waiting = signal(/** @type {readonly Waiting[]} */ ([]));
  presses = new Presses();
  #pending = 0;
  /** The presses under way. */
  #sending = new Set();
  /** Orders without an answer: pressed again, they keep their ids.
   * @type {{ print: string, orders: Order[] } | null} */
  #unanswered = null;
  /** @type {{ print: string, ids: string[] } | null} */
  #started = null;
  /** @type {import("../../core/api_types.js").Card[]} */
  #ended = [];

  /** @param {import("./studio.js").Studio} studio */
  constructor(studio) {
    this.studio = studio;
  }

  /** Starts the chosen number of runs of what is on the screen now. A failed press may be repeated safely: from the runs
   * seen here the server decides whether a press repeats the last one or is a new one. */
  async press() {
    const { spec, checks } = this.studio;
    if (!spec) return;
    const { values, media, states } = this.studio;
    const lacking = missing({ spec, values, media, states });
    if (lacking.length) {
      this.#complain(lacking);
    } else if (checks.isKnownWrong) {
      checks.pressed = true;
      checks.tell();
      this.#lead();
    } else {
      await this.#send(spec.path);
    }
  }

  /** @param {string} path */
  async #send(path) {
    const print = this.#fingerprint();
    const orders = this.#unanswered?.print === print ? this.#unanswered.orders : this.#newOrders();
    this.#unanswered = null;
    const items = orders.flatMap((order) => itemsOf(order.body));
    for (const item of items) item.hold();
    this.#stand(path, print, orders);
    this.#sending.add(print);
    this.#pending += 1;
    this.busy.value = t("run.sending");
    /** @type {Started[]} */
    const started = [];
    try {
      for (const order of orders) {
        const task = await this.#start(path, order);
        started.push(task);
        this.waiting.value = this.waiting.value.map((one) => (one.id === order.asked.id ? { ...one, task: task.id } : one));
      }
      const ids = started.map((task) => task.id);
      this.#started = { print, ids };
      this.presses.took(ids);
      addRecent(path);
      this.starts.value += 1;
      this.studio.folded.value = true;
      this.message.value = "";
      if (started.every((task) => task.already_sent)) this.#wasSent(orders[orders.length - 1], started[started.length - 1]);
      this.heed(this.#ended);
    } catch (fault) {
      const refused = new Set(orders.map((order) => order.asked.id));
      this.waiting.value = this.waiting.value.filter(({ id, task }) => task || !refused.has(id));
      if (started.length) this.starts.value += 1;
      await this.#failed(fault, { path, print, orders });
    }
    for (const item of items) item.free();
    this.#sending.delete(print);
    this.#pending -= 1;
    if (!this.#pending) this.busy.value = "";
  }

  /** @param {unknown} fault @param {{ path: string, print: string, orders: Order[] }} sent */
  async #failed(fault, { path, print, orders }) {
    if (fault instanceof NoAnswer) {
      this.#unanswered = { print, orders };
      this.message.value = t("run.unreachable");
      return;
    }
    this.message.value = t("run.refused", { why: faultWords(fault) });
    if (path !== this.studio.spec?.path) return;
    // Every problem is shown at its field, and the line names the fields.
    this.studio.checks.pressed = true;
    await this.studio.checks.now(true);
    this.#lead();
  }

  /** @returns {Order[]} */
  #newOrders() {
    const orders = this.presses.orders(this.count.value, this.studio.fresh, () => {
      this.studio.rollSeeds();
      return this.studio.snapshot();
    });
    return orders.map((order) => ({ ...order, project: target.value, account: this.studio.checks.account }));
  }

  /** Its runs take their places before the server knows them. A press that repeats one whose run is not seen yet takes none: the
   * server answers it with that run.
   * @param {string} path @param {string} print @param {Order[]} orders */
  #stand(path, print, orders) {
    const seen = orders[0].asked.seen;
    const repeats = this.#started?.print === print && !this.#started.ids.some((id) => seen.includes(id));
    if (repeats || this.#sending.has(print)) return;
    const key = this.studio.spec?.fields.find(({ role }) => role === "prompt")?.key ?? "";
    const standing = orders.map(({ asked, body }) => ({ id: asked.id, path, title: String(body[key] ?? ""), values: body, task: "" }));
    this.waiting.value = [...standing.reverse(), ...this.waiting.value];
  }

  /** These are in the tab's lists by now.
   * @param {readonly Waiting[]} listed */
  arrived(listed) {
    const ids = new Set(listed.map(({ id }) => id));
    if (ids.size) this.waiting.value = this.waiting.value.filter(({ id }) => !ids.has(id));
  }

  /** The run existed before: says so, and shows the seeds that were sent.
   * @param {Order} order @param {Started} task */
  #wasSent({ asked: { fresh } }, { endpoint, params }) {
    toast(t("run.already"));
    if (endpoint !== this.studio.spec?.path) return;
    for (const key of fresh) if (key in params) this.studio.set(key, /** @type {import("../../types.js").Value} */ (params[key]));
  }

  /** Identifies equal presses; seeds that are new each time do not count. */
  #fingerprint() {
    const { spec, fresh } = this.studio;
    const plain = (/** @type {string} */ key, /** @type {unknown} */ value) => (fresh.has(key) ? undefined : value instanceof Item ? value.id : value);
    return JSON.stringify([spec?.path, this.studio.snapshot(), this.count.value, target.value], plain);
  }

  /** @param {string} path @param {Order} order @returns {Promise<Started>} */
  async #start(path, order) {
    const waiting = itemsOf(order.body);
    if (waiting.some((item) => !item.value)) this.busy.value = t("run.uploading");
    await Promise.all(waiting.map((item) => item.arrival));
    const call = { endpoint: path, params: plainBody(order.body), press: order.asked, project: order.project, account: order.account };
    try {
      return await post("/runs", call);
    } catch (fault) {
      if (!(fault instanceof NoAnswer)) throw fault;
      // The same request id can't start a second run, so asking again is safe.
      await new Promise((resume) => setTimeout(resume, ONCE_MORE_AFTER));
      return post("/runs", call);
    }
  }

  /** If a run of the last press was refused and the form is unchanged, its fields show why.
   * @param {import("../../core/api_types.js").Card[]} ended */
  heed(ended) {
    this.#ended = ended;
    const { ids = [], print = "" } = this.#started ?? {};
    const refused = ended.find((card) => ids.includes(card.id) && card.blames.length);
    if (!refused || !this.studio.spec || this.#fingerprint() !== print) return;
    this.#started = null;
    this.studio.checks.blame(refused.blames);
  }

  /** Shows at each field what it lacks, and focuses the first.
   * @param {{ keys: string[], words: string }[]} lacking */
  #complain(lacking) {
    const named = (/** @type {{ keys: string[] }[]} */ found) => found.map(({ keys }) => keys.map((key) => this.studio.label(key)).join(" / ")).join(", ");
    const empty = lacking.filter((found) => found.words);
    this.message.value = empty.length ? t("run.missing", { fields: named(empty) }) : t("run.fix", { fields: named(lacking) });
    this.studio.checks.lacks(empty);
    this.studio.lead(lacking[0].keys[0]);
  }

  #lead() {
    const { problems } = this.studio.checks.wrong.value;
    const wrong = this.studio.spec?.fields.filter((field) => problems[field.key]) ?? [];
    if (!wrong.length) return;
    this.message.value = t("run.fix", { fields: wrong.map((field) => field.label).join(", ") });
    this.studio.lead(wrong[0].key);
  }
}
