// @ts-check
// Limits how often something runs.

/**
 * Calls `action` once, `wait` ms after the last call.
 * @template {unknown[]} Given
 * @param {(...values: Given) => unknown} action
 * @param {number} wait
 */
export function debounced(action, wait) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const later = (/** @type {Given} */ ...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), wait);
  };
  later.cancel = () => clearTimeout(timer);
  return later;
}

/**
* A function of whose calls only the last one counts: an earlier one returns null if it was overtaken by another call or by
 * `drop()`, even if it fails.
 * @template {unknown[]} Given @template Answer
 * @param {(...given: Given) => Promise<Answer>} ask
 * @returns {((...given: Given) => Promise<Answer | null>) & { drop: () => void }}
 */
export function latest(ask) {
  let asked = 0;
  const drop = () => {
    asked += 1;
  };
  const question = async (/** @type {Given} */ ...given) => {
    drop();
    const mine = asked;
    try {
      const answer = await ask(...given);
      return mine === asked ? answer : null;
    } catch (fault) {
      if (mine === asked) throw fault;
      return null;
    }
  };
  return Object.assign(question, { drop });
}

/**
 * Calls `action` at once; further calls count as one, `wait` ms after its end. However often it is called, it runs now and
 * then, and never twice at once.
 * @param {() => unknown} action
 * @param {number} wait
 */
export function paced(action, wait) {
  let isResting = false;
  let again = false;
  const call = async () => {
    again = isResting;
    if (isResting) return;
    isResting = true;
    try {
      await action();
    } finally {
      setTimeout(() => {
        isResting = false;
        if (again) call();
      }, wait);
    }
  };
  return () => void call();
}

/**
* Calls `action` at once, and once more `wait` ms after the last of several calls in quick succession; `later()` only the
 * latter.
 * @param {() => unknown} action
 * @param {number} wait
 */
export function eager(action, wait) {
  /** @type {ReturnType<typeof setTimeout> | null} */
  let timer = null;
  let again = false;
  const rest = () => {
    timer = null;
    if (again) now();
  };
  const now = () => {
    again = false;
    timer = setTimeout(rest, wait);
    action();
  };
  const later = () => {
    clearTimeout(timer ?? undefined);
    again = true;
    timer = setTimeout(rest, wait);
  };
  const call = () => (timer === null ? now() : later());
  call.later = later;
  return call;
}
