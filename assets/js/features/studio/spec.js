// @ts-check
// Checks of values against a field as the server describes it (rh_ui/web/serializers/form.py). Pure.

/** The range of 64-bit integers, as in rh_ui/domain.py; a field without limits takes no others. */
const SMALLEST_WHOLE = -(2n ** 63n);
const LARGEST_WHOLE = 2n ** 64n - 1n;

/** How the service spells a reference; null for a field that holds none.
 * @param {import("../../types.js").Field} field */
export const referenceParts = ({ parts }) => (parts && "of" in parts ? parts : null);
/** How it spells a shot.
 * @param {import("../../types.js").Field} field */
export const shotParts = ({ parts }) => (parts && "seconds" in parts ? parts : null);
/** What the files that a field takes are; empty where it takes none.
 * @param {import("../../types.js").Field} field */
export const fileKind = (field) => referenceParts(field)?.of ?? (["image", "video", "audio"].includes(field.kind) ? field.kind : "");
/** @param {import("../../types.js").Field} field */
export const isMedia = (field) => fileKind(field) !== "";
/** @param {import("../../types.js").Field} field */
export const capacity = (field) => (field.withheld ? 0 : field.many ? field.maxItems ?? 99 : 1);

/** Whether the field takes a carried-over or stored value. A text that is too long is kept, and its length is reported.
 * @param {import("../../types.js").Field} field @param {import("../../types.js").Value} value */
export function fits(field, value) {
  if (field.withheld) return value === field.default;
  if (Array.isArray(value) !== Boolean(field.many)) return false;
  return Array.isArray(value) ? value.length > 0 && value.every((item) => fitsOne(field, item)) : fitsOne(field, value);
}

/** Whether it is a shot in the service's spelling; how long it is and what it says is told at its field.
 * @param {import("../../types.js").Field} field @param {unknown} item */
function isShot(field, item) {
  const { number, text, seconds } = shotParts(field) ?? { number: "", text: "", seconds: "" };
  const keys = Object.keys(item && typeof item === "object" ? item : {});
  return keys.length === 3 && [number, text, seconds].every((key) => keys.includes(key)) && typeof (/** @type {any} */ (item)[text]) === "string";
}

/** @param {import("../../types.js").Field} field @param {import("../../types.js").Value | import("../../types.js").Shot} value */
function fitsOne(field, value) {
  if (field.kind === "shots") return isShot(field, value);
  if (field.kind === "choice") return (field.options ?? []).some((option) => option === value);
  if (field.kind === "flag") return typeof value === "boolean";
  if (field.kind === "text") return typeof value === "string";
  if (typeof value !== "number" && typeof value !== "string") return false;
  const typed = typedNumber(field, String(value));
  if (field.sentinels?.some((special) => String(special.value) === typed)) return true;
  // Beyond 2^53 only BigInt counts exactly; it compares with numbers too.
  const whole = /^[+-]?\d+$/.test(typed);
  if (field.kind === "integer" ? !whole : !isNumber(typed)) return false;
  const number = whole ? BigInt(typed.replace("+", "")) : Number(typed);
  return number >= exact(field.min ?? SMALLEST_WHOLE) && number <= exact(field.max ?? LARGEST_WHOLE);
}

/** @param {import("../../types.js").ExactNumber | bigint} limit */
const exact = (limit) => (typeof limit === "string" ? BigInt(limit) : limit);

/** A number in plain characters, also from full width digits or with a comma or a Chinese full stop as decimal point. Where
 * a comma may separate thousands, it is not guessed: the server reports it.
 * @param {import("../../types.js").Field} field @param {string} text */
export function typedNumber(field, text) {
  const plain = text.normalize("NFKC").replaceAll("\u2212", "-").replaceAll("\u3002", ".").trim();
  const fraction = field.kind === "decimal" && /^[+-]?\d*,\d+$/.test(plain) && !/^[+-]?[1-9]\d{0,2},\d{3}$/.test(plain);
  return fraction ? plain.replace(",", ".") : plain;
}

/** @param {string} text */
const isNumber = (text) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text));

/** The typed text as a number if that is exact, else as text: the server says what is wrong with it.
 * @param {import("../../types.js").Field} field @param {string} text */
export function numeric(field, text) {
  const typed = typedNumber(field, text);
  if (typed === "") return undefined;
  if (field.kind === "integer" ? !/^[+-]?\d+$/.test(typed) : !isNumber(typed)) return text.trim();
  const value = Number(typed);
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? typed : value;
}

/** A random integer between the field's limits, as text, exact beyond 2^53.
 * @param {import("../../types.js").Field} field */
export function randomSeed(field) {
  const low = BigInt(field.min ?? 0) < 0n ? 0n : BigInt(field.min ?? 0);
  const high = BigInt(field.max ?? 2147483647);
  const random = crypto.getRandomValues(new BigUint64Array(1))[0];
  return String(low + (random % (high - low + 1n)));
}
