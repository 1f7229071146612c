// @ts-check
// Shows errors of the page's scripts to the user, once per message, and not only in the browser's console.

import { faultWords, toast } from "./toast.js";
import { t } from "../core/words.js";

/** @type {Set<string>} */
const told = new Set();

/** @param {string} what */
function tell(what) {
  if (told.has(what)) return;
  told.add(what);
  toast(t("browser.failed", { what: what.slice(0, 160) }));
}

/** Listens for errors that no handler has caught: of an event, a promise, or the loading of a module. */
export function watchForFaults() {
  window.addEventListener("error", ({ error, message, filename }) => {
    // Without an error object it is a note of the browser; scripts of extensions are not ours.
    if (error && (!filename || filename.startsWith(window.location.origin))) tell(error.message ?? message);
  });
  window.addEventListener("unhandledrejection", ({ reason }) => {
    if (reason?.name !== "AbortError") tell(faultWords(reason));
  });
}
