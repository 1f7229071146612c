// @ts-check
// For admins: who may sign in, with which role; who waits; who left; and invitations.

import { useFresh } from "../../components/sight.js";
import { WithMoment } from "../../components/moment.js";
import { openPart } from "../../components/dialog.js";
import { Press } from "../../components/press.js";
import { faultWords, toast } from "../../components/toast.js";
import { get, post } from "../../core/api.js";
import { h } from "../../core/h.js";
import { person } from "../../core/person.js";
import { t } from "../../core/words.js";
import { signal } from "../../vendor/preact.js";
import { beginLook } from "./begin_look.js";
import { Invitations } from "./invitations.js";

/** @import { PersonRow } from "../../core/api_types.js" */

/** @typedef {PersonRow["role"]} Role */

/** @type {Role[]} */
const ROLES = ["guest", "member", "admin"];

const found = signal(/** @type {PersonRow[] | null} */ (null));
const problem = signal("");

async function read() {
  try {
    found.value = (await get("/people")).people;
    problem.value = "";
  } catch (fault) {
    problem.value = faultWords(fault);
  }
}

/** Shows the list as it is then; a refusal is shown, and the list stays as it is at the server.
 * @param {PersonRow} one @param {{ role?: Role, state?: PersonRow["state"] }} change @param {string} done */
async function change({ id }, change, done) {
  try {
    found.value = (await post("/people/{id}/change", { id, ...change })).people;
    toast(done);
  } catch (fault) {
    toast(faultWords(fault));
    await read();
  }
}

export function People() {
  const place = useFresh(read);
  const people = found.value ?? [];
  const inState = (/** @type {PersonRow["state"]} */ state) => people.filter((one) => one.state === state);
  const gone = inState("gone");
  return h(
    "section.rh-account.rh-team",
    { ref: place },
    h(
      "div",
      {},
      h("h2.rh-heading", {}, t("team.people")),
      h("p.rh-how", {}, t("team.looks_are_written")),
      h("p.rh-field-error", { role: "alert" }, problem.value),
      h("ul.rh-people", { "aria-label": t("team.people") }, [...inState("waiting"), ...inState("active")].map((one) => h(Row, { key: one.id, one }))),
      gone.length > 0 &&
        h("details.rh-gone", {}, h("summary", {}, t("team.gone", { count: gone.length })), h("ul.rh-people", {}, gone.map((one) => h(Row, { key: one.id, one })))),
    ),
    h(Invitations),
  );
}

/** @param {{ one: PersonRow }} props */
function Row({ one }) {
  const { name, state } = one;
  const isOwn = one.id === person()?.id;
  return h(
    "li.rh-team-row",
    { "data-person": one.id, "data-state": state },
    h(
      "div.rh-team-words",
      {},
      h("strong", {}, name),
      isOwn && h("span.rh-chip", {}, t("team.own")),
      state === "waiting" && h("span.rh-chip.is-demo", {}, t("team.state_waiting")),
      h("span.rh-quiet", {}, h(LastSeen, { one })),
    ),
    h(
      "div.rh-team-acts",
      {},
      state === "active" && h(RoleChoice, { one }),
      state === "waiting" && h(Press, { class: "is-main", words: t("team.let_in"), "aria-label": `${t("team.let_in")}: ${name}`, press: () => change(one, { state: "active" }, t("team.let_in_done", { name })) }),
      !isOwn &&
        state !== "waiting" &&
        h(Press, { words: t("look.begin"), title: t("look.begin_hint"), "aria-label": `${t("look.begin")}: ${name}`, press: () => beginLook(one.id) }),
      state === "gone" && h(Press, { words: t("team.back"), "aria-label": `${t("team.back")}: ${name}`, press: () => change(one, { state: "active" }, t("team.let_in_done", { name })) }),
      state !== "gone" && !isOwn && h("button.rh-small", { type: "button", "aria-label": `${t("team.leaves")}: ${name}`, onclick: () => askLeave(one) }, t("team.leaves")),
    ),
  );
}

/** @param {{ one: PersonRow }} props */
function LastSeen({ one: { signed_in_at: at, outside } }) {
  const words = t(at ? "team.seen" : "team.never_seen");
  return [h(WithMoment, { words, name: "at", at }), outside && ` · ${t("team.outside")}`];
}

/** The role, as a list to choose from: it changes at once, and the list shows what the server has.
 * @param {{ one: PersonRow }} props */
function RoleChoice({ one }) {
  const choose = async (/** @type {{ currentTarget: HTMLSelectElement }} */ { currentTarget }) => {
    const role = /** @type {Role} */ (currentTarget.value);
    await change(one, { role }, t("team.role_done", { name: one.name, role: t(`sign_in.role_${role}`) }));
    const now = found.value?.find((other) => other.id === one.id);
    if (now) currentTarget.value = now.role;
  };
  return h(
    "select.rh-input.rh-role",
    { "aria-label": t("team.role_of", { name: one.name }), title: t(`team.may_${one.role}`), value: one.role, onchange: choose },
    ROLES.map((role) => h("option", { key: role, value: role }, t(`sign_in.role_${role}`))),
  );
}

/** What ends and what stays, before somebody's access ends.
 * @param {PersonRow} one */
function askLeave(one) {
  const { name } = one;
  openPart(t("team.leave_title", { name }), (close) => [
    h("p.rh-how", {}, t("team.leave_ends")),
    h("p.rh-how", {}, t("team.leave_stays")),
    h(
      "div.rh-buttons",
      {},
      h(Press, {
        class: "is-bad",
        words: t("team.leave_yes"),
        press: async () => {
          await change(one, { state: "gone" }, t("team.leave_done", { name }));
          close();
        },
      }),
      h("button.rh-small", { type: "button", onclick: close }, t("team.leave_no")),
    ),
  ]);
}
