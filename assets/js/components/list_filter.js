// @ts-check
// A filter of a long list: one of some values, or all.

import { h } from "../core/h.js";
import { t } from "../core/words.js";

/** `among`: values with their words; empty means all.
 * @param {{ id: string, label: string, value: string, among: readonly (readonly [string, string])[], choose: (value: string) => void }} props */
export const ListFilter = ({ id, label, value, among, choose }) =>
  h(
    "label.rh-history-filter",
    {},
    h("span.rh-label", {}, label),
    h(
      "select.rh-input",
      { id, value, onchange: ({ currentTarget }) => choose(currentTarget.value) },
      h("option", { value: "" }, t("history.all")),
      among.map(([name, words]) => h("option", { key: name, value: name }, words)),
    ),
  );
