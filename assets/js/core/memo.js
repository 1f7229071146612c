// @ts-check
// Long lists are read again completely after every change; unchanged entries are not drawn again.

import { Component } from "../vendor/preact.js";

/** A part that is drawn again when one of its props changes. It reads no signal itself; the parts inside may.
 * @template {Record<string, any>} Props
 * @param {(props: Props) => import("../vendor/preact.js").ComponentChildren} draw
 * @returns {import("../vendor/preact.js").ComponentClass<Props>} */
export const memo = (draw) =>
  class extends Component {
    /** @override @param {Props} next */
    shouldComponentUpdate(next) {
      const { props } = this;
      return Object.keys({ ...props, ...next }).some((name) => props[name] !== next[name]);
    }

    /** @override */
    render() {
      return draw(this.props);
    }
  };

/** The new list, with the earlier objects for unchanged entries.
 * @template {{ id: string }} Item
 * @param {readonly Item[]} before @param {readonly Item[]} now @returns {Item[]} */
export function unchanged(before, now) {
  const known = new Map(before.map((item) => [item.id, item]));
  return now.map((item) => {
    const old = known.get(item.id);
    return old && JSON.stringify(old) === JSON.stringify(item) ? old : item;
  });
}
