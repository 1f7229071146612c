// @ts-check
// What the user has chosen and typed, stored in this browser: drafts per tab, recent and favourite models.

import { randomHex } from "./browser_features.js";
import { draftTexts, kept } from "./browser_storage.js";
import { signal } from "../vendor/preact.js";

/** @typedef {import("./browser_storage.js").Draft} Draft */

/** @param {string} name */
export const loadDraft = (name) => kept.draft(name).read();
/** @param {string} name @param {Draft | null} draft */
export const saveDraft = (name, draft) => kept.draft(name).write(draft);

/** The inputs (`input:…`) in all drafts of this browser. */
export function draftedFiles() {
  return [...new Set(draftTexts().flatMap((text) => text.match(/input:[0-9a-f]{64}\.[a-z0-9]{1,8}/g) ?? []))];
}

export const recents = () => kept.recent.read();

/** @param {string} path */
export function addRecent(path) {
  kept.recent.write([path, ...recents().filter((other) => other !== path)].slice(0, 12));
}

/** Adds a model's new path beside its old one, so that favourites and recent models stay.
 * @param {{ path: string, formerly?: string[] }[]} models */
export function moveAlong(models) {
  for (const list of [kept.recent, kept.favourites]) {
    const before = list.read();
    const moved = before.flatMap((path) => [...models.filter((model) => model.formerly?.includes(path)).map((model) => model.path), path]);
    if (moved.length > before.length) list.write([...new Set(moved)]);
  }
}

export const favourites = () => new Set(kept.favourites.read());

/** @param {string} path */
export function toggleFavourite(path) {
  const now = favourites();
  if (!now.delete(path)) now.add(path);
  kept.favourites.write([...now]);
  return now.has(path);
}

/** Whether a tab had runs when it was last seen here.
 * @param {string} modality */
export const wasUsed = (modality) => kept.used.read().includes(modality);

/** @param {string} modality @param {boolean} yes */
export function setUsed(modality, yes) {
  if (wasUsed(modality) === yes) return;
  const others = kept.used.read().filter((other) => other !== modality);
  kept.used.write(yes ? [...others, modality] : others);
}

const AWAY = 500;

/** Runs without results that the user has dismissed, newest first, also in other tabs of this browser. */
export const putAway = signal(new Set(kept.away.read()));
window.addEventListener("storage", ({ key }) => {
  if (key === kept.away.key) putAway.value = new Set(kept.away.read());
});

/** @param {string} id @param {boolean} yes */
export function setAway(id, yes) {
  const others = kept.away.read().filter((other) => other !== id);
  const away = (yes ? [id, ...others] : others).slice(0, AWAY);
  kept.away.write(away);
  putAway.value = new Set(away);
}

let visiting = "";

/** This browser's random id: all of its runs get one person's share of the account. It proves no identity, and a browser
 * that stores nothing has a new id at every visit. */
export function visitor() {
  visiting ||= kept.visitor.read();
  if (!visiting) {
    visiting = randomHex(12);
    kept.visitor.write(visiting);
  }
  return visiting;
}

/** Whether the next visit has the same id. */
export const keepsVisitor = () => kept.visitor.read() === visitor() && kept.visitor.lasts();

/** A tab's filters and order in the picker.
 * @param {string} modality */
export const loadChoices = (modality) => kept.choices(modality).read();
/** @param {string} modality @param {import("./browser_storage.js").Choices} chosen */
export const saveChoices = (modality, chosen) => kept.choices(modality).write(chosen);
