// @ts-check
// On the Account tab: mode, site, what the key may do, balance; checks of key, connection and storage; codes; models table.
// Whoever may not use a part does not see it.

import { Facts } from "../../components/facts.js";
import { useSight } from "../../components/sight.js";
import { faultWords } from "../../components/toast.js";
import { get } from "../../core/api.js";
import { h } from "../../core/h.js";
import { mayManage, mayRun } from "../../core/person.js";
import { t } from "../../core/words.js";
import { useSignal } from "../../vendor/preact.js";
import { openCodes } from "../runs/run_failure.js";
import { Pauses } from "../runs/pauses.js";
import { AccountChecks } from "./account_checks.js";
import { Accounts } from "./accounts.js";
import { Loras } from "./loras.js";
import { ModelsTable } from "./models_table.js";
import { Storage } from "./storage.js";
import { StorageNotices } from "./storage_notices.js";

export function Service() {
  /** Changes each time the tab is opened; its parts then load their data. */
  const turn = useSignal(0);
  const found = useSignal(/** @type {import("../../core/api_types.js").Account} */ ({ rows: [], problem: "", link: "", former: "", accounts: [] }));
  /** The account that is shown; empty: the first. */
  const name = useSignal("");
  /** @param {boolean} anew whether RunningHub is asked again */
  const read = async (anew) => {
    turn.value += 1;
    const told = await get("/account", { again: anew, name: name.value }).catch((fault) => ({ ...found.value, problem: faultWords(fault) }));
    found.value = told;
  };
  const place = useSight(() => read(false));
  const { rows, problem, link, former, accounts } = found.value;
  const choose = (/** @type {string} */ chosen) => {
    name.value = chosen;
    read(false);
  };
  return h(
    "section.rh-account",
    {},
    h(
      "div",
      {},
      h("h2.rh-heading", {}, t(accounts.length > 0 ? "account.all" : "account.title")),
      h("p.rh-field-error", { role: "alert" }, problem),
      h(Pauses),
      h(StorageNotices),
      accounts.length > 0 && h(Accounts, { accounts, name: name.value || accounts[0].name, choose }),
      h("div", { ref: place }, h(Facts, { rows })),
      former && !accounts.length && h("p.rh-how", { id: "account-former" }, former),
      h(
        "div.rh-buttons",
        {},
        h("button.rh-small", { type: "button", onclick: () => read(true) }, t("account.refresh")),
        link && h("a.rh-small", { target: "_blank", rel: "noreferrer", href: link }, t("account.open_site")),
      ),
      window.rhBoot.demo && mayManage() && h("h2.rh-heading", {}, t("account.how_title")),
      window.rhBoot.demo && mayManage() && h("p.rh-how", {}, t("account.how")),
      mayManage() && h("div.rh-desk", {}, h(AccountChecks, { key: name.value, turn: turn.value, account: name.value })),
    ),
    h(
      "div",
      {},
      mayManage() && h(Storage, { turn: turn.value }),
      mayRun() && h("div", {}, h(Loras, { turn: turn.value })),
      mayManage() && h(ModelsTable, { turn: turn.value }),
      h(
        "section.rh-table",
        { id: "codes" },
        h("h2.rh-heading", {}, t("code.title")),
        h("p.rh-how", {}, t("code.about")),
        h("div.rh-buttons", {}, h("button.rh-small", { type: "button", onclick: () => openCodes() }, t("code.open"))),
      ),
    ),
  );
}
