// @ts-check
// The references of a form offered in its texts: who types an @ chooses one by its picture and name.

import { keyOf } from "../../core/keys.js";
import { h } from "../../core/h.js";
import { begun, completed, offered } from "./mention_text.js";
import { referenceParts } from "./spec.js";
import { useComputed, useSignal } from "../../vendor/preact.js";
import { inputId } from "./field_parts.js";
import { t } from "../../core/words.js";

/** @typedef {import("./field_parts.js").FieldProps} FieldProps
 * @typedef {{ from: number, typed: string }} Begun */

/** What a text area needs for it: attributes, the list to draw behind it, and `look` after each letter.
 * @param {FieldProps} props @param {{ current: HTMLTextAreaElement | null }} area */
export function useMentions(props, area) {
  const { studio, field } = props;
  const at = useSignal(/** @type {Begun | null} */ (null));
  const chosen = useSignal(0);
  const files = useComputed(() => (studio.spec?.fields ?? []).filter(referenceParts).flatMap(({ key }) => studio.media[key] ?? []));
  const names = at.value ? offered(files.value, at.value.typed) : [];
  const id = `${inputId(props)}-names`;
  const look = () => {
    const element = area.current;
    at.value = element && files.peek().length ? begun(element.value, element.selectionStart) : null;
    chosen.value = 0;
  };
  const close = () => (at.value = null);
  /** @param {string} name */
  const take = (name) => {
    const element = area.current;
    if (!element || !at.value) return;
    const { text, caret } = completed(element.value, at.value.from, element.selectionStart, name);
    element.value = text;
    element.focus();
    element.setSelectionRange(caret, caret);
    close();
    studio.set(field.key, text);
  };
  /** @param {KeyboardEvent} event */
  const onkeydown = (event) => {
    if (!names.length || event.ctrlKey || event.metaKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[keyOf(event)];
    if (step) chosen.value = (chosen.value + step + names.length) % names.length;
    else if (["Enter", "Tab"].includes(keyOf(event))) take(names[chosen.value].called);
    else if (keyOf(event) === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const open = names.length > 0;
  const list =
    open &&
    h(
      "ul.rh-mentions",
      { id, role: "listbox", "aria-label": t("form.references") },
      names.map(({ called, now }, place) =>
        h(
          "li.rh-mention",
          {
            key: called,
            id: `${id}-${place}`,
            role: "option",
            "aria-selected": place === chosen.value,
            onpointermove: () => (chosen.value = place),
            onpointerdown: (/** @type {Event} */ event) => event.preventDefault(), // the text keeps the focus
            onclick: () => take(called),
          },
          now.preview && h("img", { src: now.preview, alt: "", referrerpolicy: "no-referrer" }),
          h("span", {}, `@${called}`),
          h("span.rh-quiet", {}, now.name),
        ),
      ),
    );
  const attributes = open
    ? /** @type {const} */ ({ "aria-controls": id, "aria-activedescendant": `${id}-${chosen.value}`, onkeydown, onblur: close })
    : { onkeydown, onblur: close };
  return { attributes, list, look };
}
