// Every error code of RunningHub in words, to look in. Loaded when it is first opened.

import { debounced, h, iconButton } from "../../core/dom.js";
import { layDialog } from "../../core/layers.js";
import { get } from "../../core/api.js";
import { t } from "../../core/words.js";

class Codes {
  constructor() {
    this.box = h("input.rh-input", { type: "text", role: "searchbox", "aria-label": t("code.search"), placeholder: t("code.search"), oninput: debounced(() => this.read(), 120) });
    this.list = h("div.rh-codes", { role: "status" });
    this.dialog = h(
      "dialog.rh-dialog.rh-about.rh-codes-dialog",
      { id: "rh-codes", "aria-label": t("code.title"), onclick: (event) => event.target === this.dialog && this.dialog.close() },
      h("div.rh-about-body", {}, h("h2.rh-about-title", {}, t("code.title")), h("p.rh-how", {}, t("code.rule")), this.box, this.list),
      iconButton("close", t("results.close"), () => this.dialog.close(), ".rh-close"),
    );
    document.querySelector(".gradio-container").append(this.dialog);
  }

  open(query) {
    this.box.value = query;
    layDialog(this.dialog);
    this.box.focus();
    this.read();
  }

  async read() {
    const asked = this.box.value;
    let found;
    try {
      found = await get("/codes", { query: asked });
    } catch (fault) {
      found = { entries: [], none: fault.message };
    }
    if (asked !== this.box.value) return;
    this.list.replaceChildren(...found.entries.map(entry), ...(found.none ? [h("p.rh-quiet", {}, found.none)] : []));
    this.list.scrollTop = 0;
  }
}

const entry = ({ code, name, what, do: advice, money, again }) =>
  h(
    "article.rh-code",
    { "data-code": code },
    h("div.rh-code-head", {}, h("strong", {}, code), name && h("code.rh-path", {}, name)),
    h("p", {}, what),
    h("p", {}, advice),
    h("p.rh-quiet", {}, money, " ", again),
  );

let made = null;

/** The one list of this page. */
export function codes() {
  made ??= new Codes();
  return made;
}
