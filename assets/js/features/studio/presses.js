// @ts-check
// What a press of Generate sends besides its settings, so that the server can tell an order that arrived twice from one
// that is intended twice (docs/decisions/0023).

import { newId } from "../../core/browser_features.js";
import { keepsVisitor } from "../../core/local_state.js";

/** @typedef {Required<import("../../core/api_types.js").PressContext>} Press */

const SEEN_AFTER = 700; // ms after which the user may have seen a run on the screen
const MOST_SEEN = 200; // only the newest matter
const REMEMBERED = 8;

export class Presses {
  /** Since when each run is on the screen, by id.
   * @type {Map<string, number>} */
  standing = new Map();
  /** Ids of runs that one press started.
   * @type {string[][]} */
  together = [];

  /** These runs are on the screen now.
   * @param {string[]} ids */
  stand(ids) {
    const now = performance.now();
    this.standing = new Map(ids.map((id) => [id, this.standing.get(id) ?? now]));
  }

  /** One press has started these runs.
   * @param {string[]} ids */
  took(ids) {
    this.together = [...this.together.slice(1 - REMEMBERED), ids];
  }

  /** One order per run of a press, each with a request id, so that it is not started twice. `fresh`: the fields that get a
   * new value from the press; `body()` returns what is on the screen now.
   * @template T
   * @param {number} count @param {Set<string>} fresh @param {() => T} body
   * @returns {{ body: T, asked: Press }[]} */
  orders(count, fresh, body) {
    const common = { seen: this.seen(), fresh: [...fresh], keeps: keepsVisitor() };
    return Array.from({ length: count }, (_, copy) => ({ body: body(), asked: { id: newId(), copy, ...common } }));
  }

  /** The runs that the user has seen by now; one run of a press stands for all of them. */
  seen() {
    const long = performance.now() - SEEN_AFTER;
    const seen = new Set([...this.standing].filter(([, since]) => since <= long).map(([id]) => id));
    for (const ids of this.together) if (ids.some((id) => seen.has(id))) ids.forEach((id) => seen.add(id));
    return [...seen].sort().reverse().slice(0, MOST_SEEN);
  }
}
