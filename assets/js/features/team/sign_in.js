// @ts-check
// The first session of a new admin.

import { address } from "../../core/api.js";
import { language } from "../../core/words.js";

/** Signs in with a plain form (rh_ui/web/routes/sign_in.py), whose answer is the page again.
 * @param {string} name @param {string} password */
export function signIn(name, password) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = address("rh/sign-in");
  for (const [key, value] of Object.entries({ name, password, language: language(), next: "/#account" })) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: key, value });
    form.append(field);
  }
  document.body.append(form);
  window.dispatchEvent(new Event("rh:leaving"));
  form.submit();
}
