// @ts-check
// Opens the large view of a result, whose script is loaded when it is first needed.

import { telling } from "../../components/toast.js";

/** Opens one result; `ids` are the results before and after it. */
export const openResult = telling(async (/** @type {string} */ id, /** @type {string[]} */ ids) => {
  const { showResult } = await import("./lightbox.js");
  await showResult(id, ids);
});
