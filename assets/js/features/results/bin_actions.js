// @ts-check
// Deleting results into the bin, with undo.

import { telling, toast } from "../../components/toast.js";
import { post } from "../../core/api.js";
import { t } from "../../core/words.js";
import { inBatches } from "./marks.js";

/** Words for one, or for several.
 * @param {number} count @param {string} one @param {string} several */
export const counted = (count, one, several) => (count === 1 ? t(one) : t(several, { count }));

/** @param {string[]} ids */
export const restore = (ids) => inBatches(ids, (some) => post("/bin/restore", { ids: some }));

/** Puts results into the bin; the message brings them back.
 * @param {import("../../core/api_types.js").Output[]} outputs */
export async function toBin(outputs) {
  const ids = outputs.map(({ id }) => id);
  await inBatches(ids, (some) => post("/bin", { ids: some }));
  toast(counted(ids.length, "bin.put_one", "bin.put"), { words: t("card.undo"), press: telling(() => restore(ids)) });
}
