// @ts-check
// The Account tab. Where there are people it has sections; without, it is the one about the service.

import { later } from "../../components/later.js";
import { h } from "../../core/h.js";
import { eachStep } from "../../core/layers.js";
import { mayManage, mayRun, onlyLooks, person } from "../../core/person.js";
import { partOf, showTab, tellPart } from "../../core/tabs.js";
import { t } from "../../core/words.js";
import { signal, useEffect } from "../../vendor/preact.js";
import { Service } from "./service.js";

/** `offered`: to whom; without it, to everybody.
 * @typedef {{ name: string, offered?: () => boolean, part: import("../../vendor/preact.js").ComponentType<Record<never, never>> }} Section */

/** @type {Section[]} */
const SECTIONS = [
  { name: "service", part: Service },
  { name: "you", part: later(async () => (await import("../team/you.js")).You) },
  { name: "projects", part: later(async () => (await import("../team/project_list.js")).ProjectSection) },
  { name: "money", offered: mayRun, part: later(async () => (await import("../team/money.js")).Money) },
  { name: "approvals", offered: () => mayManage() && !onlyLooks(), part: later(async () => (await import("../team/approvals.js")).Approvals) },
  { name: "people", offered: mayManage, part: later(async () => (await import("../team/people.js")).People) },
  { name: "audit", offered: mayManage, part: later(async () => (await import("../team/audit.js")).Audit) },
];
const StartTeam = later(async () => (await import("../team/start_team.js")).StartTeam);

const FIRST = "service";
const TAB = "account";
const shown = signal(partOf(TAB) || FIRST);

/** @param {string} name */
function show(name) {
  shown.value = name;
  tellPart(TAB, name === FIRST ? "" : name);
}

/** Opens the Account tab at a section.
 * @param {string} name */
export function openSection(name) {
  show(name);
  showTab(TAB);
}

export function Account() {
  useEffect(() => eachStep(() => void (shown.value = partOf(TAB) || FIRST)), []);
  // Only the owner of a page that no other computer reaches may make the first admin.
  if (!person()) return [h(Service), window.rhBoot.token && h(StartTeam)];
  const offered = SECTIONS.filter(({ offered: to }) => !to || to());
  const { name, part } = offered.find((section) => section.name === shown.value) ?? offered[0];
  return [
    h(
      "nav.rh-pills.rh-sections",
      { "aria-label": t("tab.account") },
      offered.map((section) =>
        h(
          "button.rh-pill",
          { key: section.name, type: "button", "aria-pressed": section.name === name ? "true" : "false", "data-section": section.name, onclick: () => show(section.name) },
          t(`team.section_${section.name}`),
        ),
      ),
    ),
    h(part, { key: name }),
  ];
}
