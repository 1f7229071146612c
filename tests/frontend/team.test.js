// @ts-check
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { output, seeWhatIsDrawn, server, settled, stage } from "./drawn.js";

document.body.className = "gradio-container";
const { h } = await import("../../assets/js/core/h.js");
const { mayManage, mayRun } = await import("../../assets/js/core/person.js");
const { Audit } = await import("../../assets/js/features/team/audit.js");
const { browserWords } = await import("../../assets/js/features/team/browser_name.js");
const { invitationLink, isOnlyHere } = await import("../../assets/js/features/team/links.js");
const { People } = await import("../../assets/js/features/team/people.js");
const { Looks } = await import("../../assets/js/features/team/looks.js");
const { ProjectSection } = await import("../../assets/js/features/team/project_list.js");
const { useLeft } = await import("../../assets/js/features/team/left.js");
const { LostButtons } = await import("../../assets/js/features/results/result_tile.js");
const { You } = await import("../../assets/js/features/team/you.js");
const { GenerateButton } = await import("../../assets/js/features/studio/generate_button.js");

/** @typedef {import("../../assets/js/core/api_types.js").PersonRow} PersonRow @typedef {PersonRow["role"]} Role */

seeWhatIsDrawn();

const AT = "2026-11-30T12:00:00+00:00";
/** @param {Role} role */
const signIn = (role) => (window.rhBoot.person = { id: "ada", name: "Ada", role });

/** @param {Partial<PersonRow>} given @returns {PersonRow} */
const person = (given) => ({ id: "bo", name: "Bo", role: "member", state: "active", made_at: AT, signed_in_at: AT, outside: false, ...given });

/** @type {ReturnType<typeof stage>} */
let on;
beforeEach(() => {
  on = stage();
  signIn("admin");
});
afterEach(async () => {
  await on.draw(null);
  window.rhBoot.person = null;
});
const said = () => document.querySelector(".rh-toasts")?.textContent ?? "";

test("a role draws what the server lets it do", () => {
  window.rhBoot.person = null;
  assert.deepEqual([mayRun(), mayManage()], [true, true]);
  for (const [role, run, manage] of /** @type {[Role, boolean, boolean][]} */ ([["guest", false, false], ["member", true, false], ["admin", true, true]])) {
    signIn(role);
    assert.deepEqual([mayRun(), mayManage()], [run, manage], role);
  }
});

test("a guest is told who can let them run models", async () => {
  signIn("guest");
  await on.draw(h(GenerateButton, { studio: /** @type {any} */ ({}) }));
  assert.equal(on.place.textContent, "You can look here; an admin can let you run models.");
  assert.equal(on.find("button"), null);
});

test("an invitation's address is the page's for others, and one for this computer only is told apart", () => {
  assert.equal(invitationLink({ secret: "s3", place: "https://studio.example.org/rh-ui" }), "https://studio.example.org/rh-ui/rh/join/s3");
  assert.equal(invitationLink({ secret: "s3", place: "https://studio.example.org/" }), "https://studio.example.org/rh/join/s3");
  assert.equal(isOnlyHere("http://127.0.0.1:7860/rh/join/s3"), true);
  assert.equal(isOnlyHere("http://[::1]:7860/rh/join/s3"), true);
  assert.equal(isOnlyHere("http://192.168.1.20:7860/rh/join/s3"), false);
});

test("a browser is named as its owner knows it", () => {
  const known = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0": "Edge · Windows",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36": "Chrome · Windows",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1": "Safari · iPhone",
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36": "Chrome · Android",
    "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0": "Firefox · Linux",
    "curl/8.5.0": "",
  };
  for (const [agent, words] of Object.entries(known)) assert.equal(browserWords(agent), words);
});

test("whoever waits comes first, and is let in with one press", async () => {
  let people = [person({}), person({ id: "cy", name: "Cy", state: "waiting", signed_in_at: null, outside: true })];
  const asked = server({
    "/people": () => ({ people }),
    "/invitations": () => ({ invitations: [] }),
    "/people/{id}/change": ({ id, state }) => {
      people = people.map((one) => (one.id === id ? { ...one, state } : one));
      return { people };
    },
  });
  await on.draw(h(People));
  await settled();
  assert.deepEqual([...on.place.querySelectorAll("[data-person] strong")].map((name) => name.textContent), ["Cy", "Bo"]);
  on.button("Let in").click();
  await settled();
  assert.deepEqual(asked.at(-1), ["/people/{id}/change", { id: "cy", state: "active" }]);
  assert.equal(on.button("Let in"), undefined);
  assert.match(said(), /Cy can sign in now\./);
});

