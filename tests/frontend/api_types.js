// @ts-check
// Never run: each line under `@ts-expect-error` must be one that tsc refuses, and every other one it must take.

import { get, post } from "../../assets/js/core/api.js";

export const taken = [
  get("/runs/tray"),
  get("/runs/board", { modality: "image" }),
  get("/runs/board", { modality: "3d", shown: 24 }),
  get("/results/{id}", { id: "a" }),
  post("/results/{id}/forget", { id: "a" }),
];

export const refused = [
  // @ts-expect-error there is no such path
  get("/runs/bord", { modality: "image" }),
  // @ts-expect-error something is missing
  get("/runs/board"),
  // @ts-expect-error a value of another kind
  get("/runs/board", { modality: "film" }),
  // @ts-expect-error a part that it does not take
  get("/runs/board", { modality: "image", page: 2 }),
  // @ts-expect-error it changes something
  get("/results/{id}/forget", { id: "a" }),
];

export async function read() {
  const board = await get("/runs/board", { modality: "image" });
  /** @type {string} */
  const words = board.active[0].words;
  // @ts-expect-error a card has no such part
  return [words, board.active[0].wordz];
}
