// @ts-check
// The choice of a month, and the time zone in which it is counted.

import { h } from "../../core/h.js";
import { t } from "../../core/words.js";

/** @import { Signal } from "../../vendor/preact.js" */

/** Milliseconds: a month of all takes the server some time, and each run changes it. */
export const PAUSE = 3000;
export const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** @param {{ month: Signal<string> }} props */
export const MonthField = ({ month }) =>
  h("label.rh-labelled.rh-month", {}, h("span.rh-label", {}, t("budget.month")), h("input.rh-input", { type: "month", value: month.value, min: "2020-01", oninput: ({ currentTarget }) => (month.value = currentTarget.value) }));
