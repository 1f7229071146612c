// @ts-check
// What kind of key the program has: it decides what may be run, and with what that is paid.

import { signal } from "../vendor/preact.js";

/** SHARED, NORMAL or EXCLUSIVE; empty in demo mode and where RunningHub has not told it yet. */
export const keyKind = signal("");
