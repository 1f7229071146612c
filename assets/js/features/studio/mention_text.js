// @ts-check
// A name behind an @ in a text: where one is begun, and the text with it written out. Pure.

/** The name that is being typed before the caret, and where its @ stands; null where none is.
 * @param {string} text @param {number} caret @returns {{ from: number, typed: string } | null} */
export function begun(text, caret) {
  const found = /(?:^|[^A-Za-z0-9.])@([A-Za-z]*_?[0-9]*)$/.exec(text.slice(0, caret));
  return found ? { from: caret - found[1].length - 1, typed: found[1].toLowerCase() } : null;
}

/** The names that begin like what was typed; none where the only one is written out already.
 * @template {{ called: string }} Named @param {Named[]} names @param {string} typed */
export function offered(names, typed) {
  const found = names.filter(({ called }) => called.startsWith(typed));
  return found.length === 1 && found[0].called === typed ? [] : found;
}

/** The text with the name in place of what was typed, and where the caret stands then: behind one space.
 * @param {string} text @param {number} from @param {number} caret @param {string} name */
export function completed(text, from, caret, name) {
  const rest = text.slice(caret);
  return { text: `${text.slice(0, from)}@${name}${/^\s/.test(rest) ? "" : " "}${rest}`, caret: from + name.length + 2 };
}
