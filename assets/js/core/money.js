// @ts-check
// Amounts are text from the database to the screen; what is reckoned with them is reckoned in whole units.

const AMOUNT = /^(\d+)(?:\.(\d+))?(?:E([+-]?\d+))?$/i;

/** So many times an amount, exactly: with two decimals at least, and as many more as it takes.
 * @param {import("../types.js").Amount} amount @param {number} count */
export function times(amount, count) {
  const [, whole, part = "", exponent = "0"] = AMOUNT.exec(amount) ?? [];
  if (whole === undefined) throw new RangeError(`This is no amount: ${amount}`);
  const places = part.length - Number(exponent);
  const units = BigInt(whole + part) * BigInt(count) * 10n ** BigInt(Math.max(0, -places));
  const digits = String(units).padStart(Math.max(0, places) + 1, "0");
  const point = digits.length - Math.max(0, places);
  return `${digits.slice(0, point)}.${digits.slice(point).replace(/0+$/, "").padEnd(2, "0")}`;
}
