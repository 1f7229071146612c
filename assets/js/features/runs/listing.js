// @ts-check
// What stands on a tab's stage, in order: presses that are being sent, runs, and results. Pure.

/** @typedef {import("../../core/api_types.js").Card} Card @typedef {import("../../core/api_types.js").Output} Output */
/** @typedef {import("../studio/submission.js").Waiting} Waiting */

/** Whether a result is there: a file or a text.
 * @param {Output} output */
export const isThere = (output) => output.state === "saved" || Boolean(output.text);

/** Whether a run has something for the grid, which also shows missing results.
 * @param {Card} card */
const hasResults = (card) => card.outputs.some((output) => isThere(output) || output.state === "missing");

/** @typedef {Output & Partial<Pick<Card, "person" | "project" | "only_look" | "title" | "model">>} Tile a result, with its run's labels */

/** @type {WeakMap<Card, Tile[]>} */
const labelled = new WeakMap();

/** The results of a run, with its labels.
 * @param {Card} card @returns {Tile[]} */
function tilesOf(card) {
  const { person, project, only_look, title, model } = card;
  const tiles = labelled.get(card) ?? card.outputs.map((output) => ({ ...output, person, project, only_look, title, model }));
  labelled.set(card, tiles);
  return tiles;
}

/** `beside`: the further results that a run will have, each with a tile of its own.
 * @typedef {{ key: string } & ({ waiting: Waiting } | { active: Card } | { ended: Card } | { result: Tile, of: Card } | { beside: Card | Waiting })} Standing */

/** `away`: ids of ended runs that the user has dismissed; `countOf`: how many results a run without any will have.
 * @param {{ active: Card[], ended: Card[], waiting: readonly Waiting[] }} runs @param {Set<string>} away @param {(run: Card | Waiting) => number} countOf
 * @returns {{ standing: Standing[], results: Tile[], endedCount: number }} */
export function staged({ active, ended, waiting }, away, countOf) {
  const known = new Set([...active, ...ended].map((card) => card.id));
  const shown = ended.filter((card) => !card.forgotten && (hasResults(card) || !away.has(card.id)));
  /** @type {(run: Card | Waiting, first: Standing) => Standing[]} */
  const several = (run, first) => [first, ...Array.from({ length: countOf(run) - 1 }, (_, place) => ({ key: `${run.id} ${place + 1}`, beside: run }))];
  const newestFirst = [...active, ...shown].sort((one, other) => (one.id < other.id ? 1 : -1));
  const ids = new Set(active.map(({ id }) => id));
  const standing = [
    ...waiting.filter(({ task }) => !known.has(task)).flatMap((press) => several(press, { key: press.id, waiting: press })),
    ...newestFirst.flatMap((card) => {
      if (ids.has(card.id)) return several(card, { key: card.id, active: card });
      return hasResults(card) ? tilesOf(card).map((result) => ({ key: result.id, result, of: card })) : [{ key: card.id, ended: card }];
    }),
  ];
  return { standing, results: standing.flatMap((one) => ("result" in one ? [one.result] : [])), endedCount: shown.length };
}
