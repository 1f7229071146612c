// @ts-check
// The button that starts runs of what the form shows. It is never dead: pressed too early, the line above it says what is
// missing, and while a press is on its way the next one counts too.

import { h } from "../../core/h.js";
import { t } from "../../core/words.js";

/** @param {{ studio: import("./studio.js").Studio }} props */
export function GenerateButton({ studio }) {
  return h(
    "button.rh-generate",
    {
      id: `${studio.modality}-generate`,
      type: "button",
      "aria-busy": studio.submission.busy.value ? "true" : "false",
      "aria-keyshortcuts": "Control+Enter Meta+Enter",
      onclick: () => studio.generate(),
    },
    t("run.generate"),
  );
}
