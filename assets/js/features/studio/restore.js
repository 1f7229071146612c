// @ts-check
// Restores model and settings from a result, or the .json beside it, dropped anywhere on the page or chosen.

import { bringsSomething, brought, placeFiles, placeLink, toldOf } from "./arrivals.js";
import { drawOver, h } from "../../core/h.js";
import { leadToStudio, showTab } from "../../core/tabs.js";
import { lastWish, studioOf } from "./studio.js";
import { telling, toast } from "../../components/toast.js";
import { signal, useRef } from "../../vendor/preact.js";
import { named, sentences, t } from "../../core/words.js";

const STILL_OVER = 400; // ms; no event reports a drag that ends outside the window

/** Fills in the form of the model that made the file. A file without settings goes to `otherwise`, which returns a message,
 * or null if it used the file.
 * @param {File} file @param {(file: File, said: string) => string | null} otherwise */
async function restoreFile(file, otherwise = (_, said) => said) {
  const reading = toldOf(file);
  const found = await lastWish(async () => {
    const { modality = "", endpoint = "" } = await reading;
    const studio = modality && studioOf(modality);
    const spec = studio && (await studio.lookUp(endpoint));
    if (spec) await leadToStudio(modality);
    return { form: spec ? { studio, spec } : null };
  });
  const told = await reading;
  if (told.nothing) {
    const said = otherwise(file, told.said ?? "");
    if (said) toast(said);
    return;
  }
  if (told.workflow) {
    showTab("apps");
    const { takeWorkflow } = await import("../apps/run_picker.js");
    await takeWorkflow(studioOf("apps"), file, told.text);
    return;
  }
  if (!found) return;
  if (!found.form) {
    toast(told.said ?? t("card.model_gone", { model: told.endpoint }));
    return;
  }
  const { values, media, notice } = told;
  found.form.studio.fill(found.form.spec, { values, media }, notice);
  window.scrollTo({ top: 0 });
}

/** A button to choose a file with settings. */
export function RestoreButton() {
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  return h(
    "span.rh-restore",
    {},
    h("button.rh-quiet-button", { type: "button", title: t("restore.hint"), onclick: () => input.current?.click() }, t("restore.choose")),
    h("input", {
      ref: input,
      type: "file",
      hidden: true,
      onchange: ({ currentTarget }) => {
        const [file] = currentTarget.files ?? [];
        currentTarget.value = "";
        if (file) window.dispatchEvent(new CustomEvent("rh:restore", { detail: file }));
      },
    }),
  );
}

/** Whether the element is in a zone that handles drops itself.
 * @param {EventTarget | null} target */
const hasOwnUse = (target) => target instanceof Element && target.closest(".rh-media, .rh-zone, dialog");

/** Handles a drop outside all zones: a file with settings restores them, any other goes into the visible form.
 * @param {DataTransfer | null} transfer */
function takeDropped(transfer) {
  const { files, links, kind } = brought(transfer);
  const noRoom = (/** @type {File[]} */ left) => (left.length ? t("media.no_room", { names: named(left.map((file) => file.name)) }) : "");
  if (links.length && !placeLink(links[0], kind)) toast(t("media.no_room_result"));
  if (files.length === 1) {
    telling(restoreFile)(files[0], (file, said) => {
      const left = noRoom(placeFiles([file]));
      return left ? sentences(left, said) : null;
    });
  } else {
    const left = noRoom(placeFiles(files));
    if (left) toast(left);
  }
}

/** Accepts drops anywhere, so that the browser does not leave the page for a file. */
export function listenForDrops() {
  const isOver = signal(false);
  let isDrawn = false;
  const Veil = () => h("div.rh-veil", { "aria-hidden": "true", class: isOver.value ? "is-shown" : "" }, h("p", {}, t("restore.drop")));
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let leaving;
  const show = (/** @type {boolean} */ shown) => {
    clearTimeout(leaving);
    if (shown && !isDrawn) drawOver(h(Veil));
    isDrawn ||= shown;
    isOver.value = shown;
  };
  window.addEventListener("dragover", (event) => {
    if (!bringsSomething(event.dataTransfer)) return;
    event.preventDefault();
    show(!hasOwnUse(event.target));
    leaving = setTimeout(() => show(false), STILL_OVER);
  });
  window.addEventListener("drop", (event) => {
    show(false);
    if (!bringsSomething(event.dataTransfer)) return;
    event.preventDefault();
    if (!hasOwnUse(event.target)) takeDropped(event.dataTransfer);
  });
  window.addEventListener("rh:restore", telling((/** @type {Event} */ event) => restoreFile(/** @type {CustomEvent<File>} */ (event).detail)));
}
