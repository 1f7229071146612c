// @ts-check
// A part of the page that fails is seen by the person, once for each kind, and not only in the browser's console.

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

/** Listens for whatever no handler has caught: an event's, a promise's, a module's that was to be fetched. */
export function watchForFaults() {
  window.addEventListener("error", ({ error, message, filename }) => {
    // Without an error it is the browser's own remark; an extension's scripts are not this page's.
    if (error && (!filename || filename.startsWith(window.location.origin))) tell(error.message ?? message);
  });
  window.addEventListener("unhandledrejection", ({ reason }) => {
    if (reason?.name !== "AbortError") tell(faultWords(reason));
  });
}
