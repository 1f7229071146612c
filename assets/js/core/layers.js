// @ts-check
// Layers over the page, each with a step in the browser's history, so that Back closes the topmost one.

/** The layers with their `close`, the topmost last.
 * @type {{ close: () => void }[]} */
const layers = [];
const { history } = window;
let returning = false; // the step of a layer that was closed without Back is being removed
/** The address that takes the place of the step, once that is removed.
 * @type {string | null} */
let waiting = null;
/** An address that was typed meanwhile; whether the step is removed after that depends on which was quicker.
 * @type {string | null} */
let typed = null;
const LATE = 1000; // ms

/** @returns {number} */
const reached = () => history.state?.rhOver ?? 0;
/** Says on the page whether a step is being removed: Chromium drops a reload meanwhile.
 * @param {boolean} isRemoved */
const tellStep = (isRemoved) => document.documentElement.toggleAttribute("data-stepping", isRemoved);

/** Registers a layer that `close()` removes. Call the returned function when it is gone.
 * @param {() => void} close */
export function lay(close) {
  const layer = { close };
  layers.push(layer);
  level();
  return () => {
    const at = layers.indexOf(layer);
    if (at < 0) return;
    layers.splice(at, 1);
    tellStep(true);
    // Later: a layer or tab that opens at the same time reuses the step.
    setTimeout(level);
  };
}

/** Opens a dialog over the page, unless it is open. A press that begins and ends beside it closes it, unless something in
 * it would be lost (`data-unsaved`).
 * @param {HTMLDialogElement | null} dialog */
export function layDialog(dialog) {
  if (!dialog || dialog.open) return;
  const gone = lay(() => dialog.close());
  const closed = new AbortController();
  const { signal } = closed;
  let isBeside = false;
  const press = (/** @type {Event} */ { target }) => {
    isBeside = target === dialog;
  };
  const click = (/** @type {Event} */ { target }) => {
    if (isBeside && target === dialog && !dialog.querySelector("[data-unsaved]")) dialog.close();
  };
  dialog.addEventListener("pointerdown", press, { signal });
  dialog.addEventListener("click", click, { signal });
  dialog.addEventListener("close", () => closed.abort(gone()), { once: true });
  dialog.showModal();
}

/** Makes the number of steps equal to that of layers. */
function level() {
  if (returning) return;
  const spare = reached() - layers.length;
  // A step back must not scroll the page to where it was when the layer opened.
  history.scrollRestoration = layers.length || spare > 0 ? "manual" : "auto";
  if (spare > 0) {
    returning = true;
    history.go(-spare);
  }
  while (reached() < layers.length) history.pushState({ rhOver: reached() + 1 }, "");
  tellStep(returning);
}

/** Another tab gets its own step, or reuses that of a layer that was just closed.
 * @param {string} address */
export function stepTo(address) {
  if (returning) {
    waiting = address;
    return;
  }
  const state = { rhOver: layers.length };
  if (reached() || layers.length) history.replaceState(state, "", address);
  else history.pushState(state, "", address);
}

/** The present step belongs to this address.
 * @param {string} address */
export const stayAt = (address) => history.replaceState(history.state, "", address);

/** Calls `act` at each step in the browser's history, until the returned function is called.
 * @param {() => void} act */
export function eachStep(act) {
  window.addEventListener("popstate", act);
  return () => window.removeEventListener("popstate", act);
}

/** Listens to Back and Forward. `stayed()` runs when it closed a layer; `moved()` otherwise, also when an address was
 * typed.
 * @param {() => void} stayed @param {() => void} moved */
export function listenForBack(stayed, moved) {
  const own = () => history.replaceState({ ...history.state, rhOver: reached() }, "");
  eachStep(() => {
    const isTyped = history.state?.rhOver === undefined;
    const isReturn = !isTyped && (returning || typed !== null);
    const address = waiting ?? typed;
    if (isTyped && returning) {
      typed = window.location.hash;
      setTimeout(() => (typed = null), LATE);
    } else typed = null;
    returning = false;
    waiting = null;
    if (isReturn) {
      if (address) stepTo(address);
    } else {
      if (isTyped) own();
      const before = layers.length;
      while (layers.length > reached()) layers.pop()?.close();
      if (layers.length < before && !isTyped) stayed();
      else moved();
    }
    level();
  });
  own();
  level(); // a reload closes all layers; their steps are removed too
}
