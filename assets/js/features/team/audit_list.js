// @ts-check
// Entries of the audit log, each as a sentence with its moment.

import { Moment } from "../../components/moment.js";
import { h } from "../../core/h.js";
import { t } from "../../core/words.js";

/** @import { AuditRow } from "../../core/api_types.js" */

/** @param {{ entries: AuditRow[] }} props */
export const AuditList = ({ entries }) =>
  h("ul.rh-audit", {}, entries.map((one) => h(Entry, { key: one.id, one })));

/** @param {{ one: AuditRow }} props */
const Entry = ({ one: { id, at, name, action, about, owner, place } }) =>
  h(
    "li",
    { "data-action": action, "data-entry": id },
    h("span.rh-audit-at", {}, h(Moment, { at })),
    h("span.rh-audit-who", {}, name || t("team.audit_nobody")),
    h("span.rh-audit-what", {}, t(`audit.${action}`), about && h("span.rh-quiet", {}, about), owner && h("span.rh-quiet", {}, t("team.audit_of", { name: owner }))),
    h("span.rh-audit-place.rh-quiet", {}, place),
  );
