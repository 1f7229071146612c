// The styles of a quick creation as pictures to choose from. Choosing one sets what it sets, in sight.

import { h, icon } from "../../core/dom.js";
import { ask } from "../../core/api.js";
import { t } from "../../core/words.js";

export async function styleField(studio, field, spec) {
  const { styles } = await ask("quick_styles", spec.path).catch(() => ({ styles: [] }));
  const mine = styles.filter((style) => field.key in style.sets);
  const known = new Set(mine.map((style) => style.sets[field.key]));
  const rest = field.options.filter((value) => !known.has(value));
  const others = rest.map((value) => ({ name: field.labels?.[value] ?? value, sets: { [field.key]: value } }));
  const grid = h("div.rh-styles", { role: "group", "aria-label": field.label });
  const words = h("div.rh-style-words");
  let chosen = null;

  const pick = (style) => {
    chosen = style;
    for (const [key, value] of Object.entries(style.sets)) studio.set(key, value);
  };
  for (const style of [...mine, ...others]) {
    const picture = style.picture && h("img", { src: style.picture, alt: "", loading: "lazy", onerror: (event) => event.target.replaceWith(icon("image")) });
    const button = h("button.rh-style", { type: "button", onclick: () => pick(style) }, h("span.rh-style-picture", {}, picture || icon("image")), h("span.rh-style-name", {}, style.name));
    button.style_ = style;
    grid.append(button);
  }
  const draw = () => {
    if (studio.spec?.path !== spec.path) return; // it came when another form was chosen already
    const value = studio.values[field.key];
    if (chosen?.sets[field.key] !== value) chosen = [...mine, ...others].find((style) => style.sets[field.key] === value) ?? null;
    for (const button of grid.children) button.setAttribute("aria-pressed", String(button.style_ === chosen));
    words.replaceChildren(...hints(studio, chosen));
  };
  draw();
  return { element: h("div", {}, grid, words), draw };
}

/** What the style's maker says of words that go with it. */
function hints(studio, style) {
  const target = studio.spec.fields.find((field) => field.kind === "text" && !field.resource && !field.secret);
  if (!style || !target) return [];
  const write = (text) => {
    studio.set(target.key, text);
  };
  const line = (words, act, press) => h("p.rh-help", {}, words, " ", h("button.rh-quiet-button", { type: "button", onclick: press }, act));
  const add = () => write([studio.values[target.key], style.trigger].filter(Boolean).join(", "));
  return [
    style.trigger && !(studio.values[target.key] ?? "").includes(style.trigger) && line(t("quick.trigger", { words: style.trigger }), t("quick.trigger_add"), add),
    style.sample && style.sample !== studio.values[target.key] && line(t("quick.sample", { words: style.sample }), t("quick.sample_use"), () => write(style.sample)),
  ].filter(Boolean);
}
