// @ts-check
// For the owner of a page without people: what changes with a team, and the first admin.

import { openPart } from "../../components/dialog.js";
import { Field, PasswordInput } from "../../components/field.js";
import { submitOnce } from "../../components/press.js";
import { TextInput } from "../../components/text_input.js";
import { faultWords } from "../../components/toast.js";
import { post } from "../../core/api.js";
import { h } from "../../core/h.js";
import { t } from "../../core/words.js";
import { useSignal } from "../../vendor/preact.js";
import { signIn } from "./sign_in.js";

export const StartTeam = () =>
  h("div.rh-start-team", {}, h("button.rh-small", { type: "button", onclick: () => openPart(t("team.start"), (close) => h(FirstAdmin, { close })) }, t("team.start")));

/** @param {{ close: () => void }} props */
function FirstAdmin({ close }) {
  const name = useSignal("");
  const password = useSignal("");
  const problem = useSignal("");
  const busy = useSignal(false);
  const isMade = useSignal(false); // the browser is on its way to the page with people
  const make = async () => {
    if (isMade.value) return;
    problem.value = "";
    try {
      await post("/people/first", { name: name.value, password: password.value });
      isMade.value = true;
      signIn(name.value, password.value);
    } catch (fault) {
      problem.value = faultWords(fault);
    }
  };
  return h(
    "form.rh-first-admin",
    { onsubmit: submitOnce(make, busy), "data-unsaved": name.value || password.value ? "" : undefined },
    h("p.rh-how", {}, t("team.start_about")),
    h(Field, { label: t("team.name") }, h(TextInput, { text: name, maxlength: 100, autocomplete: "username" })),
    h(Field, { label: t("team.password") }, h(PasswordInput, { text: password, autocomplete: "new-password" })),
    h("p.rh-quiet", {}, t("team.password_rule")),
    h("p.rh-field-error", { role: "alert" }, problem.value),
    h(
      "div.rh-buttons",
      {},
      h("button.rh-small.is-main", { type: "submit", disabled: busy.value || isMade.value }, t("team.start_yes")),
      h("button.rh-small", { type: "button", onclick: close }, t("team.start_no")),
    ),
  );
}
