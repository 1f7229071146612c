// @ts-check
// Money, sizes, counts, durations and times as text. rh_ui/i18n/format.py does the same for the server's sentences;
// tests/material/formats.json checks both.

import { has, language, t } from "./words.js";

const AMOUNT = /^(\d+)(?:\.(\d+))?(?:E([+-]?\d+))?$/i;
/** Of currencies that have other than two decimals (ISO 4217), as on the server.
 * @type {Record<string, number>} */
const DECIMALS = { CLP: 0, ISK: 0, JPY: 0, KRW: 0, VND: 0, BHD: 3, JOD: 3, KWD: 3, OMR: 3, TND: 3 };
const UNITS = ["B", "KB", "MB", "GB"];

/** @typedef {import("../types.js").Amount} Amount */

/** A multiple of an amount, exactly, with at least two decimals. It is calculated in whole units: an amount is text from
 * the database to the screen, and never a float.
 * @param {Amount} amount @param {number} count */
export function times(amount, count) {
  const [, whole, part = "", exponent = "0"] = AMOUNT.exec(amount) ?? [];
  if (whole === undefined) throw new RangeError(`This is no amount: ${amount}`);
  const places = part.length - Number(exponent);
  const units = BigInt(whole + part) * BigInt(count) * 10n ** BigInt(Math.max(0, -places));
  const digits = String(units).padStart(Math.max(0, places) + 1, "0");
  const point = digits.length - Math.max(0, places);
  return `${digits.slice(0, point)}.${digits.slice(point).replace(/0+$/, "").padEnd(2, "0")}`;
}

/** "¥0.46": with the decimals of its currency at least, and more if the amount has more.
 * @param {Amount} amount @param {string} currency */
export const money = (amount, currency) => withSign(inDecimals(amount, currency), currency);

/** "¥0.46", "¥0.46–0.58".
 * @param {Amount} low @param {Amount} high @param {string} currency */
export const moneySpan = (low, high, currency) => withSign([...new Set([inDecimals(low, currency), inDecimals(high, currency)])].join("–"), currency);

/** @param {Amount} amount @param {string} currency */
function inDecimals(amount, currency) {
  const [whole, part] = times(amount, 1).split(".");
  const shown = part.replace(/0+$/, "").padEnd(DECIMALS[currency] ?? 2, "0");
  return shown ? `${whole}.${shown}` : whole;
}

/** @param {string} amount @param {string} currency */
const withSign = (amount, currency) => t(has(`currency.${currency}`) ? `currency.${currency}` : "currency.other", { amount, currency });

/** 12000 → "12,000".
 * @param {number | bigint} number */
export const count = (number) => number.toLocaleString(language());

/** 1536 → "1.5 KB", 3145728 → "3.0 MB".
 * @param {number} bytes */
export function fileSize(bytes) {
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < UNITS.length - 1; unit += 1) value /= 1024;
  const digits = unit ? 1 : 0;
  return `${value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits })} ${UNITS[unit]}`;
}

/** Megabytes, to compare with a limit in megabytes.
 * @param {number} bytes */
export function megabytes(bytes) {
  const mb = bytes / 1048576;
  return mb >= 10 ? mb.toFixed(0) : mb.toFixed(mb >= 1 ? 1 : 2);
}

/** 75 → "1:15".
 * @param {number} seconds */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const minutes = Math.floor(whole / 60);
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  return minutes >= 60 ? `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** A time in the user's time zone, with the day if it is not today; the tooltip has the seconds.
 * @param {string} iso */
export function clockWords(iso, now = new Date()) {
  const at = new Date(iso);
  const isOn = (/** @type {Date} */ day) => at.toDateString() === day.toDateString();
  const clock = at.toLocaleTimeString(language(), { timeStyle: "short" });
  const tomorrow = new Intl.RelativeTimeFormat(language(), { numeric: "auto" }).format(1, "day");
  const isTomorrow = isOn(new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1));
  return {
    short: isOn(now) ? clock : isTomorrow ? `${tomorrow} ${clock}` : at.toLocaleString(language(), { dateStyle: "medium", timeStyle: "short" }),
    exact: at.toLocaleString(language(), { dateStyle: "full", timeStyle: "long" }),
  };
}

/** The date at a place, as text that sorts by time: "2026-11-30"; without a zone, here.
 * @param {Date} at @param {string} [zone] */
export const dateIn = (at, zone) => at.toLocaleDateString("en-CA", { timeZone: zone });

/** A calendar day as words: "Mon 30 Nov".
 * @param {Date} at @param {string} zone */
const dayAt = (at, zone) => at.toLocaleDateString(language(), { timeZone: zone, weekday: "short", day: "numeric", month: "short" });

/** The same of a date as text, which is the same day everywhere.
 * @param {string} date */
export const dayOf = (date) => dayAt(new Date(`${date}T12:00:00Z`), "UTC");

/** The day and the clock at a place, as words: "Mon 30 Nov" and "00:00".
 * @param {Date} at @param {string} zone */
export const dayAndClock = (at, zone) => ({
  day: dayAt(at, zone),
  clock: at.toLocaleTimeString(language(), { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
});
