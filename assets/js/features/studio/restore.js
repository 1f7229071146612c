// A result, or the .json beside it, gives its model and settings back: dropped anywhere on the page, or chosen.

import { bringsSomething, brought, placeFiles, placeLink, toldOf } from "./arrivals.js";
import { h } from "../../core/dom.js";
import { studioOf } from "./studio.js";
import { toast } from "../../components/toast.js";
import { isMedia } from "./spec.js";
import { named, t } from "../../core/words.js";

/** Fills the form of the model that made the file. `showTab` opens its tab. A file without settings goes to
 * `otherwise`, which gives what is to be said of it, or null where it found a use. */
export async function restoreFile(file, showTab, otherwise = (_, said) => said) {
  const told = await toldOf(file);
  if (told.nothing) {
    const said = otherwise(file, told.said);
    if (said) toast(said);
    return;
  }
  if (told.workflow) {
    showTab("apps");
    const { takeWorkflow } = await import("../apps/workflows.js");
    await takeWorkflow(studioOf("apps"), file, told.text);
    return;
  }
  const studio = told.modality && studioOf(told.modality);
  const spec = await studio?.lookUp(told.endpoint);
  if (!spec) {
    toast(told.said ?? t("card.model_gone", { model: told.endpoint }));
    return;
  }
  for (const field of spec.fields.filter(isMedia)) for (const item of told.media[field.key] ?? []) item.kind = field.kind;
  showTab(told.modality);
  studio.fill(spec, { values: told.values, media: told.media }, told.notice);
  window.scrollTo({ top: 0 });
}

/** Asks for a file to take settings from. */
export function restoreButton() {
  const input = h("input", {
    type: "file",
    hidden: true,
    onchange: () => {
      const [file] = input.files;
      input.value = "";
      if (file) window.dispatchEvent(new CustomEvent("rh:restore", { detail: file }));
    },
  });
  return h(
    "span.rh-restore",
    {},
    h("button.rh-quiet-button", { type: "button", title: t("restore.hint"), onclick: () => input.click() }, t("restore.choose")),
    input,
  );
}

/** Zones with a purpose of their own take what is dropped on them. */
const hasOwnUse = (event) => event.target.closest?.(".rh-media, .rh-zone, dialog");

/** What was dropped beside every zone: a file with settings gives them back, any other goes into the form in sight. */
function takeDropped(transfer, showTab) {
  const { files, links, kind } = brought(transfer);
  const noRoom = (left) => left.length && t("media.no_room", { names: named(left.map((file) => file.name)) });
  if (links.length && !placeLink(links[0], kind)) toast(t("media.no_room_result"));
  if (files.length === 1) {
    restoreFile(files[0], showTab, (file, said) => {
      const left = noRoom(placeFiles([file]));
      return left ? `${left} ${said}` : null;
    });
  } else {
    const left = noRoom(placeFiles(files));
    if (left) toast(left);
  }
}

/** Lets a file be dropped anywhere: the browser must not leave the page for it. */
export function listenForDrops(showTab) {
  const veil = h("div.rh-veil", { "aria-hidden": "true" }, h("p", {}, t("restore.drop")));
  let leaving;
  const show = (shown) => {
    clearTimeout(leaving);
    if (!veil.isConnected) document.querySelector(".gradio-container").append(veil);
    veil.classList.toggle("is-shown", shown);
  };
  window.addEventListener("dragover", (event) => {
    if (!bringsSomething(event.dataTransfer)) return;
    event.preventDefault();
    show(!hasOwnUse(event));
    leaving = setTimeout(() => show(false), 400); // nothing tells of a drag that ends outside the window
  });
  window.addEventListener("drop", (event) => {
    show(false);
    if (!bringsSomething(event.dataTransfer)) return;
    event.preventDefault();
    if (!hasOwnUse(event)) takeDropped(event.dataTransfer, showTab);
  });
  window.addEventListener("rh:restore", (event) => restoreFile(event.detail, showTab));
}
