// A small window over the page.

import { h, iconButton } from "../core/dom.js";
import { layDialog } from "../core/layers.js";
import { render } from "../vendor/preact.js";
import { t } from "../core/words.js";

/** Opens one; what it holds is made anew each time. `close()` ends it. */
export function openWindow(title, ...children) {
  const close = () => dialog.close();
  const dialog = h(
    "dialog.rh-dialog.rh-window",
    { "aria-label": title, onclick: (event) => event.target === dialog && close(), onclose: () => dialog.remove() },
    h("div.rh-window-head", {}, h("strong", {}, title), iconButton("close", t("results.close"), close)),
    h("div.rh-window-body", {}, ...children),
  );
  document.querySelector(".gradio-container").append(dialog);
  layDialog(dialog);
  return { dialog, close };
}

/** The same with a part in it, which ends with the window: `part(close)` gives it. */
export function openPart(title, part) {
  const { dialog, close } = openWindow(title);
  const body = dialog.querySelector(".rh-window-body");
  render(part(close), body);
  dialog.addEventListener("close", () => render(null, body));
}
