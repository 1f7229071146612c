// @ts-check
// A secret that is shown once: the server stores only its digest.

import { Icon } from "../../components/icon.js";
import { toast } from "../../components/toast.js";
import { copyText } from "../../core/browser_features.js";
import { h } from "../../core/h.js";
import { t } from "../../core/words.js";
import { useLayoutEffect, useRef } from "../../vendor/preact.js";

/** @param {{ secret: string, label: string, about: string }} props */
export function OneTimeSecret({ secret, label, about }) {
  const button = useRef(/** @type {HTMLButtonElement | null} */ (null));
  // It is what was asked for, and with the keyboard the next thing to press.
  useLayoutEffect(() => button.current?.focus(), []);
  const copy = async () => toast(t((await copyText(secret)) ? "team.copied" : "browser.copy_failed"));
  return h(
    "div.rh-secret",
    { role: "group", "aria-label": label },
    h("strong", {}, label),
    h("code.rh-native", {}, secret),
    h("p.rh-quiet", {}, about),
    h("div.rh-buttons", {}, h("button.rh-small.is-main", { ref: button, type: "button", onclick: copy }, h(Icon, { name: "copy" }), t("card.copy"))),
  );
}
