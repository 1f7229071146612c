// @ts-check
// Which of a tab's runs are in which of its lists. Pure.

/** @typedef {import("../../core/api_types.js").Card} Card @typedef {import("../../core/api_types.js").Output} Output */

const MOST_BAD = 6; // ended runs without results, the newest first

/** Whether a result is there: a file or a text.
 * @param {Output} output */
export const isThere = (output) => output.state === "saved" || Boolean(output.text);

/** Whether a run has something for the grid, which also shows missing results.
 * @param {Card} card */
const hasResults = (card) => card.outputs.some((output) => isThere(output) || output.state === "missing");

/** @typedef {Output & Partial<Pick<Card, "person" | "project" | "only_look">>} Tile */

/** @type {WeakMap<Card, Tile[]>} */
const labelled = new WeakMap();

/** The results of a run, with its labels.
 * @param {Card} card @returns {Tile[]} */
function tilesOf(card) {
  const { person, project, only_look } = card;
  if (!person && !project) return card.outputs;
  const tiles = labelled.get(card) ?? card.outputs.map((output) => ({ ...output, person, project, only_look }));
  labelled.set(card, tiles);
  return tiles;
}

/** `away`: ids of ended runs that the user has dismissed.
 * @param {import("../../core/api_types.js").TabRuns} runs @param {Set<string>} away */
export function listed({ active, ended }, away) {
  const shown = ended.filter((card) => !card.forgotten && (hasResults(card) || !away.has(card.id)));
  return {
    active,
    bad: shown.filter((card) => !hasResults(card)).slice(0, MOST_BAD),
    tiles: shown.filter(hasResults).flatMap(tilesOf),
    isEmpty: !shown.length,
  };
}
