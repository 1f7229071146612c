// @ts-check
// The line above the button: price, its calculation, number of runs, what is missing.

import { Icon } from "../../components/icon.js";
import { h } from "../../core/h.js";
import { money, times } from "../../core/format.js";
import { keyKind } from "../../core/key_kind.js";
import { person } from "../../core/person.js";
import { language, t } from "../../core/words.js";
import { BudgetNote } from "../team/left.js";
import { target } from "../team/projects.js";
import { useEffect, useRef } from "../../vendor/preact.js";
import { ProjectChooser } from "../team/whose.js";

/** @typedef {{ studio: import("./studio.js").Studio }} Props
 * @typedef {import("./form_checks.js").Price} Price */

const PAID_BY = ["SHARED", "NORMAL", "EXCLUSIVE"];
const COUNTS = [1, 2, 3, 4, 6, 8];

/** @param {Props} props */
export function PriceLine({ studio }) {
  const { count } = studio.submission;
  const price = studio.checks.price.value;
  const project = target.value;
  const before = useRef(project);
  useEffect(() => {
    if (before.current !== project) studio.checks.assess(); // it may have an account of its own
    before.current = project;
  }, [project]);
  return h(
    "div.rh-price-line",
    { class: studio.spec && studio.folded.value ? "is-folded" : "" },
    h(
      "button.rh-handle",
      { type: "button", "aria-label": t("form.fold"), onclick: () => (studio.folded.value = !studio.folded.value) },
      h("span", {}, studio.spec?.title ?? ""),
      h(Icon, { name: "down" }),
    ),
    h(
      "div.rh-price-row",
      {},
      h("div", {}, h("span.rh-price", {}, studio.spec && amountWords(price, count.value)), h(Origin, { studio })),
      h(
        "div.rh-price-choices",
        {},
        h(ProjectChooser),
        h(
          "select.rh-input.rh-count",
          { "aria-label": t("run.count"), value: String(count.value), onchange: (event) => (count.value = Number(event.currentTarget.value)) },
          COUNTS.map((n) => h("option", { key: n, value: String(n) }, `× ${n}`)),
        ),
      ),
    ),
    person() && price && h(BudgetNote, { price: price.by_table, count: count.value, project: target.value }),
    h(Status, { studio }),
  );
}

/** The calculation of the price and how it is paid; first, whether this key may run the model at all.
 * @param {Props} props */
function Origin({ studio }) {
  const kind = keyKind.value;
  const price = studio.checks.price.value;
  const graphs = studio.modality === "apps";
  if (!graphs && (kind === "NORMAL" || kind === "EXCLUSIVE")) return h("span.rh-no-models", {}, t("price.no_models"));
  const paid = PAID_BY.includes(kind) && !price?.free ? t(graphs ? `price.paid_${kind}` : "price.paid_SHARED") : "";
  if (price?.unfit) return h("span.rh-no-models", {}, t(`refusal.${price.unfit}`));
  const account = price?.account && t("price.account", { account: price.account });
  return h("span.rh-quiet", {}, [account, price && originWords(price, studio.costs.value), paid].filter(Boolean).join(" · "));
}

/** @param {Props} props */
function Status({ studio }) {
  const busy = studio.submission.busy.value;
  const message = studio.submission.message.value;
  return h("p.rh-status", { role: "status", class: !busy && message ? "is-bad" : "" }, busy || message);
}

/** The price of several runs.
 * @param {Price | null} price @param {number} count */
export function amountWords(price, count) {
  if (!price) return t("price.checking");
  if (price.free) return freeWords(price, count);
  if (!price.words) return t("price.unknown");
  const from = (/** @type {string} */ amount) => (price.from ? t("price.from", { price: amount }) : amount);
  if (count === 1 || !price.amount) return from(price.words);
  return t("price.total", { price: from(money(times(price.amount, count), price.currency ?? "")), count });
}

/** Only one call is free: the price of further ones is not known.
 * @param {Price} price @param {number} count */
function freeWords({ free_left: left }, count) {
  const all = count === 1 || (left ?? 0) >= count;
  const words = all ? t("price.free") : t("price.free_first", { count });
  return left ? t("price.free_left", { words, count: left }) : words;
}

/** The calculation of the price, and its source.
 * @param {Price} price @param {string} costs what earlier runs cost, if the price of the next one is not known */
function originWords(price, costs) {
  if (price.source === "service") return t("price.by_service");
  if (!price.amount && costs) return costs;
  const how = language() === "zh" ? price.how_zh : price.how;
  if (window.rhBoot.demo || !price.amount) return how;
  return [how, t("price.by_table", { date: price.as_of })].filter(Boolean).join(" · ");
}
