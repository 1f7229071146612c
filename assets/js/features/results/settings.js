// @ts-check
// What a run sent, under the words of its form; files as small pictures that open.

import { h } from "../../core/h.js";

/** @typedef {import("../../core/api_types.js").Setting} Setting @typedef {import("../../core/api_types.js").SettingValue} Value */

/** @param {{ settings: Setting[] }} props */
export const Settings = ({ settings }) =>
  settings.length > 0 &&
  h("ul.rh-settings", {}, settings.map(({ key, label, values }) => h("li", { key }, h("span.rh-quiet", {}, label), h("span.rh-setting", {}, values.map((value, at) => h(Shown, { key: at, value }))))));

/** @param {{ value: Value }} props */
function Shown({ value: { text, url, kind } }) {
  if (!url) return h("span", {}, text);
  const open = { href: url, target: "_blank", rel: "noopener", title: text };
  if (kind === "image") return h("a.rh-setting-file", open, h("img", { src: url, alt: text, loading: "lazy" }));
  return h("a", open, text);
}
