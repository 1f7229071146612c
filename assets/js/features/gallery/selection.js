// @ts-check
// Selecting results in the gallery, single ones, a range or all that are shown, and downloading them as a zip.

import { Icon } from "../../components/icon.js";
import { address } from "../../core/api.js";
import { fileSize } from "../../core/format.js";
import { h } from "../../core/h.js";
import { mayRun } from "../../core/person.js";
import { t } from "../../core/words.js";
import { signal, useComputed } from "../../vendor/preact.js";
import { RowTile } from "../results/row_tile.js";
import { ActionButton, actionsFor } from "../results/result_actions.js";
import { TagRuns } from "../results/tags.js";
import { MoveRuns } from "../team/move_runs.js";

/** @typedef {import("../../core/api_types.js").Output} Output */
/** @typedef {import("../../vendor/preact.js").ReadonlySignal<Output[]>} Items what the grid shows now, in order */

const IN_BAR = new Set(["favourite", "hide", "bin"]);

export class Selection {
  /** @param {Items} items */
  constructor(items) {
    this.items = items;
    /** Bytes by id. */
    this.chosen = signal(/** @type {Map<string, number>} */ (new Map()));
    this.last = "";
  }

  /** Selects one, or with `stretch` the range from the last one to it.
   * @param {Output} output @param {boolean} on @param {boolean} stretch */
  set(output, on, stretch) {
    const items = this.items.peek();
    const [from, to] = [this.last, output.id].map((id) => items.findIndex((item) => item.id === id)).sort((a, b) => a - b);
    const chosen = new Map(this.chosen.peek());
    for (const { id, size } of stretch && from >= 0 ? items.slice(from, to + 1) : [output]) {
      if (on) chosen.set(id, size ?? 0);
      else chosen.delete(id);
    }
    this.last = output.id;
    this.chosen.value = chosen;
  }

  all() {
    this.chosen.value = new Map([...this.chosen.peek(), ...this.items.peek().map(({ id, size }) => /** @type {const} */ ([id, size ?? 0]))]);
  }

  /** The chosen results that are shown. */
  outputs() {
    return this.items.peek().filter(({ id }) => this.chosen.peek().has(id));
  }

  /** The runs of the chosen results. */
  runs() {
    return this.outputs().map(({ task }) => task);
  }

  clear() {
    this.chosen.value = new Map();
  }
}

/** A tile with a checkbox. A click with Shift or Ctrl (⌘) selects as in a file manager.
 * @param {{ selection: Selection, output: Output, open: (output: Output) => void }} props */
export function ChoosableTile({ selection, output, open }) {
  const isChosen = useComputed(() => selection.chosen.value.has(output.id)).value;
  /** @param {import("../../vendor/preact.js").TargetedMouseEvent<HTMLElement>} event */
  const choose = (event) => {
    const { target, shiftKey, ctrlKey, metaKey } = event;
    if (!(shiftKey || ctrlKey || metaKey) || (target instanceof Element && target.closest(".rh-small, .rh-pick-box, .rh-icon-button"))) return;
    event.preventDefault();
    event.stopPropagation();
    selection.set(output, shiftKey || !isChosen, shiftKey);
  };
  return h(
    "div.rh-pick",
    { onclickcapture: choose },
    h(RowTile, {
      output,
      open,
      box: h("input.rh-pick-box", {
        type: "checkbox",
        "aria-label": t("gallery.select", { name: output.name || output.kind }),
        checked: isChosen,
        onclick: (event) => selection.set(output, event.currentTarget.checked, event.shiftKey),
      }),
    }),
  );
}

/** What can be done with several results, besides downloading them.
 * @param {{ selection: Selection }} props */
function Actions({ selection }) {
  const { chosen, items } = selection;
  const outputs = items.value.filter(({ id }) => chosen.value.has(id));
  const all = outputs.map((output) => ({ output }));
  /** What is in the bin is chosen no longer.
   * @param {import("../results/result_actions.js").ResultAction} action */
  const then = (action) => ({
    ...action,
    act: async (/** @type {import("../results/result_actions.js").Item[]} */ items) => {
      await action.act(items);
      selection.clear();
    },
  });
  return actionsFor(all)
    .filter(({ id }) => IN_BAR.has(id))
    .map((action) => h(ActionButton, { key: action.id, action: action.id === "bin" ? then(action) : action, items: all }));
}

/** The size of the selection, and its actions. A form, not a script, requests the zip, so that the browser saves it while
 * it is received, however large it is.
 * @param {{ selection: Selection }} props */
export function SelectionBar({ selection }) {
  const chosen = selection.chosen.value;
  const bytes = [...chosen.values()].reduce((sum, size) => sum + size, 0);
  const words = chosen.size === 1 ? t("gallery.selected_one") : t("gallery.selected", { count: chosen.size });
  return h(
    "div.rh-selection",
    { hidden: !chosen.size },
    h("strong", { role: "status" }, `${words} · ${fileSize(bytes)}`),
    h(
      "form.rh-buttons",
      { method: "post", action: address("rh/zip") },
      h("input", { type: "hidden", name: "ids", value: [...chosen.keys()].join(",") }),
      h("button.rh-small.is-main", { type: "submit", title: t("gallery.take_hint") }, h(Icon, { name: "download" }), t("gallery.take")),
      h(Actions, { selection }),
      mayRun() && h(TagRuns, { runs: () => selection.runs() }),
      h(MoveRuns, { runs: () => selection.runs(), then: () => selection.clear() }),
      h("button.rh-small", { type: "button", onclick: () => selection.all() }, t("gallery.select_all")),
      h("button.rh-small", { type: "button", onclick: () => selection.clear() }, t("gallery.select_none")),
    ),
  );
}
