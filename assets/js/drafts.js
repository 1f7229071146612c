// What a person has chosen and typed, kept in this browser: drafts per tab, recent and favourite models.

function read(key, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function write(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // A full or forbidden storage only means that the draft does not outlive the page.
  }
}

export const loadDraft = (modality) => read(`rh.draft.${modality}`, null);
export const saveDraft = (modality, draft) => write(`rh.draft.${modality}`, draft);

/** Our copies of files (`input:…`) that any draft of this browser holds. */
export function draftedFiles() {
  const drafts = Object.keys(localStorage).filter((key) => key.startsWith("rh.draft."));
  return [...new Set(drafts.flatMap((key) => localStorage.getItem(key).match(/input:[0-9a-f]{64}\.[a-z0-9]{1,8}/g) ?? []))];
}

export const recents = () => read("rh.recent", []);
export function addRecent(path) {
  write("rh.recent", [path, ...recents().filter((other) => other !== path)].slice(0, 12));
}

/** Adds a model's new path beside its old one, so that what a person liked and used goes along. */
export function moveAlong(models) {
  for (const key of ["rh.recent", "rh.favourites"]) {
    const kept = read(key, []);
    const moved = kept.flatMap((path) => [...models.filter((model) => model.formerly?.includes(path)).map((model) => model.path), path]);
    if (moved.length > kept.length) write(key, [...new Set(moved)]);
  }
}

export const favourites = () => new Set(read("rh.favourites", []));
export function toggleFavourite(path) {
  const now = favourites();
  if (!now.delete(path)) now.add(path);
  write("rh.favourites", [...now]);
  return now.has(path);
}

const AWAY = 500;

/** Runs without results that a person has put away, the newest first. */
export const putAway = () => new Set(read("rh.away", []));
export function setAway(id, yes) {
  const others = read("rh.away", []).filter((other) => other !== id);
  write("rh.away", (yes ? [id, ...others] : others).slice(0, AWAY));
  window.dispatchEvent(new Event("rh:away"));
}

let visiting = "";

/** This browser's own random id: what it starts is one person's share of the account. It proves nothing about who
 * that is, and a browser that keeps nothing is a new person at every visit. */
export function visitor() {
  visiting ||= read("rh.visitor", "");
  if (!visiting) {
    visiting = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    write("rh.visitor", visiting);
  }
  return visiting;
}

/** Whether the next visit comes with the same id. */
export const keepsVisitor = () => read("rh.visitor", "") === visitor();

/** A tab's filters and order in the picker. */
export const loadChoices = (modality) => read(`rh.picker.${modality}`, {});
export const saveChoices = (modality, chosen) => write(`rh.picker.${modality}`, chosen);
