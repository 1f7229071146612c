// @ts-check
// The progress of a run by elapsed time. Pure.

import { clock } from "../../core/format.js";
import { t } from "../../core/words.js";

/** @typedef {import("../../core/api_types.js").Card} Card */

const MOST = 95; // percent: a run that takes longer than usual is not done

/** Whether the text of a run changes with time.
 * @param {Card} card */
export const ticks = (card) => card.state === "running" && !card.words;

/** The progress in words, and in percent where it is known.
 * @param {Card} card @param {number} now @returns {{ words: string, percent: number | null }} */
export function progressOf(card, now) {
  if (!ticks(card)) return { words: card.words, percent: card.percent };
  const elapsed = (now - Date.parse(card.submitted_at ?? card.created_at ?? "")) / 1000;
  const usual = card.usual_seconds;
  const words = usual ? t("state.running_usual", { elapsed: clock(elapsed), usual: clock(usual) }) : t("state.running", { elapsed: clock(elapsed) });
  return { words, percent: card.percent ?? (usual ? Math.min(MOST, (elapsed / usual) * 100) : null) };
}
