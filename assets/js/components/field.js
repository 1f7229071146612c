// @ts-check
// A labelled input of a small form, a list to choose from, and a password.

import { h } from "../core/h.js";
import { TextInput } from "./text_input.js";

/** @typedef {import("../vendor/preact.js").ComponentChildren} Children */

/** @param {{ label: string, children?: Children }} props */
export const Field = ({ label, children }) => h("label.rh-labelled", {}, h("span.rh-label", {}, label), children);

/** `among`: values with their words.
 * @template {string} Value
 * @param {{ value: import("../vendor/preact.js").Signal<Value>, among: readonly (readonly [Value, string])[] }} props */
export const Choice = ({ value, among }) =>
  h(
    "select.rh-input",
    { value: value.value, onchange: ({ currentTarget }) => (value.value = /** @type {Value} */ (currentTarget.value)) },
    among.map(([name, words]) => h("option", { key: name, value: name }, words)),
  );

/** @param {{ text: import("../vendor/preact.js").Signal<string>, autocomplete: "current-password" | "new-password" }} props */
export const PasswordInput = (props) => h(TextInput, { type: "password", required: true, maxlength: 1000, ...props });

/** Values with their words, to choose among.
 * @template {string} Value
 * @param {readonly Value[]} values @param {(value: Value) => string} words
 * @returns {[Value, string][]} */
export const pairs = (values, words) => values.map((value) => [value, words(value)]);
