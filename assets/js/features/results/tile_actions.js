// @ts-check
// The buttons on a tile: the most used actions, and the rest behind "more", over the picture.

import { IconButton } from "../../components/icon.js";
import { h } from "../../core/h.js";
import { keyOf } from "../../core/keys.js";
import { t } from "../../core/words.js";
import { useLayoutEffect, useRef, useSignal } from "../../vendor/preact.js";
import { ActionButton, actionsFor } from "./result_actions.js";

const FIRST = ["download", "favourite", "use", "reuse"];
/** Those of them that stand with the rest on a narrow tile. */
const SECOND = ["use", "reuse"];

/** @param {{ output: import("../../core/api_types.js").Output, run?: import("../../core/api_types.js").Card }} props */
export function TileActions({ output, run }) {
  const isOpen = useSignal(false);
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  const items = [{ output, run }];
  const actions = actionsFor(items);
  const first = actions.filter(({ id }) => FIRST.includes(id));
  const rest = actions.filter(({ id }) => !FIRST.includes(id) || SECOND.includes(id));
  const kind = (/** @type {string} */ id) => (SECOND.includes(id) ? "is-second" : "");
  const close = () => (isOpen.value = false);
  const isWithin = (/** @type {EventTarget | null} */ target) => target instanceof Node && place.current?.contains(target);
  useLayoutEffect(() => {
    const buttons = [...(place.current?.querySelectorAll(/** @type {"button"} */ (".rh-tile-more > *")) ?? [])];
    buttons.find((button) => button.checkVisibility())?.focus();
  }, [isOpen.value]);
  /** @param {KeyboardEvent} event */
  const escape = (event) => {
    if (keyOf(event) !== "Escape" || !isOpen.value) return;
    event.stopPropagation();
    close();
    place.current?.querySelector(/** @type {"button"} */ ("[aria-expanded]"))?.focus();
  };
  return h(
    "div.rh-tile-actions",
    { ref: place, role: "group", "aria-label": t("results.actions"), onkeydown: escape, onfocusout: (event) => !isWithin(event.relatedTarget) && close() },
    isOpen.value && h("div.rh-tile-more", {}, rest.map((action) => h(ActionButton, { key: action.id, action, items, before: close, class: kind(action.id) }))),
    h(
      "div.rh-action-row",
      {},
      first.map((action) => h(ActionButton, { key: action.id, action, items, bare: true, class: kind(action.id) })),
      rest.length > 0 && h(IconButton, { name: "more", label: t("results.more"), "aria-expanded": isOpen.value, onclick: () => (isOpen.value = !isOpen.value) }),
    ),
  );
}
