// @ts-check
// The kind of the program's key: it decides what may be run, and how it is paid.

import { signal } from "../vendor/preact.js";

/** SHARED, NORMAL or EXCLUSIVE; empty in demo mode and until RunningHub has named it. */
export const keyKind = signal("");
