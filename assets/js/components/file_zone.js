// @ts-check
// A place to choose files or to drop them on.

import { h } from "../core/h.js";
import { useSignal } from "../vendor/preact.js";
import { Icon } from "./icon.js";

/** `take` is called with the files; `drop` with everything that was dropped, if it may be something else. `words`: the
 * text in the zone, by default its label.
 * @param {{ id?: string, accept: string, many?: boolean, label: string, words?: string, limits: string, take: (files: File[]) => void,
 *   drop?: (dropped: DataTransfer | null) => void }} props */
export function FileZone({ id, accept, many = false, label, words = label, limits, take, drop }) {
  const over = useSignal(false);
  const came = (/** @type {FileList | null | undefined} */ files) => {
    if (files?.length) take([...files]);
  };
  const drag = (/** @type {DragEvent} */ event, /** @type {boolean} */ is) => {
    event.preventDefault();
    over.value = is;
  };
  return h(
    "label.rh-zone",
    {
      id,
      class: over.value ? "is-over" : "",
      ondragover: (event) => drag(event, true),
      ondragleave: (event) => drag(event, false),
      ondrop: (event) => {
        drag(event, false);
        if (drop) drop(event.dataTransfer);
        else came(event.dataTransfer?.files);
      },
    },
    h(Icon, { name: "upload" }),
    h("span", {}, words),
    h("span.rh-limits", {}, limits),
    h("input", {
      type: "file",
      accept,
      multiple: many,
      "aria-label": label,
      onchange: ({ currentTarget: chooser }) => {
        came(chooser.files);
        chooser.value = ""; // the same file can be chosen again
      },
    }),
  );
}
