// @ts-check
// For admins: a link that lets somebody in once, and the links that nobody has used yet.

import { Choice, Field } from "../../components/field.js";
import { WithMoment } from "../../components/moment.js";
import { Press } from "../../components/press.js";
import { useFresh } from "../../components/sight.js";
import { faultWords, toast } from "../../components/toast.js";
import { get, post } from "../../core/api.js";
import { h } from "../../core/h.js";
import { t } from "../../core/words.js";
import { signal, useSignal } from "../../vendor/preact.js";
import { invitationLink, isOnlyHere } from "./links.js";
import { OneTimeSecret } from "./one_time_secret.js";
import { openProjects, projects, readProjects } from "./projects.js";

/** @import { InvitationRow, Invited } from "../../core/api_types.js" */

/** @typedef {InvitationRow["role"]} Role */

/** @type {Role[]} */
const ROLES = ["member", "guest", "admin"];
const DAYS = [1, 7, 30];

const open = signal(/** @type {InvitationRow[]} */ ([]));

async function read() {
  // The part above says when the server refuses.
  const [told] = await Promise.all([get("/invitations").catch(() => null), readProjects()]);
  if (told) open.value = told.invitations;
}

export function Invitations() {
  const place = useFresh(read);
  const role = useSignal(/** @type {Role} */ ("member"));
  const days = useSignal("7");
  const project = useSignal("");
  const made = useSignal(/** @type {Invited | null} */ (null));
  const problem = useSignal("");
  const invite = async () => {
    problem.value = "";
    try {
      made.value = await post("/invitations", { role: role.value, project: project.value, days: Number(days.value) });
      open.value = made.value.invitations;
    } catch (fault) {
      problem.value = faultWords(fault);
    }
  };
  const link = made.value && invitationLink(made.value);
  return h(
    "div.rh-invite",
    { ref: place },
    h("h2.rh-heading", {}, t("team.invite")),
    h("p.rh-how", {}, t("team.invite_about")),
    h(
      "div.rh-invite-form",
      {},
      h(Field, { label: t("team.role") }, h(Choice, { value: role, among: ROLES.map((name) => /** @type {const} */ ([name, t(`sign_in.role_${name}`)])) })),
      openProjects.value.length > 0 && h(Field, { label: t("project.project") }, h(Choice, { value: project, among: [/** @type {const} */ (["", t("team.no_project")]), ...openProjects.value.map(({ id, name }) => /** @type {const} */ ([id, name]))] })),
      h(Field, { label: t("team.invite_days") }, h(Choice, { value: days, among: DAYS.map((number) => /** @type {const} */ ([String(number), daysWords(number)])) })),
      h(Press, { class: "is-main", words: t("team.invite_make"), press: invite }),
    ),
    h("p.rh-quiet", {}, t(`team.may_${role.value}`)),
    h("p.rh-field-error", { role: "alert" }, problem.value),
    link && h(OneTimeSecret, { key: link, secret: link, label: t("team.invite_link"), about: t(isOnlyHere(link) ? "team.invite_only_here" : "team.invite_once") }),
    open.value.length > 0 && h("h3.rh-heading", {}, t("team.invite_open")),
    h("ul.rh-people", {}, open.value.map((one) => h(Row, { key: one.digest, one }))),
  );
}

/** @param {number} count */
const daysWords = (count) => (count === 1 ? t("team.day") : t("team.days", { count }));

/** @param {{ one: InvitationRow }} props */
function Row({ one: { digest, role, project, made_by, ends_at } }) {
  const into = projects.value.find(({ id }) => id === project)?.name;
  const withdraw = async () => {
    try {
      open.value = (await post("/invitations/{digest}/withdraw", { digest })).invitations;
      toast(t("team.withdrawn"));
    } catch (fault) {
      toast(faultWords(fault));
      await read();
    }
  };
  return h(
    "li.rh-team-row",
    { "data-invitation": digest },
    h(
      "div.rh-team-words",
      {},
      h("strong", {}, t(`sign_in.role_${role}`)),
      into && h("span.rh-chip", {}, into),
      h("span.rh-quiet", {}, h(WithMoment, { words: t("team.invite_until", { name: made_by }), name: "at", at: ends_at })),
    ),
    h("div.rh-team-acts", {}, h(Press, { words: t("team.withdraw"), press: withdraw })),
  );
}
