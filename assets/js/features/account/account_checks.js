// @ts-check
// The free checks on the Account tab: the key, the connection to RunningHub, the storage; and the address for ComfyUI
// tools, whose key stays hidden until requested.

import { Facts } from "../../components/facts.js";
import { Press } from "../../components/press.js";
import { faultWords, telling, toast } from "../../components/toast.js";
import { get, post } from "../../core/api.js";
import { copyText } from "../../core/browser_features.js";
import { Field, PasswordInput } from "../../components/field.js";
import { h } from "../../core/h.js";
import { t } from "../../core/words.js";
import { signal, useEffect, useMemo, useSignal } from "../../vendor/preact.js";
import { nativeAddress } from "./native_address.js";

const WAYS = /** @type {const} */ (["api", "upload", "storage"]);

/** @import { Check as Asked, CheckResult, Keys, NativePlace } from "../../core/api_types.js" */

/** One check and its last outcome; null before the first one. */
class Check {
  outcome = signal(/** @type {CheckResult | null} */ (null));

  /** @param {Asked["what"]} what @param {string} account @param {string} [name] */
  constructor(what, account, name = "") {
    this.what = what;
    this.account = account;
    this.name = name;
  }

  async run() {
    this.outcome.value = { said: t("check.running"), well: null, took: "" };
    this.outcome.value = await post("/account/check", { what: this.what, account: this.account }).catch((fault) => ({ said: faultWords(fault), well: false, took: "" }));
  }
}

/** A line with the outcome of a check; hidden until the first one.
 * @param {{ check: Check }} props */
function CheckLine({ check: { what, name, outcome } }) {
  const { said = "", well = null, took = "" } = outcome.value ?? {};
  return h(
    "div.rh-try",
    { "data-check": what, role: "status", hidden: !outcome.value },
    h("div.rh-try-head", {}, name && h("strong", {}, name), well !== null && h("span.rh-chip", { class: well ? "is-good" : "is-bad" }, t(well ? "check.well" : "check.bad"))),
    h("p", {}, said),
    h("p.rh-quiet", {}, took),
  );
}

/** @param {Check[]} checks */
const runAll = (checks) => () => Promise.all(checks.map((one) => one.run()));

/** @param {{ turn: number, account: string }} props `account`: its name; empty: the first */
export function AccountChecks({ turn, account }) {
  const keys = useSignal(/** @type {Keys} */ ({ keys: [], problem: "" }));
  const places = useSignal(/** @type {NativePlace[]} */ ([]));
  const key = useMemo(() => new Check("key", account), []);
  const ways = useMemo(() => WAYS.map((what) => new Check(what, account, t(`check.name_${what}`))), []);
  useEffect(() => {
    const read = async () => {
      const [told, native] = await Promise.all([get("/account/keys", { account }), get("/account/native-addresses", { account })]);
      keys.value = told;
      if (!places.value.length) places.value = native.places;
    };
    if (turn) read().catch(() => {}); // The top line says when the server is away.
  }, [turn]);
  const rows = keys.value.keys.map(({ key: masked, name, state }) => /** @type {const} */ ([name || t("check.name_key"), [h("code", {}, masked), h("span.rh-quiet", {}, state)]]));
  return h(
    "div",
    {},
    h("section.rh-table", { id: "account-keys" }, h("h2.rh-heading", {}, t("account.keys")), h(Facts, { rows }), h("p.rh-quiet", {}, keys.value.problem)),
    h(
      "section.rh-table",
      { id: "checks" },
      h("h2.rh-heading", {}, t("check.title")),
      h("p.rh-how", {}, t("check.about")),
      h("div.rh-buttons", {}, h(Press, { words: t("check.run_key"), press: runAll([key]) }), h(Press, { words: t("check.run_ways"), press: runAll(ways) })),
      h(CheckLine, { check: key }),
      ways.map((check) => h(CheckLine, { key: check.what, check })),
    ),
    places.value.length > 0 && h(Native, { places: places.value, account }),
  );
}

/** The addresses for ComfyUI tools.
 * @param {{ places: NativePlace[], account: string }} props */
function Native({ places, account }) {
  const check = useMemo(() => new Check("native", account), []);
  const password = useSignal("");
  return h(
    "section.rh-table",
    { id: "native" },
    h("h2.rh-heading", {}, t("native.title")),
    h("p.rh-how", {}, t("native.about")),
    h("p.rh-how", {}, t(window.rhBoot.demo ? "native.demo" : "native.warning")),
    window.rhBoot.person && h(Field, { label: t("native.password") }, h(PasswordInput, { text: password, autocomplete: "current-password" })),
    places.map(({ plus, hidden }) => h(NativeAddress, { key: String(plus), plus, hidden, password, account })),
    h("div.rh-buttons", {}, h(Press, { words: t("native.test"), press: runAll([check]) })),
    h(CheckLine, { check }),
  );
}

/** One address: hidden, shown on request, or copied without being shown.
 * @param {NativePlace & { password: import("../../vendor/preact.js").Signal<string>, account: string }} props */
function NativeAddress({ plus, hidden, password, account }) {
  const shown = useSignal("");
  const name = t(plus ? "native.plus" : "native.normal");
  const turn = telling(async () => {
    shown.value = shown.value ? "" : await nativeAddress(plus, password.value, account);
  });
  const copy = telling(async () => toast(t((await copyText(await nativeAddress(plus, password.value, account))) ? "native.copied" : "browser.copy_failed")));
  const words = t(shown.value ? "native.hide" : "native.show");
  return h(
    "div.rh-try",
    { "data-plus": String(plus) },
    h("div.rh-try-head", {}, h("strong", {}, name)),
    h("code.rh-native", {}, shown.value || hidden),
    h(
      "div.rh-buttons",
      {},
      h("button.rh-small", { type: "button", "aria-label": `${words}: ${name}`, onclick: turn }, words),
      h("button.rh-small", { type: "button", "aria-label": `${t("native.copy")}: ${name}`, onclick: copy }, t("native.copy")),
    ),
  );
}
