// @ts-check
// All that is stored in this browser. A browser may refuse to store anything, be full, or contain values of another
// version of this page: a value is checked before it is used, and dropped if it is invalid. What can't be stored is kept
// as long as the page is open.

/** Whether a value has a shape.
 * @typedef {(value: any) => boolean} Check */
/** The part of a form that comes back with the page; for the tab of apps only the form's path.
 * @typedef {{ path: string, title?: string, formerly?: string[], values?: import("../types.js").Values, media?: import("../types.js").Media, fresh?: string[], taken?: string }} Draft
 * @typedef {Record<string, string | boolean | undefined>} Choices */

/** @type {Check} */
const isText = (value) => typeof value === "string";
/** @type {Check} */
const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
/** @type {(check: Check) => Check} */
const maybe = (check) => (value) => value === undefined || check(value);
/** @type {(check: Check) => Check} */
const nothing = (check) => (value) => value === null || value === undefined || check(value);
/** @type {(...words: string[]) => Check} */
const either = (...words) => (value) => words.includes(value);
/** @type {(check: Check) => Check} */
const listOf = (check) => (value) => Array.isArray(value) && value.every(check);
/** @type {(check: Check) => Check} */
const recordOf = (check) => (value) => isRecord(value) && Object.values(value).every(check);
/** @type {(parts: Record<string, Check>) => Check} */
const shaped = (parts) => (value) => isRecord(value) && Object.entries(parts).every(([name, check]) => check(value[name]));

const isFile = shaped({ value: isText, source: nothing(isText), name: nothing(isText), size: nothing(Number.isFinite) });
const isDraft = shaped({
  path: isText,
  title: maybe(isText),
  formerly: maybe(listOf(isText)),
  values: maybe(isRecord), // each is checked against its field when it is filled in
  media: maybe(recordOf(listOf(isFile))),
  fresh: maybe(listOf(isText)),
  taken: maybe(isText),
});
const isChoices = recordOf((value) => isText(value) || typeof value === "boolean");

/** Texts by key that the browser did not store; a page that reloads itself finds them in its history.
 * @type {Map<string, string>} */
const unkept = new Map(Object.entries(window.history.state?.unkept ?? {}));

/** Keeps what is not stored over the page's own reload. */
export function carryOver() {
  if (unkept.size) window.history.replaceState({ ...window.history.state, unkept: Object.fromEntries(unkept) }, "");
}

/** @param {string} key @returns {string | null} */
function textOf(key) {
  const text = unkept.get(key);
  if (text !== undefined) return text;
  try {
    return window.localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** null: removes it.
 * @param {string} key @param {string | null} text */
function keep(key, text) {
  unkept.delete(key);
  try {
    if (text === null) window.localStorage.removeItem(key);
    else window.localStorage.setItem(key, text);
  } catch {
    if (text !== null) unkept.set(key, text);
  }
}

function keys() {
  try {
    return [...new Set([...Object.keys(window.localStorage), ...unkept.keys()])];
  } catch {
    return [...unkept.keys()];
  }
}

const asJson = { read: JSON.parse, write: JSON.stringify };
const asText = { read: (/** @type {string} */ text) => text, write: (/** @type {string} */ text) => text };

/** One stored value: `check` tells whether it is valid.
 * @template Kept @param {string} key @param {Check} check @param {Kept} otherwise
 * @param {{ read: (text: string) => any, write: (value: any) => string }} how */
function entry(key, check, otherwise, { read, write } = asJson) {
  return {
    key,
    /** @returns {Kept} */
    read() {
      const text = textOf(key);
      if (text === null) return otherwise;
      try {
        const value = read(text);
        if (check(value)) return value;
      } catch {
        // Not JSON: as invalid as a wrong shape.
      }
      keep(key, null);
      return otherwise;
    },
    write: (/** @type {Kept | null} */ value) => keep(key, value === null ? null : write(value)),
    /** Whether the next visit finds it. */
    lasts: () => textOf(key) !== null && !unkept.has(key),
  };
}

/** The key of what belongs to whoever is signed in: several people may use one browser. The first of them takes over what was
 * stored before there were people.
 * @param {string} key */
function own(key) {
  const id = window.rhBoot.person?.id;
  if (!id) return key;
  const mine = `${key}@${id}`;
  const before = textOf(key);
  if (before !== null) {
    if (textOf(mine) === null) keep(mine, before);
    keep(key, null);
  }
  return mine;
}

export const kept = {
  language: entry("rh.language", either("en", "zh"), "", asText), // assets/inline/start.js reads it before all else
  theme: entry("rh.theme", either("light", "dark"), "", asText),
  visitor: entry("rh.visitor", (value) => isText(value) && /^[0-9a-f]{24}$/.test(value), ""),
  recent: entry(own("rh.recent"), listOf(isText), /** @type {string[]} */ ([])),
  favourites: entry(own("rh.favourites"), listOf(isText), /** @type {string[]} */ ([])),
  row: entry("rh.row", (value) => Number.isInteger(value) && value >= 100 && value <= 500, 220),
  used: entry(own("rh.used"), listOf(isText), /** @type {string[]} */ ([])),
  project: entry(own("rh.project"), (value) => isText(value) && /^[0-9a-f]{0,40}$/.test(value), "", asText),
  away: entry(own("rh.away"), listOf(isText), /** @type {string[]} */ ([])),
  columns: entry(own("rh.columns"), listOf(isText), /** @type {import("../features/history/history_table.js").Column[] | null} */ (null)),
  draft: (/** @type {string} */ name) => entry(own(`rh.draft.${name}`), isDraft, /** @type {Draft | null} */ (null)),
  choices: (/** @type {string} */ name) => entry(own(`rh.picker.${name}`), isChoices, /** @type {Choices} */ ({})),
};

/** The texts of all drafts, of any version. */
export const draftTexts = () => keys().filter((key) => key.startsWith("rh.draft.")).map((key) => textOf(key) ?? "");
