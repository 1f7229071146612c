// @ts-check
// For admins: what was done, by whom, newest first.

import { Choice, Field } from "../../components/field.js";
import { useSight } from "../../components/sight.js";
import { faultWords } from "../../components/toast.js";
import { address, get } from "../../core/api.js";
import { h } from "../../core/h.js";
import { latest } from "../../core/timing.js";
import { language, t } from "../../core/words.js";
import { useMemo, useSignal } from "../../vendor/preact.js";
import { AuditList } from "./audit_list.js";

/** @import { AuditPage, AuditRow } from "../../core/api_types.js" */

export function Audit() {
  const person = useSignal("");
  const action = useSignal(/** @type {AuditRow["action"] | ""} */ (""));
  const found = useSignal(/** @type {AuditPage | null} */ (null));
  const problem = useSignal("");
  const wanted = () => ({ person: person.value, action: action.value });
  const ask = useMemo(() => latest((/** @type {string} */ before) => get("/audit", { ...wanted(), before })), []);
  /** @param {string} before the entry after which it goes on; empty: from the newest */
  const read = async (before = "") => {
    try {
      const told = await ask(before);
      if (!told) return;
      found.value = before ? { ...told, entries: [...(found.value?.entries ?? []), ...told.entries] } : told;
      problem.value = "";
    } catch (fault) {
      problem.value = faultWords(fault);
    }
  };
  const place = useSight(() => read());
  const { entries = [], next = "", people = [], actions = [] } = found.value ?? {};
  const all = /** @type {const} */ (["", t("history.all")]);
  const choose = { onchange: () => void read() };
  const file = `${address("rh/audit.csv")}?${new URLSearchParams({ language: language(), ...wanted() })}`;
  return h(
    "section.rh-account.rh-team.is-wide",
    { ref: place },
    h(
      "div",
      {},
      h("h2.rh-heading", {}, t("team.section_audit")),
      h("p.rh-how", {}, t("team.audit_about")),
      h(
        "div.rh-invite-form",
        choose,
        h(Field, { label: t("team.audit_person") }, h(Choice, { value: person, among: [all, ...people.map(({ id, name }) => /** @type {const} */ ([id, name]))] })),
        h(Field, { label: t("team.audit_action") }, h(Choice, { value: action, among: [all, ...actions.map((name) => /** @type {const} */ ([name, t(`audit.${name}`)]))] })),
        h("a.rh-small", { href: file, download: "" }, t("team.audit_export")),
      ),
      h("p.rh-field-error", { role: "alert" }, problem.value),
      h(AuditList, { entries }),
      found.value && !entries.length && h("p.rh-quiet", {}, t("team.audit_none")),
      h("div.rh-buttons", {}, h("button.rh-small", { type: "button", hidden: !next, onclick: () => read(next) }, t("team.audit_older"))),
    ),
  );
}
