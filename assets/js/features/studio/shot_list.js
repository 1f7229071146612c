// @ts-check
// A list of shots: moving one, adding one, how long they are together, and making that fit. Pure.

/** @typedef {import("../../types.js").Shot} Shot
 * @typedef {import("../../core/api_types.js").ShotPartsSpec} Parts */

/** Numbered in their order; nothing for an empty list.
 * @param {Shot[]} shots @param {Parts} parts @returns {Shot[] | undefined} */
export const numbered = (shots, parts) => (shots.length ? shots.map((shot, place) => ({ ...shot, [parts.number]: place + 1 })) : undefined);

/** @template Kind @param {Kind[]} list @param {number} from @param {number} to @returns {Kind[]} */
export function moved(list, from, to) {
  const others = list.filter((_, place) => place !== from);
  return to < 0 || to > others.length ? list : [...others.slice(0, to), list[from], ...others.slice(to)];
}

/** The seconds of a shot as the service takes them; what is no whole number stays as it was typed, to be told.
 * @param {string} typed @param {Parts} parts */
export function secondsOf(typed, parts) {
  const plain = typed.normalize("NFKC").trim();
  return /^\d{1,9}$/.test(plain) ? (parts.as_text ? String(Number(plain)) : Number(plain)) : plain;
}

/** All seconds together; NaN while one is none.
 * @param {Shot[]} shots @param {Parts} parts */
export const together = (shots, parts) => shots.reduce((sum, shot) => sum + (String(shot[parts.seconds]).trim() ? Number(shot[parts.seconds]) : NaN), 0);

/** Another shot at the end, for the seconds that are left.
 * @param {Shot[]} shots @param {Parts} parts @param {number} total @returns {Shot[]} */
export function extended(shots, parts, total) {
  const left = total - together(shots, parts);
  const seconds = Math.max(1, left || 1);
  return [...shots, { [parts.number]: shots.length + 1, [parts.text]: "", [parts.seconds]: parts.as_text ? String(seconds) : seconds }];
}

/** The shots as long together as `total`, each as long in proportion as before and a second at least; null where there are
 * more shots than seconds.
 * @param {Shot[]} shots @param {Parts} parts @param {number} total @returns {Shot[] | null} */
export function spread(shots, parts, total) {
  if (!shots.length || shots.length > total) return null;
  const sum = together(shots, parts);
  const shares = shots.map((shot) => (sum > 0 ? (Number(shot[parts.seconds]) / sum) * total : total / shots.length));
  const lengths = shares.map((share) => Math.max(1, Math.floor(share)));
  let left = total - lengths.reduce((all, one) => all + one, 0);
  while (left !== 0) {
    const step = Math.sign(left);
    const gaps = lengths.map((length, place) => (length + step < 1 ? -Infinity : (shares[place] - length) * step));
    lengths[gaps.indexOf(Math.max(...gaps))] += step;
    left -= step;
  }
  return shots.map((shot, place) => ({ ...shot, [parts.seconds]: parts.as_text ? String(lengths[place]) : lengths[place] }));
}
