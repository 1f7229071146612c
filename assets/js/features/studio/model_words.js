// @ts-check
// A model's channel and price in words.

import { money, moneySpan } from "../../core/format.js";
import { t } from "../../core/words.js";

/** @param {string} task */
export const taskWords = (task) => t(`task.${task}`);

/** @param {string} [channel] */
export const channelWords = (channel = "") =>
  /** @type {Record<string, string>} */ ({ "official-stable": t("picker.stable"), "low-price": t("picker.cheap") })[channel] ?? "";

/** What a channel means for a run, in a sentence.
 * @param {string} [channel] */
export const channelHint = (channel = "") =>
  /** @type {Record<string, string>} */ ({ "official-stable": t("about.stable"), "low-price": t("about.cheap") })[channel] ?? "";

/** "¥0.46 / second", "¥0.46–0.58 / second", or that the price is not known.
 * @param {import("../../types.js").PriceSpan | null} price */
export function priceWords(price) {
  if (!price) return t("picker.price_unknown");
  const range = moneySpan(price.low, price.high, price.currency);
  const one = price.unit === "call" ? range : t("price.per", { price: range, unit: t(`unit.${price.unit}`) });
  return price.from ? t("price.from", { price: one }) : one;
}

/** The price of a usual run, marked as such if the model is paid by another unit; "by use" where it is not known.
 * @param {import("../../types.js").PriceSpan | null} price */
export function runWords(price) {
  if (!price) return { run: t("picker.price_unknown"), unit: "" };
  if (price.run === null) return { run: t("picker.price_by_use"), unit: priceWords(price) };
  const each = !["call", "image", "result"].includes(price.unit);
  const run = t(each ? "price.run_about" : "price.run", { price: money(price.run, price.currency) });
  return { run: price.from ? t("price.from", { price: run }) : run, unit: each ? priceWords(price) : "" };
}
