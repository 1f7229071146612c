// What a person has chosen and typed, kept in this browser: drafts per tab, recent and favourite models.

import { randomHex } from "./browser_features.js";
import { draftTexts, kept } from "./browser_storage.js";

export const loadDraft = (modality) => kept.draft(modality).read();
export const saveDraft = (modality, draft) => kept.draft(modality).write(draft);

/** Our copies of files (`input:…`) that any draft of this browser holds. */
export function draftedFiles() {
  return [...new Set(draftTexts().flatMap((text) => text.match(/input:[0-9a-f]{64}\.[a-z0-9]{1,8}/g) ?? []))];
}

export const recents = () => kept.recent.read();
export function addRecent(path) {
  kept.recent.write([path, ...recents().filter((other) => other !== path)].slice(0, 12));
}

/** Adds a model's new path beside its old one, so that what a person liked and used goes along. */
export function moveAlong(models) {
  for (const list of [kept.recent, kept.favourites]) {
    const before = list.read();
    const moved = before.flatMap((path) => [...models.filter((model) => model.formerly?.includes(path)).map((model) => model.path), path]);
    if (moved.length > before.length) list.write([...new Set(moved)]);
  }
}

export const favourites = () => new Set(kept.favourites.read());
export function toggleFavourite(path) {
  const now = favourites();
  if (!now.delete(path)) now.add(path);
  kept.favourites.write([...now]);
  return now.has(path);
}

const AWAY = 500;

/** Runs without results that a person has put away, the newest first. */
export const putAway = () => new Set(kept.away.read());
export function setAway(id, yes) {
  const others = kept.away.read().filter((other) => other !== id);
  kept.away.write((yes ? [id, ...others] : others).slice(0, AWAY));
  window.dispatchEvent(new Event("rh:away"));
}

let visiting = "";

/** This browser's own random id: what it starts is one person's share of the account. It proves nothing about who
 * that is, and a browser that keeps nothing is a new person at every visit. */
export function visitor() {
  visiting ||= kept.visitor.read();
  if (!visiting) {
    visiting = randomHex(12);
    kept.visitor.write(visiting);
  }
  return visiting;
}

/** Whether the next visit comes with the same id. */
export const keepsVisitor = () => kept.visitor.read() === visitor() && kept.visitor.lasts();

/** A tab's filters and order in the picker. */
export const loadChoices = (modality) => kept.choices(modality).read();
export const saveChoices = (modality, chosen) => kept.choices(modality).write(chosen);
