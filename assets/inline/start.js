// In the page's head: the language, the first words and models, and the start of our scripts once Gradio's page
// is parsed. Gradio chooses its language while it starts, so ours is set before.

function startPage(boot, studios, main) {
  "use strict";
  // As assets/js/core/browser_storage.js stores it, which is not loaded yet.
  let language = window.history.state?.unkept?.["rh.language"];
  try {
    language ??= window.localStorage.getItem("rh.language");
  } catch {
    // The browser stores nothing.
  }
  if (language !== "en" && language !== "zh") language = (navigator.language ?? "").toLowerCase().startsWith("zh") ? "zh" : "en";
  const tag = language === "zh" ? "zh-CN" : "en";
  Object.defineProperty(navigator, "language", { get: () => tag, configurable: true });
  Object.defineProperty(navigator, "languages", { get: () => [tag], configurable: true });
  document.documentElement.lang = tag;

  const get = (path) => fetch(new URL(path, document.baseURI)).then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)))));
  const name = window.location.hash.slice(1);
  const tab = studios.includes(name) ? name : studios[0];
  const models = get(`rh/models/${boot.table}/${language}/${tab}.json`);
  models.catch(() => {}); // the tab that uses them reports it
  window.rhBoot = {
    ...boot,
    language,
    words: get(`rh/words/${boot.version}/${language}.json`),
    first: { tab, models },
  };
  window.rhReady = new Promise((go) => {
    document.addEventListener("DOMContentLoaded", () => go(import(new URL(main, document.baseURI).href)));
  });
  window.rhReady.catch((fault) => {
    const said = document.createElement("p");
    said.setAttribute("role", "alert");
    said.textContent =
      language === "zh"
        ? `页面没能打开（${fault.message}）。请重新加载；已开始的任务不受影响。`
        : `The page could not be opened (${fault.message}). Load it again; runs that have begun go on.`;
    document.body.prepend(said);
  });
}
