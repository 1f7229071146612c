// The place on the History tab for runs made elsewhere: one line until it is opened.

import { h } from "../../core/dom.js";
import { t } from "../../core/words.js";

export function outsideBox() {
  const box = h(
    "details.rh-outside",
    {
      ontoggle: async () => {
        if (box.children.length > 1) return;
        const { Outside } = await import("./external_runs.js");
        if (box.children.length === 1) box.append(new Outside().element);
      },
    },
    h("summary", {}, t("outside.title")),
  );
  return box;
}
