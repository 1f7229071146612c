// A run made elsewhere: looked up by its id, and brought into the history.

import { h } from "../../core/dom.js";
import { ask, call, onChange } from "../../core/api.js";
import { toast } from "../../components/toast.js";
import { language, t } from "../../core/words.js";

export class Outside {
  constructor() {
    this.id = h("input.rh-input", { type: "text", inputmode: "numeric", autocomplete: "off", placeholder: t("outside.id"), "aria-label": t("outside.id") });
    this.look = h("button.rh-small", { type: "submit" }, t("outside.look"));
    this.found = h("div.rh-outside-found", { role: "status" });
    this.element = h(
      "div",
      {},
      h("p.rh-how", {}, t("outside.about")),
      h("form.rh-link-row", { onsubmit: (event) => this.submit(event) }, this.id, this.look),
      this.found,
    );
    onChange(() => this.follow());
  }

  submit(event) {
    event.preventDefault();
    this.doing(this.look, () => this.read(this.id.value));
  }

  /** One press at a time; a fault is told, and what was shown goes. */
  async doing(button, work) {
    button.disabled = true;
    try {
      await work();
    } catch (fault) {
      this.found.replaceChildren();
      toast(fault.message);
    }
    button.disabled = false;
  }

  async read(id) {
    const seen = await ask("outside_look", id, language());
    this.run = "";
    this.draw(seen.rows, seen.here ? t("outside.here") : seen.doubt, seen.here ? this.opening(seen.here) : this.bringing(seen.number));
  }

  draw(rows, notice, button) {
    this.found.replaceChildren(
      h("dl.rh-account-rows", {}, ...rows.map(([name, value]) => h("div.rh-fact", {}, h("dt", {}, name), h("dd", {}, value)))),
      h("p.rh-how", { hidden: !notice }, notice),
      h("div.rh-buttons", {}, button),
    );
  }

  opening(run) {
    const open = () => window.rhReady.then((page) => page.openRun(run));
    return h("button.rh-small", { type: "button", onclick: open }, t("outside.open"));
  }

  bringing(number) {
    const bring = async () => {
      this.run = (await ask("outside_bring", number)).id;
      toast(t("outside.brought"));
      await this.follow();
    };
    const button = h("button.rh-small.is-main", { type: "button", onclick: () => this.doing(button, bring) }, t("outside.bring"));
    return button;
  }

  /** What was brought in goes on to be shown until it is over, by what is known here: RunningHub is not asked. */
  async follow() {
    const run = this.run;
    if (!run) return;
    const task = await call("task", run).catch(() => null);
    if (!task || run !== this.run) return;
    const over = ["done", "failed", "cancelled"].includes(task.state);
    if (over) this.run = "";
    this.draw([[t("outside.state"), t(`state.${task.state}`)]], over ? "" : t("outside.brought"), this.opening(run));
    document.querySelector("#history-refresh")?.click();
  }
}
