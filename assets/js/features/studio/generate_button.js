// @ts-check
// The button that starts runs of the form. It is never disabled: pressed too early, the line above says what is missing,
// and presses during a request count too.

import { h } from "../../core/h.js";
import { mayRun, onlyLooks, person } from "../../core/person.js";
import { t } from "../../core/words.js";
import { GenerateWords } from "../team/left.js";
import { target } from "../team/projects.js";

/** @param {{ studio: import("./studio.js").Studio }} props */
export function GenerateButton({ studio }) {
  if (!mayRun()) return h("p.rh-notice.rh-looks-only", {}, t(onlyLooks() ? "refusal.only-look" : "team.guest_generate"));
  return h(
    "button.rh-generate",
    {
      id: `${studio.modality}-generate`,
      type: "button",
      "aria-busy": studio.submission.busy.value ? "true" : "false",
      "aria-keyshortcuts": "Control+Enter Meta+Enter",
      onclick: () => studio.generate(),
    },
    person() ? h(Words, { studio }) : t("run.generate"),
  );
}

/** @param {{ studio: import("./studio.js").Studio }} props */
function Words({ studio }) {
  return h(GenerateWords, { price: studio.checks.price.value?.by_table, project: target.value });
}
