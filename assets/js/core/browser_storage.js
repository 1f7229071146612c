// What this browser keeps for a person, and the only place that asks it to. A browser may refuse to keep anything, be
// full, or hold what another version of this page has written: a value is looked at before it is used, and dropped
// where it is odd. What is not kept lives as long as the page does.

const isText = (value) => typeof value === "string";
const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const maybe = (check) => (value) => value === undefined || check(value);
const nothing = (check) => (value) => value === null || value === undefined || check(value);
const either = (...words) => (value) => words.includes(value);
const listOf = (check) => (value) => Array.isArray(value) && value.every(check);
const recordOf = (check) => (value) => isRecord(value) && Object.values(value).every(check);
const shaped = (parts) => (value) => isRecord(value) && Object.entries(parts).every(([name, check]) => check(value[name]));

const isFile = shaped({ value: isText, source: nothing(isText), name: nothing(isText), size: nothing(Number.isFinite) });
const isDraft = shaped({
  path: isText,
  formerly: maybe(listOf(isText)),
  values: maybe(isRecord), // each is held against its field when it is filled in
  media: maybe(recordOf(listOf(isFile))),
  fresh: maybe(listOf(isText)),
});
const isChoices = recordOf((value) => isText(value) || typeof value === "boolean");

/** Texts under their keys that the browser did not take; a page that opens itself anew finds them in its history. */
const unkept = new Map(Object.entries(window.history.state?.unkept ?? {}));

/** Lets what is not kept outlive the page's own reload. */
export function carryOver() {
  if (unkept.size) window.history.replaceState({ ...window.history.state, unkept: Object.fromEntries(unkept) }, "");
}

function textOf(key) {
  if (unkept.has(key)) return unkept.get(key);
  try {
    return window.localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** null: nothing more is there. */
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
const asText = { read: (text) => text, write: (text) => text };

/** One thing that is kept: `check` tells whether a value has its shape. */
function entry(key, check, otherwise, { read, write } = asJson) {
  return {
    key,
    read() {
      const text = textOf(key);
      if (text === null) return otherwise;
      try {
        const value = read(text);
        if (check(value)) return value;
      } catch {
        // No JSON: as odd as a wrong shape.
      }
      keep(key, null);
      return otherwise;
    },
    write: (value) => keep(key, value === null ? null : write(value)),
    /** Whether the next visit finds it. */
    lasts: () => textOf(key) !== null && !unkept.has(key),
  };
}

export const kept = {
  language: entry("rh.language", either("en", "zh"), "", asText), // assets/inline/start.js reads it before all else
  theme: entry("rh.theme", either("light", "dark"), "", asText),
  visitor: entry("rh.visitor", (value) => isText(value) && /^[0-9a-f]{24}$/.test(value), ""),
  recent: entry("rh.recent", listOf(isText), []),
  favourites: entry("rh.favourites", listOf(isText), []),
  away: entry("rh.away", listOf(isText), []),
  draft: (name) => entry(`rh.draft.${name}`, isDraft, null),
  choices: (name) => entry(`rh.picker.${name}`, isChoices, {}),
};

/** The texts of all drafts, of any version. */
export const draftTexts = () => keys().filter((key) => key.startsWith("rh.draft.")).map((key) => textOf(key) ?? "");
