// Questions about a field of the table as the server describes it (rh_ui/ui/form.py). Pure.

/** Whole numbers of 64 bits, as rh_ui/domain.py has them; a field without limits takes no others. */
const SMALLEST_WHOLE = -(2n ** 63n);
const LARGEST_WHOLE = 2n ** 64n - 1n;

export const isMedia = (field) => ["image", "video", "audio"].includes(field.kind);
export const capacity = (field) => (field.many ? field.maxItems ?? 99 : 1);

/** Whether a carried or stored value is one the field can hold. A text is never thrown away: its length is told. */
export function fits(field, value) {
  if (Array.isArray(value) !== Boolean(field.many)) return false;
  return field.many ? value.length > 0 && value.every((item) => fitsOne(field, item)) : fitsOne(field, value);
}

function fitsOne(field, value) {
  if (field.kind === "choice") return field.options.includes(value);
  if (field.kind === "flag") return typeof value === "boolean";
  if (field.kind === "text") return typeof value === "string";
  if (typeof value !== "number" && typeof value !== "string") return false;
  const typed = String(value).trim();
  if (field.sentinels?.some((special) => String(special.value) === typed)) return true;
  // Beyond 2^53 only BigInt counts exactly; it compares with numbers and with limits that came as text.
  const whole = /^[+-]?\d+$/.test(typed);
  if (field.kind === "integer" ? !whole : typed === "" || !Number.isFinite(Number(typed))) return false;
  const number = whole ? BigInt(typed.replace("+", "")) : Number(typed);
  return !(number < (field.min ?? SMALLEST_WHOLE) || number > (field.max ?? LARGEST_WHOLE));
}

/** A whole number between the field's limits as text, exact beyond 2^53. */
export function randomSeed(field) {
  const low = BigInt(field.min ?? 0) < 0n ? 0n : BigInt(field.min ?? 0);
  const high = BigInt(field.max ?? 2147483647);
  const random = crypto.getRandomValues(new BigUint64Array(1))[0];
  return String(low + (random % (high - low + 1n)));
}
