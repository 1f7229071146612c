// Accounts that send nothing for want of money: one line for each, with the button that lets it try again.

import { h, patch } from "../../core/dom.js";
import { ask } from "../../core/api.js";
import { toast } from "../../components/toast.js";
import { has, language, t } from "../../core/words.js";

const places = new Set();
let known = [];

/** What is paused now, wherever the page tells of it. */
export function showPauses(pauses) {
  known = pauses;
  for (const place of places) place.draw(pauses);
}

export class Pauses {
  constructor() {
    this.element = h("div.rh-pauses", { role: "alert" });
    places.add(this);
    this.draw(known);
  }

  draw(pauses) {
    patch(
      this.element,
      pauses.map((pause) => ({ key: `${pause.site} ${pause.account}`, stamp: JSON.stringify(pause), make: () => this.line(pause) })),
    );
  }

  line({ site, account, code, waiting }) {
    const why = has(`pause.why_${code}`) ? t(`pause.why_${code}`) : t("pause.why_416");
    const count = waiting === 0 ? t("pause.waiting_none") : waiting === 1 ? t("pause.waiting_one") : t("pause.waiting", { count: waiting });
    const resume = h(
      "button.rh-small",
      {
        type: "button",
        onclick: async () => {
          resume.disabled = true;
          resume.textContent = t("pause.resuming");
          try {
            showPauses((await ask("resume", site, account)).pauses);
          } catch (fault) {
            toast(fault.message);
            resume.disabled = false;
            resume.textContent = t("pause.resume");
          }
        },
      },
      t("pause.resume"),
    );
    const gap = language() === "zh" ? "" : " ";
    const words = [t("pause.charged"), count, t("pause.do")].join(gap);
    return h("div.rh-banner.rh-pause", {}, h("p", {}, h("strong", {}, why), gap, words), resume);
  }
}
