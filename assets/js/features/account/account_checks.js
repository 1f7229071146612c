// What can be tried on the Account tab, for nothing: the key, the ways to RunningHub, the storage, and the address for
// tools of ComfyUI, whose key stays hidden until it is asked for. Loaded when the tab is first looked at.

import { copyText } from "../../core/browser_features.js";
import { h } from "../../core/dom.js";
import { get, nativeAddress, post } from "../../core/api.js";
import { toast } from "../../components/toast.js";
import { t } from "../../core/words.js";

const WAYS = ["api", "upload", "storage"];

/** A line that says how a try went; out of sight until the first one. */
class Try {
  constructor(what, name = "") {
    this.what = what;
    this.mark = h("span.rh-chip", { hidden: true });
    this.said = h("p");
    this.took = h("p.rh-quiet");
    this.element = h("div.rh-try", { "data-check": what, role: "status", hidden: true }, h("div.rh-try-head", {}, name && h("strong", {}, name), this.mark), this.said, this.took);
  }

  async run() {
    this.element.hidden = false;
    this.show(t("check.running"));
    try {
      const { well, said, took } = await post("/account/check", { what: this.what });
      this.show(said, well, took);
    } catch (fault) {
      this.show(fault.message, false);
    }
  }

  /** `well`: true, false, or null where that is not known (yet). */
  show(said, well = null, took = "") {
    this.mark.hidden = well === null;
    this.mark.classList.toggle("is-good", well === true);
    this.mark.classList.toggle("is-bad", well === false);
    this.mark.textContent = t(well ? "check.well" : "check.bad");
    this.said.textContent = said;
    this.took.textContent = took;
  }
}

/** A button that waits for all its tries before it can be pressed again. */
function tryButton(words, tries, kind = "") {
  const button = h(
    `button.rh-small${kind}`,
    {
      type: "button",
      onclick: async () => {
        button.disabled = true;
        await Promise.all(tries.map((one) => one.run()));
        button.disabled = false;
      },
    },
    words,
  );
  return button;
}

export class Desk {
  constructor() {
    this.keys = h("dl.rh-account-rows");
    this.problem = h("p.rh-quiet");
    this.native = h("section.rh-table", { id: "native", hidden: true });
    const key = new Try("key");
    const ways = WAYS.map((what) => new Try(what, t(`check.name_${what}`)));
    this.element = h(
      "div",
      {},
      h("section.rh-table", { id: "account-keys" }, h("h2.rh-heading", {}, t("account.keys")), this.keys, this.problem),
      h(
        "section.rh-table",
        { id: "checks" },
        h("h2.rh-heading", {}, t("check.title")),
        h("p.rh-how", {}, t("check.about")),
        h("div.rh-buttons", {}, tryButton(t("check.run_key"), [key]), tryButton(t("check.run_ways"), ways)),
        key.element,
        ...ways.map((one) => one.element),
      ),
      this.native,
    );
  }

  async read() {
    const [{ keys, problem }, { places }] = await Promise.all([get("/account/keys"), get("/account/native-addresses")]);
    this.problem.textContent = problem;
    this.keys.replaceChildren(
      ...keys.map(({ key, name, state }) => h("div.rh-fact", {}, h("dt", {}, name || t("check.name_key")), h("dd", {}, h("code", {}, key), h("span.rh-quiet", {}, state)))),
    );
    if (!this.native.hidden || !places.length) return;
    const test = new Try("native");
    this.native.hidden = false;
    this.native.replaceChildren(
      h("h2.rh-heading", {}, t("native.title")),
      h("p.rh-how", {}, t("native.about")),
      h("p.rh-how", {}, t(window.rhBoot.demo ? "native.demo" : "native.warning")),
      ...places.map(address),
      h("div.rh-buttons", {}, tryButton(t("native.test"), [test])),
      test.element,
    );
  }
}

/** One address: hidden, shown while it is wanted, or copied without being shown. */
function address({ plus, hidden }) {
  const name = t(plus ? "native.plus" : "native.normal");
  const shown = h("code.rh-native", {}, hidden);
  const whole = () => nativeAddress(plus);
  const safely = (work) => () => work().catch((fault) => toast(fault.message));
  const turn = async () => {
    const show = shown.textContent === hidden;
    shown.textContent = show ? await whole() : hidden;
    button.textContent = t(show ? "native.hide" : "native.show");
    button.setAttribute("aria-label", `${button.textContent}: ${name}`);
  };
  const copy = async () => {
    toast(t((await copyText(await whole())) ? "native.copied" : "browser.copy_failed"));
  };
  const button = h("button.rh-small", { type: "button", "aria-label": `${t("native.show")}: ${name}`, onclick: safely(turn) }, t("native.show"));
  const copier = h("button.rh-small", { type: "button", "aria-label": `${t("native.copy")}: ${name}`, onclick: safely(copy) }, t("native.copy"));
  return h("div.rh-try", { "data-plus": String(plus) }, h("div.rh-try-head", {}, h("strong", {}, name)), shown, h("div.rh-buttons", {}, button, copier));
}
