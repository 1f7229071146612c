// @ts-check
// All accounts at RunningHub, where there are several: what each has and does, and the choice of the one that is shown below.

import { h } from "../../core/h.js";
import { t } from "../../core/words.js";

/** @import { AccountLine } from "../../core/api_types.js" */

/** @param {{ accounts: AccountLine[], name: string, choose: (name: string) => void }} props `name`: of the chosen one */
export function Accounts({ accounts, name, choose }) {
  return h(
    "section",
    { id: "accounts" },
    h("p.rh-how", {}, t("account.all_about")),
    h("ul.rh-people", {}, accounts.map((account) => h(Line, { key: account.name, account }))),
    h(
      "label.rh-account-choice",
      {},
      h("span.rh-label", {}, t("account.which")),
      h(
        "select.rh-input",
        { id: "account-choice", value: name, onchange: (event) => choose(event.currentTarget.value) },
        accounts.map((account) => h("option", { key: account.name, value: account.name }, account.name)),
      ),
    ),
  );
}

/** @param {{ account: AccountLine }} props */
function Line({ account: { name, site, kind, balance, places, limit, kinds, paused, problem, former } }) {
  return h(
    "li.rh-one-account",
    { "data-account": name },
    h("div.rh-account-head", {}, h("strong", {}, name), paused && h("span.rh-chip.is-warn", {}, t("account.paused")), h("span.rh-account-balance", {}, balance)),
    h("span.rh-quiet", {}, [site, kind].filter(Boolean).join(" · ")),
    h("span.rh-quiet", {}, [`${t("account.places")}: ${places}`, limit, kinds].filter(Boolean).join(" · ")),
    problem && h("span.rh-field-error", {}, problem),
    former && h("span.rh-how", {}, former),
  );
}
