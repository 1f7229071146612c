// @ts-check
// Parts whose scripts are loaded when they are first drawn.

import { h } from "../core/h.js";
import { t } from "../core/words.js";
import { useEffect, useSignal } from "../vendor/preact.js";

/** @param {{ words: string, press: () => unknown }} props */
export const TryAgain = ({ words, press }) =>
  h("p.rh-try-again", { role: "alert" }, words, " ", h("button.rh-small", { type: "button", onclick: press }, t("notice.try_again")));

/** A part that is loaded later; if that fails, a line says so, and a press tries again.
 * @template {object} Props
 * @param {() => Promise<import("../vendor/preact.js").ComponentType<Props>>} load
 * @returns {import("../vendor/preact.js").ComponentType<Props>} */
export const later = (load) =>
  function Later(props) {
    const part = useSignal(/** @type {import("../vendor/preact.js").ComponentType<Props> | null} */ (null));
    const fails = useSignal(false);
    const ask = async () => {
      fails.value = false;
      try {
        part.value = await load();
      } catch {
        fails.value = true;
      }
    };
    useEffect(() => void ask(), []);
    if (fails.value) return h(TryAgain, { words: t("notice.part_missing"), press: ask });
    return part.value && h(part.value, props);
  };
