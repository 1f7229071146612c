// @ts-check
// A searchable list behind one input (WAI-ARIA combobox). Used for long choices and for the model picker.
// With `actions` every row has its own buttons, so the list is a grid: → moves to them, ← moves back.

import { h } from "../core/h.js";
import { keyOf } from "../core/keys.js";
import { Icon, IconButton } from "./icon.js";
import { Fragment, useComputed, useEffect, useLayoutEffect, useMemo, useRef } from "../vendor/preact.js";
import { t } from "../core/words.js";

/** @typedef {import("./combobox_state.js").Combo} Combo
 * @typedef {import("./combobox_state.js").Option} Option
 * @typedef {import("../vendor/preact.js").ComponentChildren} Children */

const PAGE = 8;
const GAP = 12;
const WIDE = 720;
const STILL = 8; // px that a pointer may move while a button is held

/** @type {Record<string, number>} */
const MOVES = { ArrowDown: 1, ArrowUp: -1, PageDown: PAGE, PageUp: -PAGE };

/** `centred`: opening it scrolls it to the middle of the window, so that the list has room.
 * @param {{ combo: Combo, header?: Children, footer?: Children, class?: string, inert?: boolean, centred?: boolean }} props */
export function Combobox({ combo, header, footer, class: named, inert, centred }) {
  const root = useRef(/** @type {HTMLDivElement | null} */ (null));
  const { floating } = combo.given;
  useEffect(() => () => combo.close(), [combo]);
  /** @param {FocusEvent} event */
  const left = ({ relatedTarget }) => {
    const to = relatedTarget instanceof Element ? relatedTarget : null;
    // A dialog opened from a row returns the focus to that row when it closes.
    if (!root.current?.contains(to) && !to?.closest("dialog[open]")) combo.close();
  };
  return h(
    "div.rh-combo",
    {
      ref: root,
      inert,
      class: [named, combo.isOpen.value && "is-open"].filter(Boolean).join(" "),
      onfocusout: left,
      onkeydown: (event) => keyOf(event) === "Escape" && combo.isOpen.value && combo.leave(),
    },
    h(
      "div.rh-combo-box",
      {},
      h(Input, { combo, centred }),
      h(Icon, { name: "down" }),
      floating && h(IconButton, { name: "close", label: t("picker.close"), class: "rh-combo-shut", onclick: () => combo.leave() }),
    ),
    h(Panel, { combo }, header, h(List, { combo }), footer),
  );
}

/** @param {{ combo: Combo, centred?: boolean }} props */
function Input({ combo, centred }) {
  const { label, placeholder, actions, text } = combo.given;
  const isOpen = combo.isOpen.value;
  const active = combo.active.value;
  return h("input.rh-input.rh-combo-input", {
    ref: combo.input,
    type: "text",
    role: "combobox",
    autocomplete: "off",
    spellcheck: false,
    placeholder,
    value: isOpen ? combo.typed.value : text(),
    "aria-label": label,
    "aria-expanded": isOpen,
    "aria-haspopup": actions ? "grid" : "listbox",
    "aria-controls": combo.id,
    "aria-autocomplete": "list",
    "aria-activedescendant": active < 0 ? undefined : combo.rowId(active),
    onclick: ({ currentTarget }) => {
      combo.unfold();
      if (centred) currentTarget.scrollIntoView({ block: "center" });
    },
    oninput: (event) => combo.type(event.currentTarget.value),
    onkeydown: (event) => pressed(combo, event),
  });
}

/** @param {Combo} combo @param {KeyboardEvent} event */
function pressed(combo, event) {
  const key = keyOf(event);
  if (key === "Enter") {
    event.preventDefault();
    if (combo.isOpen.value) combo.enter();
    else combo.unfold();
  } else if (MOVES[key]) {
    event.preventDefault();
    if (combo.isOpen.value) combo.move(MOVES[key]);
    else combo.unfold();
  } else if (key === "ArrowRight" && combo.given.actions && combo.active.value >= 0) {
    event.preventDefault();
    combo.row(combo.active.value)?.querySelector("button")?.focus();
  }
}

/** @param {{ combo: Combo, children?: Children }} props */
function Panel({ combo, children }) {
  const panel = useRef(/** @type {HTMLDivElement | null} */ (null));
  const isOpen = combo.isOpen.value;
  const floats = isOpen && combo.given.floating;
  useLayoutEffect(() => {
    if (!floats) return undefined;
    const follow = () => panel.current && combo.input.current && place(panel.current, combo.input.current);
    follow();
    for (const name of ["scroll", "resize"]) window.addEventListener(name, follow, true);
    return () => {
      for (const name of ["scroll", "resize"]) window.removeEventListener(name, follow, true);
    };
  }, [floats]);
  /** A press inside the panel must not take the focus away before the click arrives.
   * @param {MouseEvent} event */
  const kept = (event) => !(event.target instanceof Element && event.target.closest("input, select, button")) && event.preventDefault();
  return h("div.rh-panel", { ref: panel, hidden: !isOpen, onmousedown: kept }, children);
}

