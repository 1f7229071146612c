// @ts-check
// The begin of an admin's look at somebody's private work.

import { faultWords, toast } from "../../components/toast.js";
import { post } from "../../core/api.js";

/** Shows their private work; the page is loaded anew with it.
 * @param {string} id the person's */
export async function beginLook(id) {
  try {
    await post("/people/{id}/look", { id });
    location.reload();
  } catch (fault) {
    toast(faultWords(fault));
  }
}
