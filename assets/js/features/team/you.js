// @ts-check
// Whoever is signed in: their name, their password, where they are signed in, their tokens, and who looked at their work.

import { Field, PasswordInput } from "../../components/field.js";
import { submitOnce } from "../../components/press.js";
import { useSight } from "../../components/sight.js";
import { TextInput } from "../../components/text_input.js";
import { faultWords, toast } from "../../components/toast.js";
import { address, get, post } from "../../core/api.js";
import { h } from "../../core/h.js";
import { person } from "../../core/person.js";
import { t } from "../../core/words.js";
import { useSignal } from "../../vendor/preact.js";
import { Looks } from "./looks.js";
import { Sessions } from "./sessions.js";
import { Tokens } from "./tokens.js";

/** @import { You as Told } from "../../core/api_types.js" */

export function You() {
  const found = useSignal(/** @type {Told | null} */ (null));
  const problem = useSignal("");
  const read = async () => {
    try {
      found.value = await get("/you");
      problem.value = "";
    } catch (fault) {
      problem.value = faultWords(fault);
    }
  };
  const place = useSight(read);
  const heed = (/** @type {Told} */ told) => (found.value = told);
  const you = found.value;
  const role = person()?.role ?? "guest";
  return h(
    "section.rh-account.rh-team",
    { ref: place },
    h(
      "div",
      {},
      h("h2.rh-heading", {}, you?.name ?? person()?.name),
      h("p.rh-how", {}, t("team.your_role", { role: t(`sign_in.role_${role}`), may: t(`team.may_${role}`) })),
      h("p.rh-field-error", { role: "alert" }, problem.value),
      h("form", { method: "post", action: address("rh/sign-out") }, h("button.rh-small", { type: "submit" }, t("sign_in.out"))),
      you && h(Name, { name: you.name, heed }),
      you?.has_password && h(Password, { name: you.name }),
      h(Looks),
    ),
    h("div", {}, you && h(Sessions, { sessions: you.sessions, heed }), you && (role !== "guest" || you.tokens.length > 0) && h(Tokens, { tokens: you.tokens, makes: role !== "guest", heed })),
  );
}

/** @param {{ name: string, heed: (told: Told) => void }} props */
function Name({ name, heed }) {
  const text = useSignal(name);
  const problem = useSignal("");
  const busy = useSignal(false);
  const change = async () => {
    problem.value = "";
    try {
      const told = await post("/you/name", { name: text.value });
      text.value = told.name;
      heed(told);
      toast(t("team.name_done", { name: told.name }));
    } catch (fault) {
      problem.value = faultWords(fault);
    }
  };
  return h(
    "form.rh-table",
    { onsubmit: submitOnce(change, busy) },
    h("h3.rh-heading", {}, t("team.name")),
    h("div.rh-link-row", {}, h(TextInput, { text, "aria-label": t("team.name"), autocomplete: "off", maxlength: 200 }), h("button.rh-small", { type: "submit", disabled: busy.value || text.value.trim() === name }, t("team.name_change"))),
    h("p.rh-field-error", { role: "alert" }, problem.value),
  );
}

/** Afterwards only this browser is still signed in.
 * @param {{ name: string }} props */
function Password({ name }) {
  const old = useSignal("");
  const fresh = useSignal("");
  const problem = useSignal("");
  const busy = useSignal(false);
  const change = async () => {
    problem.value = "";
    try {
      await post("/you/password", { old: old.value, new: fresh.value });
      old.value = fresh.value = "";
      toast(t("team.password_done"));
    } catch (fault) {
      problem.value = faultWords(fault);
    }
  };
  return h(
    "form.rh-table.rh-password",
    { onsubmit: submitOnce(change, busy) },
    h("h3.rh-heading", {}, t("team.password")),
    // A password manager then knows whose password it is.
    h("input", { type: "text", name: "username", autocomplete: "username", value: name, readonly: true, hidden: true }),
    h(Field, { label: t("team.password_old") }, h(PasswordInput, { text: old, autocomplete: "current-password" })),
    h(Field, { label: t("team.password_new") }, h(PasswordInput, { text: fresh, autocomplete: "new-password" })),
    h("p.rh-quiet", {}, t("team.password_rule")),
    h("p.rh-field-error", { role: "alert" }, problem.value),
    h("div.rh-buttons", {}, h("button.rh-small", { type: "submit", disabled: busy.value }, t("team.password_change"))),
  );
}
