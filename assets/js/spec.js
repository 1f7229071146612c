// Questions about a field of the table as the server describes it (rh_ui/ui/form.py). Pure.

export const isMedia = (field) => ["image", "video", "audio"].includes(field.kind);
export const capacity = (field) => (field.many ? field.maxItems ?? 99 : 1);

/** Whether a carried or stored value is one the field can hold. */
export function fits(field, value) {
  if (field.kind === "choice") {
    return [value].flat().every((choice) => field.options.includes(choice));
  }
  if (field.kind === "flag") return typeof value === "boolean";
  if (field.kind === "text") return typeof value === "string" || Array.isArray(value);
  const number = Number(value);
  if (Number.isNaN(number)) return false;
  return !(number < Number(field.min ?? -Infinity) || number > Number(field.max ?? Infinity));
}

/** A whole number between the field's limits as text, exact beyond 2^53. */
export function randomSeed(field) {
  const low = BigInt(field.min ?? 0) < 0n ? 0n : BigInt(field.min ?? 0);
  const high = BigInt(field.max ?? 2147483647);
  const random = crypto.getRandomValues(new BigUint64Array(1))[0];
  return String(low + (random % (high - low + 1n)));
}
