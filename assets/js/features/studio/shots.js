// @ts-check
// The shots of a video: a prompt and a length each, in an order that is dragged or moved by keys, and what they last together.

import { Icon, IconButton } from "../../components/icon.js";
import { h } from "../../core/h.js";
import { keyOf } from "../../core/keys.js";
import { useHeight, useValue } from "./field_parts.js";
import { extended, moved, numbered, secondsOf, spread, together } from "./shot_list.js";
import { capacity, fits, shotParts } from "./spec.js";
import { useComputed, useLayoutEffect, useRef, useSignal } from "../../vendor/preact.js";
import { t } from "../../core/words.js";

/** @typedef {import("./field_parts.js").FieldProps} FieldProps
 * @typedef {import("../../types.js").Shot} Shot
 * @typedef {import("./shot_list.js").Parts} Parts
 * @typedef {{ shot: Shot, place: number, count: number, parts: Parts, longest?: number, drop: string,
 *   change: (shot: Shot) => void, move: (by: number) => void, grab: (event: PointerEvent) => void, remove: () => void }} RowProps */

let nextId = 1;

/** @param {FieldProps} props */
export function Shots(props) {
  const { studio, field, off, described } = props;
  const parts = /** @type {Parts} */ (shotParts(field));
  const shots = /** @type {Shot[]} */ (useValue(props) ?? []);
  const total = useTotal(props);
  const list = useRef(/** @type {HTMLOListElement | null} */ (null));
  const ids = useRef(/** @type {number[]} */ ([]));
  const focus = useRef(-1);
  const drag = useSignal(/** @type {{ from: number, to: number } | null} */ (null));
  // Each row stays itself wherever it goes.
  while (ids.current.length < shots.length) ids.current.push(nextId++);
  ids.current.length = shots.length;
  useLayoutEffect(() => {
    const handle = list.current?.children[focus.current]?.querySelector(".rh-shot-handle");
    focus.current = -1;
    if (handle instanceof HTMLElement) handle.focus();
  }, [shots]);
  /** @param {Shot[]} next */
  const put = (next) => studio.set(field.key, numbered(next, parts));
  /** @param {number} from @param {number} to */
  const move = (from, to) => {
    ids.current = moved(ids.current, from, to);
    put(moved(shots, from, to));
  };
  /** @param {PointerEvent} event @param {number} from */
  const grab = (event, from) => {
    event.preventDefault();
    if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
    drag.value = { from, to: from };
    /** @param {PointerEvent} event */
    const follow = ({ clientY }) => {
      const middles = [...(list.current?.children ?? [])].map((row) => row.getBoundingClientRect()).map(({ top, height }) => top + height / 2);
      drag.value = { from, to: middles.filter((middle, place) => place !== from && middle < clientY).length };
    };
    const stop = new AbortController();
    const end = (/** @type {boolean} */ dropped) => {
      stop.abort();
      const to = drag.value?.to ?? from;
      drag.value = null;
      if (dropped && to !== from) move(from, to);
    };
    const options = { signal: stop.signal };
    window.addEventListener("pointermove", follow, options);
    window.addEventListener("pointerup", () => end(true), options);
    window.addEventListener("pointercancel", () => end(false), options);
    window.addEventListener("keydown", (pressed) => pressed.key === "Escape" && end(false), options);
  };
  /** @param {number} place */
  const dropAt = (place) => {
    if (!drag.value) return "";
    const { from, to } = drag.value;
    if (place === from) return "is-dragged";
    if (to === from || place !== to) return "";
    return to > from ? "is-after" : "is-before";
  };
  return h(
    "div.rh-shots",
    { inert: off, role: "group", "aria-label": field.label, "aria-describedby": described },
    h(
      "ol.rh-shot-list",
      { ref: list, hidden: !shots.length },
      shots.map((shot, place) =>
        h(Row, {
          key: ids.current[place],
          shot,
          place,
          count: shots.length,
          parts,
          longest: field.maxLength,
          drop: dropAt(place),
          change: (changed) => put(shots.map((other) => (other === shot ? changed : other))),
          move: (by) => {
            if (!shots[place + by]) return;
            focus.current = place + by;
            move(place, place + by);
          },
          grab: (event) => grab(event, place),
          remove: () => {
            ids.current = ids.current.filter((_, at) => at !== place);
            put(shots.filter((other) => other !== shot));
          },
        }),
      ),
    ),
    h(
      "button.rh-small.rh-shot-add",
      { type: "button", hidden: shots.length >= capacity(field), onclick: () => put(extended(shots, parts, total)) },
      h(Icon, { name: "plus" }),
      t("shots.add"),
    ),
    shots.length > 0 && h(Together, { ...props, shots, parts, total, put }),
  );
}