/** Keeps a floating panel under its input and inside the window.
 * @param {HTMLElement} panel @param {HTMLElement} input */
function place(panel, input) {
  const box = input.getBoundingClientRect();
  const sizes = {
    top: box.bottom + 4,
    left: box.left,
    width: Math.max(box.width, Math.min(WIDE, window.innerWidth - box.left - GAP)),
    room: Math.max(280, window.innerHeight - box.bottom - GAP),
  };
  for (const [name, size] of Object.entries(sizes)) panel.style.setProperty(`--rh-panel-${name}`, `${size}px`);
}

/** Each answer makes new rows, since a row that is moved stays blank: picker.css lays out only visible rows. A press counts
 * for the row that it began on, even if another list takes its place before the button is let go.
 * @param {{ combo: Combo }} props */
function List({ combo }) {
  const { label, actions, empty } = combo.given;
  const found = combo.found.value;
  const begun = useRef(/** @type {{ option: Option | undefined, x: number, y: number } | null} */ (null));
  const take = (/** @type {Option | undefined} */ option) => option && combo.choose(option);
  /** @param {MouseEvent} event */
  const end = ({ clientX, clientY }) => {
    const { option, x, y } = begun.current ?? { option: undefined, x: 0, y: 0 };
    begun.current = null;
    if (Math.hypot(clientX - x, clientY - y) <= STILL) take(option);
  };
  /** The click ends a press; none follows where the row has gone meanwhile, or outside of the list.
   * @param {MouseEvent} event */
  const begin = (event) => {
    if (event.button) return;
    const press = { option: optionAt(combo, event), x: event.clientX, y: event.clientY };
    begun.current = press;
    window.addEventListener("mouseup", (released) => setTimeout(() => begun.current === press && end(released)), { once: true });
  };
  useLayoutEffect(() => {
    if (combo.list.current) combo.list.current.scrollTop = 0;
  }, [found]);
  const rows = useMemo(() => rowsOf(combo, found), [combo, found]);
  return h(
    "ul.rh-list",
    {
      ref: combo.list,
      role: actions ? "grid" : "listbox",
      id: combo.id,
      "aria-label": label,
      onmousedown: begin,
      onclick: (event) => (begun.current ? end(event) : take(optionAt(combo, event))),
    },
    rows.length ? h(Fragment, { key: found.answer }, rows) : h("li.rh-list-empty", { role: "presentation" }, empty(found.query)),
  );
}

/** @param {Combo} combo @param {{ options: Option[], chosen: string }} found */
function rowsOf(combo, { options, chosen }) {
  let group = "";
  return options.flatMap((option, place) => {
    const row = h(Row, { combo, option, place, selected: option.text === chosen });
    if (!option.group || option.group === group) return [row];
    group = option.group;
    return [h("li.rh-list-group", { role: "presentation" }, group), row];
  });
}

/** The option whose row is under the pointer; none on a row's own buttons.
 * @param {Combo} combo @param {MouseEvent} event */
function optionAt(combo, { target }) {
  const row = target instanceof Element && !target.closest("button") ? /** @type {HTMLElement | null} */ (target.closest(".rh-option")) : null;
  return combo.found.peek().options.find(({ value }) => String(value) === row?.dataset.value);
}

/** @param {{ combo: Combo, option: Option, place: number, selected: boolean }} props */
function Row({ combo, option, place, selected }) {
  const isActive = useComputed(() => combo.active.value === place).value;
  const { actions } = combo.given;
  return h(
    "li.rh-option",
    {
      role: actions ? "row" : "option",
      id: combo.rowId(place),
      class: isActive ? "is-active" : "",
      "data-value": String(option.value),
      "aria-selected": selected,
    },
    actions
      ? [
          h("span.rh-option-main", { role: "gridcell" }, option.node ?? option.text),
          h("span.rh-option-actions", { role: "gridcell", onkeydown: (event) => amongButtons(combo, place, event) }, actions(option)),
        ]
      : option.node ?? option.text,
  );
}

/** Keys on a row's buttons; up and down move to the next row.
 * @param {Combo} combo @param {number} place
 * @param {KeyboardEvent & { currentTarget: HTMLElement }} event */
function amongButtons(combo, place, event) {
  const buttons = [...event.currentTarget.querySelectorAll("button")];
  const at = buttons.findIndex((button) => button === event.target);
  const key = keyOf(event);
  const next = key === "ArrowRight" ? buttons[at + 1] : key === "ArrowLeft" ? buttons[at - 1] ?? combo.input.current : null;
  if (next) next.focus();
  else if (key === "ArrowDown" || key === "ArrowUp") {
    combo.input.current?.focus();
    combo.active.value = place;
    combo.move(MOVES[key]);
  } else return;
  event.preventDefault();
}
