// @ts-check
// What lies over the page, each with a step of its own in the browser's history, so that Back closes the topmost first.

/** How each is closed, the topmost last.
 * @type {{ close: () => void }[]} */
const layers = [];
const { history } = window;
let returning = false; // a step of something that was closed otherwise is being taken back
/** @type {string | null} */
let waiting = null;

/** @returns {number} */
const reached = () => history.state?.rhOver ?? 0;

/** Notes that something lies over the page now and that `close()` takes it away. Call the answer once it is gone.
 * @param {() => void} close */
export function lay(close) {
  const layer = { close };
  layers.push(layer);
  level();
  return () => {
    const at = layers.indexOf(layer);
    if (at < 0) return;
    layers.splice(at, 1);
    // Later: what opens or leads to another tab in the same moment uses the step that is left.
    setTimeout(level);
  };
}

/** Opens a dialog over the page, unless it is open. A press beside it closes it: one that began there, which a drag out of it
 * did not, and only while nothing in it would be lost (`data-unsaved`).
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

/** As many steps as layers. */
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
}

/** Another tab has its own step, or what is left of a layer that has just gone.
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

/** The step that was reached belongs to this address.
 * @param {string} address */
export const stayAt = (address) => history.replaceState(history.state, "", address);

/** Listens to Back and Forward. `stayed()` runs after a layer was closed by it; `moved()` otherwise, also where an address
 * was typed: that is a step that this page has not made.
 * @param {() => void} stayed @param {() => void} moved */
export function listenForBack(stayed, moved) {
  const own = () => history.replaceState({ ...history.state, rhOver: reached() }, "");
  window.addEventListener("popstate", () => {
    if (returning) {
      returning = false;
      const address = waiting;
      waiting = null;
      if (address) stepTo(address);
    } else {
      const isTyped = history.state?.rhOver === undefined;
      if (isTyped) own();
      const before = layers.length;
      while (layers.length > reached()) layers.pop()?.close();
      if (layers.length < before && !isTyped) stayed();
      else moved();
    }
    level();
  });
  own();
  level(); // a reload closes everything; its steps go too
}
