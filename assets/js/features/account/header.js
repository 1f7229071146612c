// @ts-check
// The top line: name, mode, balance, active runs, language, light and dark; and the line that says when the server is
// away.

import { Icon } from "../../components/icon.js";
import { telling } from "../../components/toast.js";
import { address, get, heedTable, post, onChange, ended } from "../../core/api.js";
import { kept } from "../../core/browser_storage.js";
import { keyKind } from "../../core/key_kind.js";
import { debounced } from "../../core/timing.js";
import { h } from "../../core/h.js";
import { gap, switchLanguage, t } from "../../core/words.js";
import { signal, useEffect, useRef } from "../../vendor/preact.js";
import { Pauses, pauses } from "../runs/pauses.js";
import { storage, StorageNotices } from "./storage_notices.js";

const LOST_AGAIN = 3000; // ms: while the history is lost, no change notifies the page of its return
const AWAY_AFTER = 2500; // ms

const told = signal({ balance: "", active: 0, attention: 0, approvals: 0 });
const away = signal(false);
/** @type {ReturnType<typeof setTimeout> | undefined} */
let again;

function isDark() {
  return document.body.classList.contains("dark");
}

/** Applies the chosen theme; without a choice Gradio follows the system. */
export function applyTheme() {
  const chosen = kept.theme.read();
  if (chosen) document.body.classList.toggle("dark", chosen === "dark");
}

function switchTheme() {
  kept.theme.write(isDark() ? "light" : "dark");
  applyTheme();
}

async function read() {
  // The line below says when the server is away.
  const found = await get("/status").catch(() => null);
  if (!found) return;
  heedTable(found.table);
  pauses.value = found.pauses;
  keyKind.value = found.key_kind;
  storage.value = found.storage;
  told.value = found;
  clearTimeout(again);
  if (found.storage.history) again = setTimeout(read, LOST_AGAIN);
}

/** Loads the status after every change, and says that the server is away if it stays so. */
function follow() {
  const refresh = debounced(read, 120);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let alarm;
  return onChange((/** @type {boolean} */ online) => {
    clearTimeout(alarm);
    if (online) {
      away.value = false;
      refresh();
    } else {
      alarm = setTimeout(() => {
        away.value = true;
        read(); // the push ends, too, where nobody is signed in any more
      }, AWAY_AFTER);
    }
  });
}

/** The runs of every tab; loaded when first opened, since most visits do not need it. */
const openRuns = telling(async () => {
  const { toggleRuns } = await import("../runs/runs_drawer.js");
  toggleRuns();
});

export function Header() {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    applyTheme(); // again: Gradio sets the system's theme while it starts
    // The height above the tabs, so that Generate stays in the window.
    const tellHeight = () => {
      const bottom = place.current?.getBoundingClientRect().bottom ?? 0;
      document.documentElement.style.setProperty("--rh-head", `${Math.ceil(bottom + window.scrollY)}px`);
    };
    const size = new ResizeObserver(tellHeight);
    if (place.current) size.observe(place.current);
    const deaf = follow();
    read();
    return () => {
      size.disconnect();
      deaf();
    };
  }, []);
  const { demo } = window.rhBoot;
  return h(
    "header.rh-header",
    { ref: place },
    h(
      "div.rh-header-line",
      {},
      h("span.rh-brand", {}, h("span.rh-logo", { "aria-hidden": "true" }), h("span.rh-brand-name", { role: "heading", "aria-level": 1 }, t("brand.name"))),
      h("span.rh-spring"),
      demo && h("span.rh-chip.is-demo", {}, t("head.demo")),
      h("span.rh-balance", {}, told.value.balance),
      told.value.approvals > 0 && h(ToApprove, { count: told.value.approvals }),
      h(RunsButton),
      h(PersonMenu),
      h("button.rh-head-button", { type: "button", title: t("head.language_hint"), onclick: switchLanguage }, t("head.language")),
      h("button.rh-head-button", { type: "button", title: t("head.theme_hint"), "aria-label": t("head.theme_hint"), onclick: switchTheme }, h(Icon, { name: "sun" })),
    ),
    h(
      "div.rh-banners",
      {},
      h(Look),
      demo && h("p.rh-banner", {}, t("head.demo_banner"), gap(t("head.demo_banner")), h("span.rh-wide-only", {}, t("head.demo_more"))),
      h("p.rh-banner.is-bad", { hidden: !ended.value, role: "alert" }, ended.value && h(Ended, { code: ended.value })),
      h("p.rh-banner.is-bad", { hidden: !away.value || Boolean(ended.value), role: "alert" }, t("head.offline")),
      h(Pauses),
      h(StorageNotices),
    ),
  );
}

/** Why this page does nothing more, and the way on.
 * @param {{ code: string }} props */
function Ended({ code }) {
  const words = t(`refusal.${code}`);
  return [words, gap(words), h("a", { href: address("./") }, t(code === "signed-out" ? "sign_in.again" : "sign_in.reload"))];
}

/** That an admin looks at somebody's private work, and the way back. */
function Look() {
  const name = window.rhBoot.looking_at;
  if (!name) return null;
  const end = telling(async () => {
    await post("/people/look/end");
    location.reload();
  });
  return h("p.rh-banner.is-look", { role: "status" }, t("look.at", { name }), gap(t("look.at")), h("button.rh-small", { type: "button", onclick: end }, t("look.end")));
}

const MENU = "rh-person-menu";
/** What belongs to whoever is signed in. */
const openYou = telling(async () => (await import("./account.js")).openSection("you"));

const openApprovals = telling(async () => (await import("./account.js")).openSection("approvals"));

/** For admins: how many runs wait for their yes.
 * @param {{ count: number }} props */
const ToApprove = ({ count }) =>
  h(
    "button.rh-head-button.rh-to-approve",
    { type: "button", title: t("head.approvals_hint"), onclick: openApprovals },
    h(Icon, { name: "alert" }),
    h("span.rh-running-words", { role: "status" }, t("head.approvals", { count })),
    h("span.rh-running-count", { "aria-hidden": "true" }, count),
  );

/** Who is signed in; nothing where the page has no people. */
function PersonMenu() {
  const { person } = window.rhBoot;
  if (!person) return null;
  return [
    h("button.rh-head-button.rh-person", { type: "button", popovertarget: MENU, title: person.name }, h("span.rh-person-name", {}, person.name)),
    h(
      "div.rh-person-menu",
      { id: MENU, popover: "auto" },
      h("strong", {}, person.name),
      h("span.rh-person-role", {}, t(`sign_in.role_${person.role}`)),
      h("button.rh-quiet-button", { type: "button", popovertarget: MENU, popovertargetaction: "hide", onclick: openYou }, t("team.section_you")),
      h("form", { method: "post", action: address("rh/sign-out") }, h("button.rh-quiet-button", { type: "submit" }, t("sign_in.out"))),
    ),
  ];
}

function RunsButton() {
  const { active, attention } = told.value;
  return h(
    "button.rh-head-button.rh-running",
    { type: "button", id: "rh-tray-button", class: active > 0 ? "is-busy" : "", title: t("tray.hint"), "aria-haspopup": "dialog", onclick: openRuns },
    h(Icon, { name: "runs" }),
    h("span.rh-running-words", { role: "status" }, active ? t("head.running", { count: active }) : t("head.idle")),
    h("span.rh-running-count", { "aria-hidden": "true" }, active || ""),
    attention > 0 && h("span.rh-chip.is-warn", {}, t("head.attention", { count: attention })),
  );
}
