// @ts-check
// A person's own tokens, with which scripts call this page.

import { Choice, Field } from "../../components/field.js";
import { WithMoment } from "../../components/moment.js";
import { Press, submitOnce } from "../../components/press.js";
import { TextInput } from "../../components/text_input.js";
import { faultWords, toast } from "../../components/toast.js";
import { post } from "../../core/api.js";
import { h } from "../../core/h.js";
import { t } from "../../core/words.js";
import { useSignal } from "../../vendor/preact.js";
import { OneTimeSecret } from "./one_time_secret.js";

/** @import { TokenRow, You } from "../../core/api_types.js" */

const DAYS = [30, 90, 365];

/** `makes`: whether they may make another one; guests only end those that they made before. `heed` shows what the server has then.
 * @param {{ tokens: TokenRow[], makes: boolean, heed: (told: You) => void }} props */
export function Tokens({ tokens, makes, heed }) {
  const name = useSignal("");
  const days = useSignal("90");
  const made = useSignal("");
  const problem = useSignal("");
  const busy = useSignal(false);
  const make = async () => {
    problem.value = "";
    try {
      const told = await post("/you/tokens", { name: name.value, days: days.value ? Number(days.value) : null });
      made.value = told.secret;
      name.value = "";
      heed(told.you);
    } catch (fault) {
      problem.value = faultWords(fault);
    }
  };
  const ends = [...DAYS.map((number) => /** @type {const} */ ([String(number), t("team.days", { count: number })])), /** @type {const} */ (["", t("team.token_endless")])];
  return h(
    "section.rh-table",
    {},
    h("h3.rh-heading", {}, t("team.tokens")),
    h("p.rh-how", {}, t("team.tokens_about")),
    makes && h(
      "form.rh-invite-form",
      { onsubmit: submitOnce(make, busy) },
      h(Field, { label: t("team.token_name") }, h(TextInput, { text: name, maxlength: 100, autocomplete: "off", placeholder: t("team.token_name_hint") })),
      h(Field, { label: t("team.token_ends") }, h(Choice, { value: days, among: ends })),
      h("button.rh-small.is-main", { type: "submit", disabled: busy.value }, t("team.token_make")),
    ),
    h("p.rh-field-error", { role: "alert" }, problem.value),
    made.value && h(OneTimeSecret, { key: made.value, secret: made.value, label: t("team.token"), about: t("team.token_once") }),
    h("ul.rh-people", {}, tokens.map((one) => h(Row, { key: one.id, one, heed }))),
  );
}

/** @param {{ one: TokenRow, heed: (told: You) => void }} props */
function Row({ one: { id, name, made_at, seen_at, ends_at }, heed }) {
  const revoke = async () => {
    try {
      heed(await post("/you/tokens/{id}/revoke", { id }));
      toast(t("team.token_revoked", { name }));
    } catch (fault) {
      toast(faultWords(fault));
    }
  };
  return h(
    "li.rh-team-row",
    { "data-token": id },
    h(
      "div.rh-team-words",
      {},
      h("strong", {}, name),
      h(
        "span.rh-quiet",
        {},
        h(WithMoment, { words: t("team.token_made"), name: "at", at: made_at }),
        " · ",
        h(WithMoment, { words: t(seen_at ? "team.token_seen" : "team.token_unseen"), name: "at", at: seen_at }),
        " · ",
        h(WithMoment, { words: t(ends_at ? "team.token_until" : "team.token_endless"), name: "at", at: ends_at }),
      ),
    ),
    h("div.rh-team-acts", {}, h(Press, { words: t("team.token_revoke"), "aria-label": `${t("team.token_revoke")}: ${name}`, press: revoke })),
  );
}
