// @ts-check
// Entry: loads the words, then draws our parts into the places that Gradio laid out.

import { brought, placeFiles, placeLink } from "./features/studio/arrivals.js";
import { Stage } from "./features/runs/stage.js";
import { draw, h } from "./core/h.js";
import { later } from "./components/later.js";
import { Form } from "./features/studio/form.js";
import { PriceLine } from "./features/studio/price_line.js";
import { GenerateButton } from "./features/studio/generate_button.js";
import { Header, applyTheme } from "./features/account/header.js";
import { get, listen } from "./core/api.js";
import { Picker, pickerOf } from "./features/studio/picker.js";
import { listenForDrops } from "./features/studio/restore.js";
import "./features/apps/run_form.js";
import { watchForFaults } from "./components/seen_faults.js";
import { lastWish, studioOf } from "./features/studio/studio.js";
import { telling, toast } from "./components/toast.js";
import { followAddress, leadTo, leadToStudio } from "./core/tabs.js";
import { language, loadWords, t } from "./core/words.js";

export { tabShown } from "./core/tabs.js";

await loadWords();
watchForFaults();
applyTheme();
listen();
followAddress();

/** @typedef {import("./core/api_types.js").Modality} Modality @typedef {import("./vendor/preact.js").VNode} VNode */

const RunPicker = later(async () => (await import("./features/apps/run_picker.js")).RunPicker);
const Gallery = later(async () => (await import("./features/gallery/gallery.js")).Gallery);
const Account = later(async () => (await import("./features/account/account.js")).Account);
const ExternalRuns = later(async () => (await import("./features/history/history.js")).ExternalRuns);
const History = later(async () => (await import("./features/history/history.js")).History);

/** The part for each of Gradio's places; parts of a single tab are loaded when that tab is opened.
 * @type {Record<string, (modality: Modality) => VNode>} */
const parts = {
  header: () => h(Header),
  picker: (modality) => h(Picker, { picker: pickerOf(modality) }),
  apps: (modality) => h(RunPicker, { studio: /** @type {import("./features/apps/run_form.js").RunStudio} */ (studioOf(modality)) }),
  form: (modality) => h(Form, { studio: studioOf(modality) }),
  estimate: (modality) => h(PriceLine, { studio: studioOf(modality) }),
  generate: (modality) => h(GenerateButton, { studio: studioOf(modality) }),
  stage: (modality) => h(Stage, { modality }),
  gallery: () => h(Gallery),
  account: () => h(Account),
  outside: () => h(ExternalRuns),
  history: () => h(History),
};

/** Draws every part whose place exists and is empty (rh_ui/ui/components/drawn.py). A part that could not be drawn, or
 * whose place Gradio made again, is drawn with the next call. */
export function drawParts() {
  for (const place of document.querySelectorAll("[data-part]:not(.is-drawn)")) {
    const { part = "", tab } = /** @type {HTMLElement} */ (place).dataset;
    try {
      draw(parts[part](/** @type {Modality} */ (tab)), place);
    } catch (fault) {
      reportError(fault); // the others are still drawn
    }
  }
}

/** Listens to an event from another part of the page.
 * @template Detail @param {string} name @param {(detail: Detail) => unknown} act */
const on = (name, act) => window.addEventListener(name, (event) => act(/** @type {CustomEvent<Detail>} */ (event).detail));

/** Fills in the form of a past run's model with its settings.
 * @param {import("./core/api_types.js").Card} task */
async function reuse(task) {
  const studio = studioOf(task.modality);
  const wish = await lastWish(async () => {
    const spec = await studio.lookUp(task.endpoint);
    const asked = get("/runs/{id}/form", { id: task.id, endpoint: spec?.path ?? task.endpoint });
    const filled = await (spec ? asked : asked.catch(() => null)); // an unknown model has no form
    if (spec) await leadToStudio(task.modality);
    return { spec, filled };
  });
  if (!wish) return;
  const { spec, filled } = wish;
  if (!spec || !filled) {
    toast(filled?.said || t("card.model_gone", { model: task.model || task.endpoint }));
    return;
  }
  const { values, media, lost, blames } = filled;
  studio.fill(spec, /** @type {import("./features/studio/form_state.js").Stored} */ ({ values, media }), lost.length ? t("form.lost", { fields: lost.join(", ") }) : "");
  window.scrollTo({ top: 0 });
  studio.blameFirst(blames);
}

on("rh:reuse", telling(reuse));

/** A result is used in another run: the visible tab comes first. */
on("rh:use", telling(async (/** @type {import("./core/api_types.js").Output & { endpoint: string }} */ output) => {
  const outOfSight = (/** @type {string} */ name) => Number(!(/** @type {HTMLElement | null} */ (document.querySelector(`[id="${name}-form"]`))?.offsetParent));
  const names = ["image", "video", "audio", "3d", "text", "apps"].sort((one, other) => outOfSight(one) - outOfSight(other));
  const { sendOn } = await import("./features/studio/result_picker.js");
  await sendOn(output, names.map(studioOf));
}));

/** A search on one tab that found models on another. */
on("rh:find", telling(async (/** @type {{ modality: Modality, query: string, retiring: boolean }} */ { modality, query, retiring }) => {
  studioOf(modality).folded.value = false;
  await leadTo(modality, `[id="${modality}-endpoint"] .rh-picker`);
  await pickerOf(modality).search(query, retiring);
}));

window.addEventListener("paste", (event) => {
  if (!event.clipboardData?.files.length) return;
  // A picture copied from this page is the thumbnail; its address names the file.
  const { files, links } = brought(event.clipboardData);
  const taken = links.length ? placeLink(links[0], "image") : placeFiles(files).length < files.length;
  if (taken) event.preventDefault();
});

listenForDrops();

document.documentElement.lang = language() === "zh" ? "zh-CN" : "en";

drawParts();
