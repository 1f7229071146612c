// @ts-check
// What a press of Generate tells beside its settings, so that the server knows one that came twice from one that is meant
// twice (docs/decisions/0023).

import { newId } from "../../core/browser_features.js";
import { keepsVisitor } from "../../core/local_state.js";

/** @typedef {Required<import("../../core/api_types.js").Pressed>} Asked */

const SEEN_AFTER = 700; // ms that a run has stood on the screen when a person may have seen it
const MOST_SEEN = 200; // only the newest matter
const REMEMBERED = 8;

export class Presses {
  /** By id, since when a run stands on the screen.
   * @type {Map<string, number>} */
  standing = new Map();
  /** Ids of runs that one press started.
   * @type {string[][]} */
  together = [];

  /** These runs stand on the screen now.
   * @param {string[]} ids */
  stand(ids) {
    const now = performance.now();
    this.standing = new Map(ids.map((id) => [id, this.standing.get(id) ?? now]));
  }

  /** One press has started these.
   * @param {string[]} ids */
  took(ids) {
    this.together = [...this.together.slice(1 - REMEMBERED), ids];
  }

  /** One order for each run that a press asks for, each with the id that keeps it from being started twice. `fresh`: the
   * fields that the press itself changes; `body()` gives what is on the screen now.
   * @template T
   * @param {number} count @param {Set<string>} fresh @param {() => T} body
   * @returns {{ body: T, asked: Asked }[]} */
  orders(count, fresh, body) {
    const common = { seen: this.seen(), fresh: [...fresh], keeps: keepsVisitor() };
    return Array.from({ length: count }, (_, copy) => ({ body: body(), asked: { id: newId(), copy, ...common } }));
  }

  /** The runs that a person has seen by now; one of a press stands for all of them. */
  seen() {
    const long = performance.now() - SEEN_AFTER;
    const seen = new Set([...this.standing].filter(([, since]) => since <= long).map(([id]) => id));
    for (const ids of this.together) if (ids.some((id) => seen.has(id))) ids.forEach((id) => seen.add(id));
    return [...seen].sort().reverse().slice(0, MOST_SEEN);
  }
}