/** How long the video is that they make up.
 * @param {FieldProps} props */
const useTotal = ({ studio, field }) =>
  useComputed(() => {
    const key = field.total ?? "";
    return Number(studio.values[key] ?? studio.field(key)?.default ?? NaN);
  }).value;

/** @param {RowProps} props */
function Row({ shot, place, count, parts, longest = Infinity, drop, change, move, grab, remove }) {
  const area = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const text = String(shot[parts.text] ?? "");
  const number = place + 1;
  useHeight(area, text);
  const over = [...text].length - longest;
  /** @param {KeyboardEvent} event */
  const onkeydown = (event) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[keyOf(event)];
    if (!by) return;
    event.preventDefault();
    move(by);
  };
  return h(
    "li.rh-shot",
    { class: drop },
    h("button.rh-shot-handle", { type: "button", "aria-label": t("shots.move", { number, count }), title: t("shots.move", { number, count }), onpointerdown: grab, onkeydown }, h("span", { "aria-hidden": "true" }, number)),
    h("textarea.rh-input", {
      ref: area,
      rows: 2,
      "aria-label": t("shots.prompt", { number }),
      placeholder: t("shots.prompt", { number }),
      value: text,
      oninput: ({ currentTarget }) => change({ ...shot, [parts.text]: currentTarget.value }),
    }),
    h(
      "span.rh-shot-length",
      {},
      h("input.rh-input.rh-number", {
        type: "text",
        inputmode: "numeric",
        "aria-label": t("shots.seconds", { number }),
        value: String(shot[parts.seconds] ?? ""),
        oninput: ({ currentTarget }) => change({ ...shot, [parts.seconds]: secondsOf(currentTarget.value, parts) }),
      }),
      h("span.rh-unit", {}, t("form.seconds")),
    ),
    h(IconButton, { name: "close", label: t("shots.remove", { number }), onclick: remove }),
    over > 0 && h("span.rh-shot-over", {}, t("form.letters_over", { over })),
  );
}

/** What they last together, and where that is not as long as the video, two ways to make it so.
 * @param {FieldProps & { shots: Shot[], parts: Parts, total: number, put: (shots: Shot[]) => void }} props */
function Together({ studio, field, shots, parts, total, put }) {
  const sum = together(shots, parts);
  const agree = sum === total;
  const spreads = Number.isInteger(total) ? spread(shots, parts, total) : null;
  const asked = studio.field(field.total ?? "");
  const value = asked?.kind === "choice" ? String(sum) : sum;
  const stretches = asked && Number.isInteger(sum) && fits(asked, value);
  return h(
    "div.rh-shot-sum",
    { class: agree ? "" : "is-bad" },
    h("span", { role: "status" }, Number.isFinite(sum) && Number.isFinite(total) ? t("shots.together", { sum, total }) : ""),
    !agree && spreads && h("button.rh-small", { type: "button", onclick: () => put(spreads) }, t("shots.spread", { total })),
    !agree && stretches && h("button.rh-small", { type: "button", onclick: () => studio.set(asked.key, value) }, t("shots.stretch", { label: asked.label, sum })),
  );
}
