// The widgets of a form, one maker per kind of field. Each writes its value into the studio as it changes, draws the
// studio's value again with draw(), and keeps to what the rules leave of it with follow(state).

import { h, iconButton } from "../../core/dom.js";
import { Combo } from "../../components/combobox.js";
import { keyOf } from "../../core/keys.js";
import { numeric, randomSeed, typedNumber } from "./spec.js";
import { t } from "../../core/words.js";

const PILLS = 6;
const PILL_LETTERS = 20;
const RATIO = /^(\d+(?:\.\d+)?)\s*[:x*×]\s*(\d+(?:\.\d+)?)$/;

/** The widget of one field: {element, draw()} and, where rules can reach it, follow(state). */
export function widgetFor(studio, field) {
  const make = {
    text: field.secret ? secret : field.resource ? resource : field.many ? textLines : textArea,
    choice: field.resource === "STYLE" ? style : choice,
    flag,
    integer: number,
    decimal: number,
  }[field.kind];
  return make(studio, field);
}

function grow(area) {
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight + 2, 420)}px`;
}

function textArea(studio, field) {
  const counter = h("span.rh-counter");
  const leading = field.multiline || (!field.advanced && ["prompt", "text", "textPrompt", "lyrics"].includes(field.key));
  const area = h("textarea.rh-input", {
    rows: leading ? 4 : 1,
    id: `rh-${studio.modality}-${field.key}`,
    placeholder: field.placeholder ?? "",
    oninput: () => {
      studio.set(field.key, area.value);
      show();
    },
  });
  const show = () => {
    const left = (field.maxLength ?? Infinity) - [...area.value].length;
    counter.textContent = left < 0 ? t("form.letters_over", { over: -left }) : left < (field.maxLength ?? 0) * 0.2 ? t("form.letters_left", { left }) : "";
    counter.classList.toggle("is-bad", left < 0);
    grow(area);
  };
  const draw = () => {
    area.value = studio.values[field.key] ?? "";
    requestAnimationFrame(show);
  };
  draw();
  return { element: h("div.rh-text", {}, area, counter), draw };
}

/** A widget whose script is fetched with the first such field. */
function later(load) {
  const element = h("div");
  const widget = { element, draw: () => {} };
  load().then(({ element: inner, draw }) => {
    element.append(inner);
    widget.draw = draw;
  });
  return widget;
}

const resource = (studio, field) => later(async () => (await import("./resource.js")).resourceField(studio, field));

function style(studio, field) {
  const { spec } = studio;
  return later(async () => (await import("../apps/styles.js")).styleField(studio, field, spec));
}

/** A text that is hidden while it is typed and leaves this page with the run alone. */
function secret(studio, field) {
  const box = h("input.rh-input", {
    type: "password",
    id: `rh-${studio.modality}-${field.key}`,
    autocomplete: "off",
    oninput: () => studio.set(field.key, box.value),
  });
  const draw = () => (box.value = studio.values[field.key] ?? "");
  draw();
  return { element: box, draw };
}

/** Several texts, one a line. */
function textLines(studio, field) {
  const area = h("textarea.rh-input", {
    rows: 2,
    id: `rh-${studio.modality}-${field.key}`,
    placeholder: field.placeholder ?? "",
    oninput: () => {
      const lines = area.value.split("\n").map((line) => line.trim()).filter(Boolean);
      studio.set(field.key, lines.length ? lines : undefined);
      grow(area);
    },
  });
  const draw = () => {
    area.value = [studio.values[field.key] ?? []].flat().join("\n");
  };
  draw();
  return { element: area, draw };
}

function shape(value) {
  const found = RATIO.exec(value);
  if (!found) return null;
  const [wide, high] = [Number(found[1]), Number(found[2])];
  const scale = 16 / Math.max(wide, high);
  return h("span.rh-shape", { style: `width:${Math.max(4, wide * scale)}px;height:${Math.max(4, high * scale)}px` });
}

function choice(studio, field) {
  const options = field.options;
  if (field.many) return manyChoices(studio, field);
  if (options.length > PILLS && !options.every((value) => RATIO.test(value) && value.length < 6)) {
    return comboChoice(studio, field);
  }
  if (options.some((value) => optionWords(field, value).length > PILL_LETTERS)) return comboChoice(studio, field);
  const group = h("div.rh-pills", { role: "radiogroup", "aria-label": field.label });
  const pick = (value) => {
    const same = studio.values[field.key] === value;
    studio.set(field.key, same && !field.required ? undefined : value);
    draw();
  };
  const buttons = options.map((value) =>
    h(
      "button.rh-pill",
      { type: "button", role: "radio", "data-value": value, onclick: () => pick(value) },
      shape(value),
      optionWords(field, value),
    ),
  );
  group.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[keyOf(event)];
    if (!step) return;
    event.preventDefault();
    const open = buttons.filter((button) => !button.disabled);
    const next = open[(open.indexOf(document.activeElement) + step + open.length) % open.length];
    if (!next) return;
    next.focus();
    if (studio.values[field.key] !== next.dataset.value) pick(next.dataset.value);
  });
  const draw = () => {
    for (const button of buttons) {
      button.setAttribute("aria-checked", String(studio.values[field.key] === button.dataset.value));
    }
    const open = buttons.filter((button) => !button.disabled);
    const current = open.find((button) => button.dataset.value === studio.values[field.key]) ?? open[0];
    for (const button of buttons) button.tabIndex = button === current ? 0 : -1;
  };
  const follow = (state) => {
    lockPills(buttons, state);
    draw();
  };
  group.append(...buttons);
  draw();
  return { element: group, draw, follow };
}

function lockPills(buttons, { options }) {
  for (const button of buttons) button.disabled = Boolean(options && !options.includes(button.dataset.value));
}

const isDuration = (field) => /duration|seconds/i.test(field.key);
/** What a choice is called; what is sent is its value. */
const optionWords = (field, value) => field.labels?.[value] ?? value;

function manyChoices(studio, field) {
  const group = h("div.rh-pills", { role: "group", "aria-label": field.label });
  const draw = () => {
    const chosen = [studio.values[field.key] ?? []].flat();
    for (const button of group.children) {
      button.setAttribute("aria-pressed", String(chosen.includes(button.dataset.value)));
    }
  };
  for (const value of field.options) {
    const toggle = () => {
      const chosen = [studio.values[field.key] ?? []].flat();
      const next = field.options.filter((option) => chosen.includes(option) !== (option === value));
      studio.set(field.key, next.length ? next : undefined);
      draw();
    };
    group.append(h("button.rh-pill", { type: "button", "data-value": value, onclick: toggle }, optionWords(field, value)));
  }
  draw();
  return { element: group, draw, follow: (state) => lockPills(group.children, state) };
}

function comboChoice(studio, field) {
  const combo = new Combo({
    label: field.label,
    placeholder: t("form.choose"),
    options: () => {
      const open = studio.states[field.key]?.options ?? field.options;
      const plain = open.map((value) => ({ value, text: optionWords(field, value), also: value }));
      return field.required ? plain : [{ value: "", text: t("form.not_set") }, ...plain];
    },
    pick: (value) => studio.set(field.key, value === "" ? undefined : value),
  });
  const draw = () => {
    const value = studio.values[field.key];
    combo.show(value === undefined ? "" : optionWords(field, value));
  };
  draw();
  return { element: combo.element, draw };
}

function flag(studio, field) {
  const words = h("span.rh-switch-words");
  const box = h("input", {
    type: "checkbox",
    role: "switch",
    "aria-label": field.label,
    onchange: () => {
      studio.set(field.key, box.checked);
      draw();
    },
  });
  const draw = () => {
    const value = studio.values[field.key];
    box.checked = value === true;
    words.textContent = value === undefined ? t("form.not_set") : value ? t("form.on") : t("form.off");
  };
  // Turning it back to what the rules allow stays possible.
  const follow = ({ options }) => (box.disabled = Boolean(options && options.includes(box.checked) && !options.includes(!box.checked)));
  draw();
  return { element: h("label.rh-switch", {}, box, h("span.rh-track"), words), draw, follow };
}

const isSeed = (field) => /seed/i.test(field.key) || Number(field.max ?? 0) > 1e6;

function number(studio, field) {
  if (field.kind === "integer" && isSeed(field)) return seed(studio, field);
  const low = Number(field.min);
  const high = Number(field.max);
  const step = Number(field.step ?? (field.kind === "integer" ? 1 : 0.01));
  const bounded = Number.isFinite(low) && Number.isFinite(high) && (high - low) / step <= 2000;
  const box = h("input.rh-input.rh-number", {
    type: "text",
    inputmode: field.kind === "integer" ? "numeric" : "decimal",
    id: `rh-${studio.modality}-${field.key}`,
    oninput: () => {
      studio.set(field.key, numeric(field, box.value));
      special.draw();
      const value = studio.values[field.key];
      if (slider && typeof value === "number") slider.value = String(value);
    },
    // What stands there then is what is sent.
    onchange: () => (box.value = studio.values[field.key] ?? ""),
  });
  const slider = bounded
    ? h("input.rh-slider", {
        type: "range",
        min: String(low),
        max: String(high),
        step: String(step),
        "aria-label": field.label,
        oninput: () => {
          box.value = slider.value;
          studio.set(field.key, numeric(field, slider.value));
          special.draw();
        },
      })
    : null;
  const draw = () => {
    const value = studio.values[field.key];
    box.value = value ?? "";
    if (slider) slider.value = String(value ?? low);
    special.draw();
  };
  const special = sentinelPills(studio, field, () => draw());
  draw();
  const unit = isDuration(field) ? h("span.rh-unit", {}, t("form.seconds")) : null;
  const follow = ({ min, max }) => {
    if (!slider) return;
    slider.min = String(min ?? low);
    slider.max = String(max ?? high);
    slider.value = String(studio.values[field.key] ?? low);
  };
  return { element: h("div.rh-number-row", {}, slider, box, unit, ...special.pills), draw, follow };
}

/** Numbers with a meaning of their own, said and chosen in words: “-1 = no limit”. */
function sentinelPills(studio, field, changed) {
  const pills = (field.sentinels ?? []).map(({ value, means }) => {
    const pick = () => {
      const on = String(studio.values[field.key]) === String(value);
      studio.set(field.key, on ? undefined : value);
      changed();
    };
    return h("button.rh-pill", { type: "button", "data-value": String(value), onclick: pick }, t("form.sentinel", { value, meaning: means }));
  });
  const draw = () => {
    for (const pill of pills) pill.setAttribute("aria-pressed", String(String(studio.values[field.key]) === pill.dataset.value));
  };
  return { pills, draw };
}

function seed(studio, field) {
  const box = h("input.rh-input.rh-seed", {
    type: "text",
    inputmode: "numeric",
    id: `rh-${studio.modality}-${field.key}`,
    placeholder: t("form.not_set"),
    oninput: () => {
      studio.set(field.key, typedNumber(field, box.value) || undefined);
      special.draw();
    },
    onchange: () => (box.value = studio.values[field.key] ?? ""),
  });
  const roll = () => {
    studio.set(field.key, randomSeed(field));
    draw();
  };
  const fresh = h("input", {
    type: "checkbox",
    onchange: () => {
      if (fresh.checked) studio.fresh.add(field.key);
      else studio.fresh.delete(field.key);
      studio.keep();
    },
  });
  const draw = () => {
    box.value = studio.values[field.key] ?? "";
    fresh.checked = studio.fresh.has(field.key);
    special.draw();
  };
  const special = sentinelPills(studio, field, () => draw());
  draw();
  return {
    element: h(
      "div.rh-number-row",
      {},
      box,
      iconButton("dice", t("form.dice"), roll),
      h("label.rh-check", {}, fresh, t("form.new_each_time")),
      ...special.pills,
    ),
    draw,
  };
}

