// @ts-check
// The drawer with the runs of all tabs, over the present tab.

import { Icon, IconButton } from "../../components/icon.js";
import { Shown, useChangesSeen } from "../../components/shown.js";
import { get } from "../../core/api.js";
import { eager, latest } from "../../core/timing.js";
import { drawOver, h } from "../../core/h.js";
import { lay } from "../../core/layers.js";
import { putAway } from "../../core/local_state.js";
import { unchanged } from "../../core/memo.js";
import { showTab } from "../../core/tabs.js";
import { t } from "../../core/words.js";
import { signal, useEffect } from "../../vendor/preact.js";
import { openResult } from "../results/open_result.js";
import { EndedCard, RunCard } from "./cards.js";
import { isThere } from "./listing.js";

/** @typedef {import("../../core/api_types.js").Card} Card @typedef {import("../../core/api_types.js").AllRuns} Found */

const ID = "rh-tray";
const shown = signal(false);
const found = signal(/** @type {Found} */ ({ attention: [], active: [], ended: [], more: 0 }));
const refresh = eager(read, 60);

// Of a server that is away the top line tells; the next change reads again.
const ask = latest(() => get("/runs/tray").catch(() => null));

async function read() {
  const told = await ask();
  if (!told) return;
  const before = found.value;
  found.value = {
    attention: unchanged(before.attention, told.attention),
    active: unchanged(before.active, told.active),
    ended: unchanged(before.ended, told.ended),
    more: told.more,
  };
}

const close = () => document.getElementById(ID)?.hidePopover();

/** Opens or closes the drawer of runs. */
export function toggleRuns() {
  if (!document.getElementById(ID)) drawOver(h(RunsDrawer));
  document.getElementById(ID)?.togglePopover();
}

function toHistory() {
  close();
  showTab("history");
}

/** @type {() => void} */
let gone = () => {};

/** @param {import("../../vendor/preact.js").TargetedToggleEvent<HTMLElement>} event */
function toggled({ currentTarget, newState }) {
  shown.value = newState === "open";
  if (!shown.value) {
    gone();
    return;
  }
  gone = lay(close);
  currentTarget.focus({ preventScroll: true });
}

function RunsDrawer() {
  useChangesSeen(shown, refresh);
  useEffect(() => {
    window.addEventListener("rh:reuse", close);
    return () => window.removeEventListener("rh:reuse", close);
  }, []);
  const { attention, active, more } = found.value;
  const ended = found.value.ended.filter((card) => !putAway.value.has(card.id));
  const isEmpty = attention.length + active.length + ended.length === 0;
  return h(
    "aside.rh-tray",
    { id: ID, popover: "auto", "aria-label": t("tray.title"), tabindex: -1, ontoggle: toggled },
    h("div.rh-tray-head", {}, h("h2.rh-heading", {}, t("tray.title")), h(IconButton, { name: "close", label: t("results.close"), onclick: close })),
    h(
      "div.rh-tray-body",
      {},
      h("p.rh-tray-empty", { hidden: !isEmpty }, t("tray.empty")),
      h(Shown.Provider, { value: shown }, [
        h(Group, { title: t("tray.attention"), cards: attention, Part: RunCard }),
        h(Group, { title: t("tray.active"), cards: active, Part: RunCard }),
        h("p.rh-quiet", { hidden: more <= 0 }, t("tray.more", { count: more })),
        h(Group, { title: t("tray.ended"), cards: ended, Part: Ended }),
      ]),
    ),
    h("div.rh-tray-foot", {}, h("button.rh-small", { type: "button", onclick: toHistory }, t("tray.history"))),
  );
}

/** Cards under one heading; nothing if there are none.
 * @param {{ title: string, cards: Card[], Part: import("../../vendor/preact.js").ComponentType<{ card: Card }> }} props */
const Group = ({ title, cards, Part }) =>
  h("section.rh-tray-group", { hidden: !cards.length }, h("h3.rh-heading", {}, title), h("div.rh-runs", {}, cards.map((card) => h(Part, { key: card.id, card }))));

/** A run with results is one line that opens them; a run without says why.
 * @param {{ card: Card }} props */
function Ended({ card }) {
  const there = card.outputs.filter(isThere);
  if (!there.length) return h(EndedCard, { card });
  const thumb = there.find((output) => output.thumb)?.thumb;
  const ids = there.map((output) => output.id);
  const open = () => {
    close();
    openResult(ids[0], ids);
  };
  return h(
    "button.rh-tray-result",
    { type: "button", "data-task": card.id, "data-state": card.state, onclick: open },
    h("span.rh-tray-face", {}, thumb ? h("img", { src: thumb, alt: "", loading: "lazy", decoding: "async" }) : h(Icon, { name: "text" })),
    h("span.rh-tray-words", {}, h("strong.rh-run-title", {}, card.title || card.model), h("span.rh-run-model", {}, [card.model, card.price].filter(Boolean).join(" · "))),
  );
}