test("a refused change of a role leaves the list as the server has it", async () => {
  const people = [person({ id: "ada", name: "Ada", role: "admin" })];
  server({ "/people": () => ({ people }), "/invitations": () => ({ invitations: [] }), "/people/{id}/change": () => new Error("This is the last admin.") });
  await on.draw(h(People));
  await settled();
  const roles = on.find("select.rh-role");
  roles.value = "guest";
  roles.dispatchEvent(new Event("change"));
  await settled();
  await settled();
  assert.match(said(), /This is the last admin\./);
  assert.equal(on.find("select.rh-role").value, "admin");
});

test("what ends and what stays is said before somebody's access ends", async () => {
  let people = [person({})];
  const asked = server({
    "/people": () => ({ people }),
    "/invitations": () => ({ invitations: [] }),
    "/people/{id}/change": () => ({ people: (people = [person({ state: "gone" })]) }),
  });
  await on.draw(h(People));
  await settled();
  on.button("Leaves…").click();
  await settled();
  const dialog = /** @type {HTMLDialogElement} */ (document.querySelector("dialog.rh-window"));
  assert.match(dialog.textContent ?? "", /signed out everywhere at once.*What they made stays/);
  assert.equal(asked.some(([question]) => question === "/people/{id}/change"), false);
  /** @type {any} */ ([...dialog.querySelectorAll("button")].find((button) => button.textContent === "End their access")).click();
  await settled();
  assert.deepEqual(asked.at(-1), ["/people/{id}/change", { id: "bo", state: "gone" }]);
  assert.equal(on.find(".rh-gone summary").textContent, "Left (1)");
});

test("an invitation's link is shown once, with its place for others", async () => {
  const invitation = { digest: "d1", role: "member", project: "", made_by: "Ada", ends_at: AT };
  const asked = server({
    "/people": () => ({ people: [] }),
    "/invitations": ({ role }) => (role ? { secret: "s3", place: "https://studio.example.org", invitations: [invitation] } : { invitations: [] }),
    "/invitations/{digest}/withdraw": () => ({ invitations: [] }),
  });
  await on.draw(h(People));
  await settled();
  on.button("Make a link").click();
  await settled();
  assert.deepEqual(asked.at(-1), ["/invitations", { role: "member", project: "", days: 7 }]);
  assert.equal(on.find(".rh-secret code").textContent, "https://studio.example.org/rh/join/s3");
  on.button("Withdraw").click();
  await settled();
  assert.deepEqual(asked.at(-1), ["/invitations/{digest}/withdraw", { digest: "d1" }]);
  assert.equal(on.find("[data-invitation]"), null);
});

test("a token's secret is shown when it is made, and never in the list", async () => {
  const none = { name: "Ada", has_password: true, sessions: [{ id: "s1", agent: "", made_at: AT, seen_at: AT, own: true }], tokens: [] };
  const one = { ...none, tokens: [{ id: "t1", name: "nightly", made_at: AT, seen_at: null, ends_at: null }] };
  const asked = server({
    "/you": () => none,
    "/you/looks": () => ({ entries: [], next: "" }),
    "/you/tokens": () => ({ secret: "rhui_x", you: one }),
    "/you/tokens/{id}/revoke": () => none,
  });
  await on.draw(h(You));
  await settled();
  const name = on.find(".rh-invite-form input");
  name.value = "nightly";
  name.dispatchEvent(new Event("input"));
  on.find(".rh-invite-form").dispatchEvent(new Event("submit", { cancelable: true }));
  await settled();
  assert.deepEqual(asked.at(-1), ["/you/tokens", { name: "nightly", days: 90 }]);
  assert.equal(on.find(".rh-secret code").textContent, "rhui_x");
  assert.match(on.find("[data-token=t1]").textContent, /nightly.*not used yet · never ends/);
  on.button("Revoke").click();
  await settled();
  assert.equal(on.find("[data-token]"), null);
});

