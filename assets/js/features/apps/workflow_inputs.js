// @ts-check
// The dialog in which forms are edited: which inputs of a workflow are shown, in what order, with what labels.

import { openPart } from "../../components/dialog.js";
import { IconButton } from "../../components/icon.js";
import { Press } from "../../components/press.js";
import { TextInput } from "../../components/text_input.js";
import { telling, toast } from "../../components/toast.js";
import { get, post } from "../../core/api.js";
import { debounced, latest } from "../../core/timing.js";
import { h } from "../../core/h.js";
import { t } from "../../core/words.js";
import { computed, signal, useEffect, useMemo, useRef, useSignal } from "../../vendor/preact.js";

/** @typedef {import("./run_form.js").RunStudio} RunStudio */
/** @import { ShownInput as Choice, WorkflowForm, WorkflowInput as Input } from "../../core/api_types.js" */

/** Opens the dialog for the form in the studio.
 * @param {RunStudio} studio */
export async function editInputs(studio) {
  const path = studio.spec?.path ?? "";
  const told = await get("/workflows/inputs", { path });
  const inputs = new Inputs(path, told);
  openPart(t("workflows.edit_title"), (/** @type {() => void} */ close) => h(InputsForm, { studio, inputs, close }));
}

/** The edited form; nothing is stored before it is saved. */
class Inputs {
  /** Keys of the matching inputs; null: no query. */
  #found = signal(/** @type {Set<string> | null} */ (null));
  #search = latest(async (/** @type {string} */ words) => ({
    keys: words && (await get("/workflows/inputs/search", { path: this.path, query: words }).catch(() => null))?.keys,
  }));

  /** @param {string} path @param {WorkflowForm} told */
  constructor(path, { name, about, inputs, shown }) {
    this.path = path;
    this.inputs = inputs;
    this.name = signal(name);
    this.about = signal(about);
    this.shown = signal(shown);
    const print = () => JSON.stringify([this.name.value, this.about.value, this.shown.value]);
    const kept = print();
    this.isChanged = computed(() => print() !== kept);
    this.hidden = computed(() => inputs.filter(({ key }) => !this.shown.value.some((choice) => choice.key === key)));
  }

  get isSearched() {
    return this.#found.value !== null;
  }

  /** @param {string} key */
  input(key) {
    return /** @type {Input} */ (this.inputs.find((input) => input.key === key));
  }

  /** @param {{ key: string }} input */
  fits({ key }) {
    return this.#found.value?.has(key) ?? true;
  }

  /** @param {string} words */
  async find(words) {
    const found = await this.#search(words);
    if (found) this.#found.value = found.keys ? new Set(found.keys) : null;
  }

  /** @param {string} key @param {boolean} on */
  toggle(key, on) {
    this.shown.value = on ? [...this.shown.value, { key, label: "" }] : this.shown.value.filter((choice) => choice.key !== key);
  }

  /** @param {string} key @param {string} label */
  call(key, label) {
    this.shown.value = this.shown.value.map((choice) => (choice.key === key ? { key, label } : choice));
  }

  /** One place up or down.
   * @param {string} key @param {number} by */
  move(key, by) {
    const moved = [...this.shown.value];
    const at = moved.findIndex((choice) => choice.key === key);
    [moved[at], moved[at + by]] = [moved[at + by], moved[at]];
    this.shown.value = moved;
  }

  showAll() {
    const more = this.hidden.value.filter((input) => this.fits(input));
    this.shown.value = [...this.shown.value, ...more.map(({ key }) => ({ key, label: "" }))];
  }

  showNone() {
    this.shown.value = this.shown.value.filter((choice) => !this.fits(choice));
  }

  /** Saves it, with `anew` as another form. Returns its path.
   * @param {boolean} anew @returns {Promise<string>} */
  async save(anew) {
    return (await post("/workflows/save", { path: this.path, name: this.name.value, about: this.about.value, shown: this.shown.value, anew })).path;
  }
}

/** @param {{ studio: RunStudio, inputs: Inputs, close: () => void }} props */
function InputsForm({ studio, inputs, close }) {
  const words = useSignal("");
  const find = useMemo(() => debounced(() => inputs.find(words.value.trim()), 150), []);
  const shown = inputs.shown.value;
  const rest = inputs.hidden.value.filter((input) => inputs.fits(input));
  const small = (/** @type {string} */ words, /** @type {() => void} */ onclick) => h("button.rh-small", { type: "button", onclick }, words);
  return [
    h(Line, { id: "rh-flow-name", words: t("workflows.name"), longest: 80, text: inputs.name }),
    h(Line, { id: "rh-flow-about", words: t("workflows.describe"), longest: 300, text: inputs.about, hint: t("workflows.describe_hint") }),
    h(TextInput, { label: t("workflows.search"), placeholder: t("workflows.search_hint"), text: words, then: find }),
    h(
      "div.rh-inputs-head",
      {},
      h("h3.rh-run-heading", {}, t("workflows.shown")),
      small(t("workflows.all"), () => inputs.showAll()),
      small(t("workflows.nothing"), () => inputs.showNone()),
    ),
    shown.length === 0 && h("p.rh-quiet", {}, t("workflows.shown_none")),
    h("ol.rh-inputs", {}, shown.map((choice, at) => inputs.fits(choice) && h(ShownRow, { key: choice.key, inputs, choice, isFirst: at === 0, isLast: at === shown.length - 1 }))),
    h("h3.rh-run-heading", {}, t("workflows.hidden")),
    rest.length === 0 && h("p.rh-quiet", {}, t(inputs.isSearched && inputs.hidden.value.length ? "workflows.found_none" : "workflows.hidden_none")),
    h("ul.rh-inputs", {}, rest.map((input) => h("li.rh-input-row", { key: input.key, "data-key": input.key }, h(Tick, { inputs, input, on: false })))),
    h(End, { studio, inputs, close }),
  ];
}

