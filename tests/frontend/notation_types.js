// @ts-check
// Never run: each line under `@ts-expect-error` must be one that tsc refuses, and every other one it must take.

import { h } from "../../assets/js/core/h.js";

/** @param {{ card: { id: string }, act?: (name: string) => void }} props */
const Card = ({ card, act }) => h("div.rh-card", { "data-task": card.id }, h("button.rh-small.is-main", { type: "button", onclick: () => act?.("cancel") }, "Cancel"));
const Bare = () => h("hr");

export const taken = [
  h(Card, { card: { id: "a" } }),
  h(Card, { card: { id: "a" }, act: (name) => name.length, key: "a" }),
  h(Bare),
  h("p"),
  h("p", null, "words", null, false, 3, ["more", h("b", {}, "bold")]),
  h("input.rh-input", { type: "number", value: "1", disabled: false, "aria-label": "Count", oninput: (event) => event.currentTarget.value }),
  h("svg.rh-icon", { viewBox: "0 0 24 24", "aria-hidden": true }, h("path", { d: "M0 0" })),
];

export const refused = [
  // @ts-expect-error a prop that the part does not have
  h(Card, { crd: { id: "a" } }),
  // @ts-expect-error a prop of the wrong type
  h(Card, { card: { id: "a" }, act: 1 }),
  // @ts-expect-error a prop that is missing
  h(Card, {}),
  // @ts-expect-error props that are missing
  h(Card),
  // @ts-expect-error a field that the data do not have
  h("p", { "data-task": taken[0].idd }),
  // @ts-expect-error no such element
  h("buton.rh-small", {}),
  // @ts-expect-error a handler that is none
  h("button", { onclick: 1 }),
  // @ts-expect-error no such attribute
  h("button", { wrong: 1 }),
  // @ts-expect-error this page writes onclick
  h("button", { onClick: () => undefined }),
  // @ts-expect-error the element of an event is known
  h("input", { oninput: (event) => event.currentTarget.valeu }),
  // @ts-expect-error text is never markup
  h("p", { dangerouslySetInnerHTML: { __html: "<b>" } }),
  // @ts-expect-error a child that can't be drawn
  h("p", {}, { words: "no" }, () => 1, Symbol("s")),
];