test("two quick Enters send a form once", async () => {
  const none = { name: "Ada", has_password: true, sessions: [], tokens: [] };
  const project = { id: "p", name: "Film", shared: false, closed: false, belongs: true, changeable: true, people: [] };
  const asked = server({
    "/you": () => none,
    "/you/looks": () => ({ entries: [], next: "" }),
    "/you/tokens": () => ({ secret: "rhui_x", you: none }),
    "/you/name": () => none,
    "/you/password": () => ({}),
    "/projects": () => ({ ...project, projects: [project], accounts: [] }),
  });
  const enterTwice = async (/** @type {any} */ form) => {
    for (const field of form.querySelectorAll("input:not([hidden])")) {
      field.value = "a new one of it";
      field.dispatchEvent(new Event("input"));
    }
    await settled();
    const before = asked.length;
    for (let press = 0; press < 2; press += 1) form.dispatchEvent(new Event("submit", { cancelable: true }));
    await settled();
    return asked.slice(before).map(([question]) => question);
  };
  await on.draw(h(You));
  await settled();
  for (const form of [...on.place.querySelectorAll("form")].filter((one) => !one.hasAttribute("method"))) {
    assert.equal((await enterTwice(form)).length, 1, form.textContent ?? "");
  }
  await on.draw(h(ProjectSection));
  await settled();
  assert.deepEqual(await enterTwice(on.find("form")), ["/projects"]);
  on.button("Rename").click();
  await settled();
  assert.equal((await enterTwice(on.find(".rh-one-project form"))).length, 1);
});

test("older looks come once, however often it is pressed", async () => {
  const look = (/** @type {string} */ id) => ({ id, at: AT, name: "Eve", action: "look-began", about: "", owner: "", place: "" });
  server({ "/you/looks": ({ before }) => ({ entries: [look(before ? "l1" : "l2")], next: before ? "" : "l2" }) });
  await on.draw(h(Looks));
  await settled();
  const older = on.button("Show older");
  older.click();
  older.click();
  await settled();
  assert.deepEqual([...on.place.querySelectorAll("[data-entry]")].map((row) => /** @type {any} */ (row).dataset.entry), ["l2", "l1"]);
});

test("a lost result of somebody else's is only looked at, and an admin's look runs nothing", async () => {
  const lost = output({ state: "gone", url: "", thumb: "" });
  await on.draw(h(LostButtons, { output: lost }));
  assert.ok(on.find("button"));
  await on.draw(h(LostButtons, { output: { ...lost, only_look: true } }));
  assert.equal(on.find("button"), null);
  window.rhBoot.looking_at = "Bo";
  await on.draw(h(GenerateButton, { studio: /** @type {any} */ ({}) }));
  window.rhBoot.looking_at = "";
  assert.match(on.place.textContent ?? "", /looking at somebody's private work/);
});

test("what is left is asked for once for all lines that show it", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const pass = async (/** @type {number} */ time) => {
    mock.timers.tick(time);
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
  };
  const asked = server({ "/money/left": () => ({ budgets: [] }) });
  const Line = () => {
    useLeft();
    return null;
  };
  const drawn = on.draw(h("div", {}, h(Line), h(Line), h(Line)));
  for (let second = 0; second < 3; second += 1) await pass(1000);
  assert.equal(asked.length, 1);
  await drawn;
  mock.timers.reset();
});

test("a guest has no tokens to make", async () => {
  signIn("guest");
  server({ "/you": () => ({ name: "Ada", has_password: true, sessions: [], tokens: [] }), "/you/looks": () => ({ entries: [], next: "" }) });
  await on.draw(h(You));
  await settled();
  assert.equal(on.button("Make a token"), undefined);
  assert.ok(on.button("Change password"));
});

test("the audit log goes on where it stopped, and a filter begins anew", async () => {
  const entry = (/** @type {string} */ id) => ({ id, at: AT, name: "Ada", action: "signed-in", about: "", owner: "", place: "10.0.0.7" });
  const asked = server({
    "/audit": ({ before, action }) => ({
      entries: [entry(action ? "e9" : before ? "e1" : "e2")], next: before || action ? "" : "e2", people: [{ id: "ada", name: "Ada" }], actions: ["signed-in", "left"],
    }),
  });
  await on.draw(h(Audit));
  await settled();
  on.button("Show older").click();
  await settled();
  const shown = () => [...on.place.querySelectorAll("[data-entry]")].map((row) => /** @type {HTMLElement} */ (row).dataset.entry);
  assert.deepEqual(shown(), ["e2", "e1"]);
  assert.match(on.find("[data-entry=e1]").textContent, /Ada.*Signed in.*10\.0\.0\.7/);
  const actions = on.place.querySelectorAll("select")[1];
  /** @type {any} */ (actions).value = "left";
  actions.dispatchEvent(new Event("change", { bubbles: true }));
  await settled();
  assert.deepEqual(shown(), ["e9"]);
  assert.equal(/** @type {any} */ (asked.at(-1))[1].action, "left");
  assert.match(on.find("a[download]").href, /rh\/audit\.csv\?language=en&person=&action=left$/);
});