/** @param {{ id: string, words: string, longest: number, text: import("../../vendor/preact.js").Signal<string>, hint?: string }} props */
const Line = ({ id, words, longest, text, hint }) => [
  h("label.rh-label", { for: id }, words),
  h(TextInput, { id, maxlength: longest, placeholder: hint, text }),
];

/** @param {{ inputs: Inputs, input: Input, on: boolean }} props */
const Tick = ({ inputs, input, on }) =>
  h(
    "label.rh-input-what",
    {},
    h("input", { type: "checkbox", checked: on, "aria-label": t("workflows.show", { input: input.title }), onchange: (event) => inputs.toggle(input.key, event.currentTarget.checked) }),
    h("span.rh-input-words", {}, h("strong", {}, input.title), h("span.rh-input-was", {}, `#${input.node} ${input.class} · ${input.was || "–"}`)),
  );

/** @param {{ inputs: Inputs, choice: Choice, isFirst: boolean, isLast: boolean }} props */
function ShownRow({ inputs, choice: { key, label }, isFirst, isLast }) {
  const arrows = useRef(/** @type {HTMLSpanElement | null} */ (null));
  const pressed = useRef(-1);
  // The pressed arrow keeps the focus; at an end of the list the other one gets it.
  useEffect(() => {
    const buttons = [...(arrows.current?.children ?? [])].map((button) => /** @type {HTMLButtonElement} */ (button));
    const mine = buttons[pressed.current];
    pressed.current = -1;
    if (mine) (mine.disabled ? buttons.find((button) => !button.disabled) : mine)?.focus();
  }, [inputs.shown.value]);
  const input = inputs.input(key);
  const move = (/** @type {number} */ place, /** @type {number} */ by) => () => {
    pressed.current = place;
    inputs.move(key, by);
  };
  return h(
    "li.rh-input-row.is-shown",
    { "data-key": key },
    h(Tick, { inputs, input, on: true }),
    h("input.rh-input", {
      type: "text",
      maxlength: 80,
      value: label,
      placeholder: input.title,
      "aria-label": t("workflows.label_of", { input: input.title }),
      oninput: (event) => inputs.call(key, event.currentTarget.value),
    }),
    h(
      "span.rh-input-arrows",
      { ref: arrows },
      h(IconButton, { name: "up", label: t("workflows.up", { input: input.title }), disabled: isFirst, onclick: move(0, -1) }),
      h(IconButton, { name: "down", label: t("workflows.down", { input: input.title }), disabled: isLast, onclick: move(1, 1) }),
    ),
  );
}

/** @param {{ studio: RunStudio, inputs: Inputs, close: () => void }} props */
function End({ studio, inputs, close }) {
  const sure = useSignal(false);
  const save = telling(async (/** @type {boolean} */ anew) => {
    const path = await inputs.save(anew);
    close();
    await studio.open(path);
    toast(t("workflows.saved"));
  });
  const remove = telling(async () => {
    await post("/forms/remove", { path: inputs.path });
    close();
    studio.forget();
    toast(t("workflows.removed"));
  });
  const busy = useSignal(false);
  const button = (/** @type {string} */ words, /** @type {() => unknown} */ press, kind = "") => h(Press, { key: words, words, class: kind, press, busy });
  const unsaved = { "data-unsaved": inputs.isChanged.value || undefined };
  if (sure.value) {
    return h(
      "div.rh-inputs-end",
      unsaved,
      h(
        "span.rh-sure",
        {},
        h("span.rh-quiet", {}, t("workflows.remove_ask")),
        button(t("workflows.remove_yes"), remove, "is-bad"),
        button(t("workflows.remove_no"), () => (sure.value = false)),
      ),
    );
  }
  return h(
    "div.rh-inputs-end",
    unsaved,
    button(t("workflows.save"), () => save(false), "is-main"),
    button(t("workflows.save_new"), () => save(true)),
    h("button.rh-quiet-button", { type: "button", onclick: () => (sure.value = true) }, t("workflows.remove")),
  );
}
