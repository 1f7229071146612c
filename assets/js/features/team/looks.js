// @ts-check
// Who looked at the private work of whoever is signed in.

import { Press } from "../../components/press.js";
import { get } from "../../core/api.js";
import { h } from "../../core/h.js";
import { t } from "../../core/words.js";
import { useEffect, useSignal } from "../../vendor/preact.js";
import { AuditList } from "./audit_list.js";

/** @import { AuditRow } from "../../core/api_types.js" */

export function Looks() {
  const found = useSignal(/** @type {{ entries: AuditRow[], next: string }} */ ({ entries: [], next: "" }));
  const read = async (before = "") => {
    // The part above says when the server refuses.
    const told = await get("/you/looks", { before }).catch(() => null);
    if (told) found.value = { next: told.next, entries: before ? [...found.value.entries, ...told.entries] : told.entries };
  };
  useEffect(() => void read(), []);
  const { entries, next } = found.value;
  return h(
    "section.rh-table",
    {},
    h("h3.rh-heading", {}, t("team.looks")),
    h("p.rh-how", {}, t("team.admins_may_look")),
    entries.length ? h(AuditList, { entries }) : h("p.rh-quiet", {}, t("team.looks_none")),
    next && h("div.rh-buttons", {}, h(Press, { words: t("team.audit_older"), press: () => read(next) })),
  );
}
