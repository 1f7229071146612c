// @ts-check
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Window } from "happy-dom";

const window = new Window();
Object.assign(globalThis, { window, document: window.document, Node: window.Node, Element: window.Element, HTMLElement: window.HTMLElement });

const { drawOver, h } = await import("../../assets/js/core/h.js");
const { effect, render, signal, useEffect, useState } = await import("../../assets/js/vendor/preact.js");

/** @type {any} */
let place;
beforeEach(() => {
  place = document.createElement("div");
});

/** @param {import("../../assets/js/vendor/preact.js").VNode} part */
function drawn(part) {
  render(part, place);
  return place.firstElementChild;
}

/** Until what changed has been drawn. */
const settled = () => new Promise((go) => setTimeout(go, 50));

test("an element has its classes in its name, and those it is given too", () => {
  assert.equal(drawn(h("button.rh-small.is-main", { type: "button", class: "is-on" }, "Go")).outerHTML, '<button type="button" class="rh-small is-main is-on">Go</button>');
  assert.equal(drawn(h("p")).outerHTML, "<p></p>");
  assert.equal(drawn(h("p.a", null, "x")).outerHTML, '<p class="a">x</p>');
});

test("children may be texts, numbers, elements and lists; what is nothing is left out", () => {
  assert.equal(drawn(h("p", {}, "a", 0, null, undefined, false, "", ["b", h("b", {}, "c")])).innerHTML, "a0b<b>c</b>");
});

test("an attribute that is false or missing is not there; one for those who can't see is told either way", () => {
  assert.equal(drawn(h("input", { disabled: false, title: undefined, "aria-hidden": false, "data-task": "7" })).outerHTML, '<input aria-hidden="false" data-task="7">');
  assert.equal(drawn(h("button", { disabled: true }, "x")).disabled, true);
});

test("handlers are called", () => {
  let pressed = 0;
  drawn(h("button", { onclick: () => (pressed += 1) }, "x")).click();
  assert.equal(pressed, 1);
});

const MARKUP = '<img src=x onerror="alert(1)"><b>&amp;';

test("text is never markup: not as a child, not as an attribute, not as a prop", () => {
  /** @param {{ words: string }} props */
  const Part = ({ words }) => h("p", { title: words }, words);
  for (const part of [h("p", { title: MARKUP }, MARKUP), h(Part, { words: MARKUP })]) {
    const element = drawn(part);
    assert.equal(element.children.length, 0);
    assert.deepEqual([element.textContent, element.title], [MARKUP, MARKUP]);
  }
});

test("markup can't be set, and what the server sends can't pretend to be a part", () => {
  const any = /** @type {any} */ (h);
  assert.throws(() => any("p", { dangerouslySetInnerHTML: { __html: MARKUP } }), /never markup/);
  const sent = JSON.parse(JSON.stringify({ type: "img", props: { src: "x", onerror: "alert(1)" }, key: null, ref: null, __k: null, constructor: null }));
  const element = drawn(h("p", {}, sent));
  assert.equal(element.querySelector("img"), null);
});

test("a part keeps its own state, its element and what was typed there when its props change", () => {
  /** @param {{ percent: number }} props */
  const Run = ({ percent }) => {
    const [asked, setAsked] = useState(false);
    return h("div", {}, h("button", { onclick: () => setAsked(true) }, asked ? "Really?" : "Cancel"), h("input", {}), `${percent} %`);
  };
  const first = drawn(h(Run, { percent: 1 }));
  first.querySelector("input").value = "12345";
  first.querySelector("button").click();
  return settled().then(() => {
    const second = drawn(h(Run, { percent: 2 }));
    assert.equal(second, first);
    assert.match(second.textContent, /Really\?2 %/);
    assert.equal(second.querySelector("input").value, "12345");
  });
});

test("a part that reads a signal is drawn again when it changes, and no other one is", async () => {
  const count = signal(1);
  let others = 0;
  const Counter = () => h("b", {}, String(count.value));
  const Other = () => {
    others += 1;
    return h("i");
  };
  const element = drawn(h("p", {}, h(Counter), h(Other)));
  count.value = 2;
  await settled();
  assert.equal(element.innerHTML, "<b>2</b><i></i>");
  assert.equal(others, 1);
});

test("what is derived from a signal outside of parts follows it too", () => {
  const count = signal(1);
  /** @type {number[]} */
  const seen = [];
  const end = effect(() => {
    seen.push(count.value);
  });
  count.value = 2;
  end();
  count.value = 3;
  assert.deepEqual(seen, [1, 2]);
});

test("a part over the page follows its signals until it is taken away", async () => {
  const count = signal(1);
  let ended = 0;
  const Counter = () => {
    useEffect(() => () => {
      ended += 1;
    }, []);
    return h("b", {}, String(count.value));
  };
  const end = drawOver(h(Counter));
  const element = document.querySelector("b");
  await settled();
  count.value = 2;
  await settled();
  assert.equal(element?.outerHTML, "<b>2</b>");
  end();
  await settled();
  assert.deepEqual([ended, document.querySelector("b")], [1, null]);
  count.value = 3;
  await settled();
  assert.equal(element?.textContent, "2");
});
