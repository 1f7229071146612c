// The top line: name, mode, balance, runs under way, language, light and dark; and the line that says when the
// server is away.

import { kept } from "../../core/browser_storage.js";
import { debounced, h, icon } from "../../core/dom.js";
import { asElement, h as part } from "../../core/h.js";
import { get, heedTable, onChange } from "../../core/api.js";
import { Pauses, pauses } from "../runs/pauses.js";
import { showStorage, StorageNotices } from "./storage.js";
import { toast } from "../../components/toast.js";
import { switchLanguage, t } from "../../core/words.js";

const LOST_AGAIN = 3000; // ms: while the history is lost nothing is written that would tell of its return

function isDark() {
  return document.body.classList.contains("dark");
}

/** Puts the chosen theme on the page; without a choice Gradio follows the system. */
export function applyTheme() {
  const chosen = kept.theme.read();
  if (chosen) document.body.classList.toggle("dark", chosen === "dark");
}

function switchTheme() {
  kept.theme.write(isDark() ? "light" : "dark");
  applyTheme();
}

export class Header {
  constructor() {
    applyTheme(); // once more: Gradio sets the system's theme while it starts
    const { demo } = window.rhBoot;
    this.balance = h("span.rh-balance");
    this.running = h("span.rh-running-words", { role: "status" }, t("head.idle"));
    this.count = h("span.rh-running-count", { "aria-hidden": "true" });
    this.attention = h("span.rh-chip.is-warn", { hidden: true });
    this.runs = h(
      "button.rh-head-button.rh-running",
      { type: "button", id: "rh-tray-button", title: t("tray.hint"), "aria-haspopup": "dialog", onclick: () => this.openTray() },
      icon("runs"),
      this.running,
      this.count,
      this.attention,
    );
    this.offline = h("p.rh-banner.is-bad", { hidden: true, role: "alert" }, t("head.offline"));
    this.element = h(
      "header.rh-header",
      {},
      h(
        "div.rh-header-line",
        {},
        h("span.rh-brand", {}, h("span.rh-logo", { "aria-hidden": "true" }), h("span.rh-brand-name", {}, t("brand.name"))),
        h("span.rh-spring"),
        demo && h("span.rh-chip.is-demo", {}, t("head.demo")),
        this.balance,
        this.runs,
        h("button.rh-head-button", { type: "button", title: t("head.language_hint"), onclick: switchLanguage }, t("head.language")),
        h("button.rh-head-button", { type: "button", title: t("head.theme_hint"), "aria-label": t("head.theme_hint"), onclick: switchTheme }, icon("sun")),
      ),
      h(
        "div.rh-banners",
        {},
        demo && h("p.rh-banner", {}, t("head.demo_banner"), " ", h("span.rh-wide-only", {}, t("head.demo_more"))),
        this.offline,
        asElement(part(Pauses)),
        new StorageNotices().element,
      ),
    );
    new ResizeObserver(() => this.tellHeight()).observe(this.element);
    const refresh = debounced(() => this.read(), 120);
    onChange((online) => {
      clearTimeout(this.alarm);
      if (online) {
        this.offline.hidden = true;
        refresh();
      } else {
        this.alarm = setTimeout(() => (this.offline.hidden = false), 2500);
      }
    });
    this.read();
  }

  /** How much of the window lies above the tabs: Generate stays in it, whatever is told here. */
  tellHeight() {
    const { bottom } = this.element.getBoundingClientRect();
    document.documentElement.style.setProperty("--rh-head", `${Math.ceil(bottom + window.scrollY)}px`);
  }

  async read() {
    let found;
    try {
      found = await get("/status");
    } catch {
      return; // The line about the server being away speaks for it.
    }
    heedTable(found.table);
    pauses.value = found.pauses;
    showStorage(found.storage);
    clearTimeout(this.again);
    if (found.storage.history) this.again = setTimeout(() => this.read(), LOST_AGAIN);
    this.balance.textContent = found.balance;
    this.running.textContent = found.active ? t("head.running", { count: found.active }) : t("head.idle");
    this.count.textContent = found.active || "";
    this.runs.classList.toggle("is-busy", found.active > 0);
    this.attention.hidden = !found.attention;
    this.attention.textContent = t("head.attention", { count: found.attention });
  }

  /** The runs of every tab; drawn when first asked for, since most visits do without. */
  async openTray() {
    try {
      const { toggleRuns } = await import("../runs/runs_drawer.js");
      toggleRuns();
    } catch (fault) {
      toast(fault.message);
    }
  }
}
