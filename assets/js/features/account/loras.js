// LoRAs of one's own: the zone that takes one, those on their way with a bar, those that RunningHub has.

import { copyText } from "../../core/browser_features.js";
import { fileZone, h, icon, iconButton, moment, patch } from "../../core/dom.js";
import { fileSize } from "../../core/format.js";
import { get, NoAnswer, post, upload } from "../../core/api.js";
import { faultOf } from "../../core/safetensors.js";
import { toast } from "../../components/toast.js";
import { t } from "../../core/words.js";

const gigabytes = () => window.rhBoot.limits.lora / 1024 ** 3;
const EVERY = 500;

export class Loras {
  constructor() {
    this.local = []; // on the way to this page's server
    this.count = 0;
    this.found = { sending: [], mine: [] };
    this.said = h("p.rh-said", { role: "status" });
    this.zone = fileZone({
      accept: ".safetensors",
      label: t("lora.choose"),
      limits: t("lora.limits", { limit: gigabytes() }),
      take: (files) => this.take(files),
    });
    this.way = h("ul.rh-loras");
    this.list = h("ul.rh-loras");
    this.none = h("p.rh-how", {}, t("lora.none"));
    this.element = h(
      "section.rh-table",
      { id: "loras" },
      h("h2.rh-heading", {}, t("lora.title")),
      h("p.rh-how", {}, t("lora.about")),
      h("div.rh-table-place", {}, this.zone),
      this.said,
      this.way,
      this.list,
      this.none,
    );
    this.draw();
  }

  say(words, bad = false) {
    this.said.textContent = words;
    this.said.classList.toggle("is-bad", bad);
  }

  async take(files) {
    this.say("");
    for (const file of files) {
      const fault = await faultOf(file, window.rhBoot.limits.lora);
      if (fault) this.say(t(`lora.bad_${fault}`, { file: file.name, limit: gigabytes() }), true);
      else this.bring({ id: `local-${(this.count += 1)}`, file });
    }
  }

  /** To this page's server first; from there it goes on, whether the page stays open or not. */
  async bring(one) {
    Object.assign(one, { percent: 0, problem: "", stopper: new AbortController() });
    if (!this.local.includes(one)) this.local.push(one);
    this.draw();
    const progress = (share) => {
      one.percent = Math.floor(100 * share);
      this.draw();
    };
    try {
      const data = await upload(one.file, progress, one.stopper.signal);
      const told = await post("/loras/send", { file: data });
      this.away(one);
      if (told.refused) this.say(told.refused, true);
      else this.heed(told);
    } catch (fault) {
      if (one.stopper.signal.aborted) return;
      one.problem = fault instanceof NoAnswer ? t("lora.unheard") : fault.message;
      this.draw();
    }
  }

  away(one) {
    this.local = this.local.filter((other) => other !== one);
    this.draw();
  }

  async read() {
    try {
      this.heed(await get("/loras"));
    } catch {
      // The line about the server being away speaks for it.
    }
  }

  /** Draws what is told, and asks again as long as something is on its way. */
  heed(told) {
    const over = this.found.sending.filter((one) => !one.dropped && !told.sending.some((other) => other.id === one.id));
    for (const { name } of over) {
      const there = told.mine.find((one) => one.name === name);
      if (there) this.say(t("lora.there", there));
    }
    this.found = told;
    this.draw();
    clearTimeout(this.timer);
    if (told.sending.some((one) => !one.problem)) this.timer = setTimeout(() => this.read(), EVERY);
  }

  async doing(asked) {
    try {
      this.heed(await asked);
    } catch (fault) {
      toast(fault.message);
      this.read();
    }
  }

  draw() {
    const local = this.local.map((one) => ({
      key: one.id,
      stamp: JSON.stringify([one.percent, one.problem]),
      make: () =>
        this.moving(one.file.name, { ...one, words: t("lora.to_page", one) }, {
          again: () => this.bring(one),
          drop: () => {
            one.stopper.abort();
            this.away(one);
          },
        }),
    }));
    const sending = this.found.sending.map((one) => ({
      key: one.id,
      stamp: JSON.stringify(one),
      make: () =>
        this.moving(one.name, { ...one, words: t(one.percent ? "lora.to_service" : "lora.wait", one) }, {
          again: () => this.doing(post("/loras/{id}/again", { id: one.id })),
          drop: () => {
            one.dropped = true;
            this.doing(post("/loras/{id}/drop", { id: one.id }));
          },
        }),
    }));
    patch(this.way, [...local, ...sending]);
    patch(this.list, this.found.mine.map((one) => ({ key: one.file, stamp: JSON.stringify(one), make: () => this.row(one) })));
    this.none.hidden = Boolean(this.found.mine.length + local.length + sending.length);
  }

  moving(name, { percent, problem, words }, { again, drop }) {
    const bar = h("span.rh-bar.is-measured", { role: "progressbar", "aria-label": name, "aria-valuenow": String(percent) }, h("span.rh-bar-fill", { style: `inline-size:${percent}%` }));
    return h(
      "li.rh-lora",
      {},
      h("div.rh-lora-words", {}, h("strong", {}, name), problem ? h("span.rh-field-error", { role: "alert" }, problem) : h("span.rh-quiet", {}, words), !problem && bar),
      problem && h("button.rh-small", { type: "button", onclick: again }, t("lora.again")),
      iconButton("close", t(problem ? "lora.away" : "lora.stop"), drop),
    );
  }

  row(one) {
    return h(
      "li.rh-lora",
      { "data-lora": one.file },
      h("div.rh-lora-words", {}, h("strong", {}, one.name), h("code", {}, one.file), h("span.rh-quiet", {}, `${fileSize(one.size)} · `, moment(one.at))),
      h("button.rh-small", { type: "button", onclick: () => this.copy(one.file) }, icon("copy"), t("lora.copy")),
      iconButton("close", `${t("lora.forget")}: ${one.name}. ${t("lora.forget_hint")}`, () => this.doing(post("/loras/forget", { file: one.file }))),
    );
  }

  async copy(file) {
    toast(t((await copyText(file)) ? "lora.copied" : "browser.copy_failed"));
  }
}
