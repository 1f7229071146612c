// @ts-check
// The way to the large view, whose script is fetched when the first result is opened.

import { telling } from "../../components/toast.js";

/** Opens one result; `ids` are its neighbours for going back and forth. */
export const openResult = telling(async (/** @type {string} */ id, /** @type {string[]} */ ids) => {
  const { showResult } = await import("./lightbox.js");
  await showResult(id, ids);
});
