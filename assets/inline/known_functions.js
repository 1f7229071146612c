// The first script of the page, with a list of all functions that Gradio would make from texts: `knownFunctions([…])`.
//
// Gradio compiles its `js=`, `js_on_load` and HTML templates in the browser, which a Content-Security-Policy without
// 'unsafe-eval' forbids: any text that gets in there would run as a script. All of ours are known when the page is made
// (rh_ui/ui/guards/known_functions.py), so they are listed here and found by their text. A text that is not listed is passed
// on to the browser, which refuses and reports it.

function knownFunctions(known) {
  "use strict";
  const byText = new Map(known.map((made) => [String(made), made]));
  const find = (before, words) => byText.get(`${before}function(${words.slice(0, -1).join(",")}){${words.at(-1) ?? ""}}`);
  const wrap = (before, maker) =>
    new Proxy(maker, {
      apply: (_, self, words) => find(before, words) ?? Reflect.apply(maker, self, words),
      construct: (_, words, target) => find(before, words) ?? Reflect.construct(maker, words, target),
    });
  const asynchronous = Object.getPrototypeOf(async () => {});
  Object.defineProperty(asynchronous, "constructor", { value: wrap("async ", asynchronous.constructor), configurable: true });
  window.Function = wrap("", Function);
  // HTML of Gradio's own components is allowed; scripts from other addresses are not.
  window.trustedTypes?.createPolicy("default", {
    createHTML: (html) => html,
    createScriptURL: (address) => {
      if (new URL(address, document.baseURI).origin !== window.location.origin) throw new TypeError(`No script from ${address}`);
      return address;
    },
  });
}
