// @ts-check
// The large view of a result: picture, player, 3D or text, with the run it came from.

import { Icon, IconButton } from "../../components/icon.js";
import { later } from "../../components/later.js";
import { faultWords, telling, toast } from "../../components/toast.js";
import { get, onChange } from "../../core/api.js";
import { drawOver, h } from "../../core/h.js";
import { keyOf } from "../../core/keys.js";
import { layDialog } from "../../core/layers.js";
import { mayRun } from "../../core/person.js";
import { paced } from "../../core/timing.js";
import { t } from "../../core/words.js";
import { signal, useEffect, useLayoutEffect, useRef, useSignal } from "../../vendor/preact.js";
import { toBin } from "./bin_actions.js";
import { mark } from "./marks.js";
import { canTurn, ModelViewer } from "./model_viewer.js";
import { LostButtons, lostWords } from "./result_tile.js";
import { actionsFor } from "./result_actions.js";
import { ResultFacts } from "./result_facts.js";
import { pictureKeys, Zoomable } from "./zoom.js";

/** @typedef {import("../../core/api_types.js").ViewedOutput} Output @typedef {import("../../core/api_types.js").Result} Result */

/** Types that every browser shows; for others (HEIC, TIFF) the thumbnail is shown. */
const DRAWN = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp", "image/svg+xml"]);

const PAUSE = 300; // ms between two looks at what has changed

const seen = signal(/** @type {Result & { ids: string[] } | null} */ (null));
let wanted = ""; // the id that was requested last, which may still be loading
let isMade = false;
/** Whether the list of keys is shown. */
const hasKeys = signal(false);

/** Opens one result; `ids` are the results before and after it.
 * @param {string} id @param {string[]} ids */
export async function showResult(id, ids) {
  if (!isMade) drawOver(h(Lightbox));
  isMade = true;
  wanted = id;
  /** @type {Result} */
  let found;
  try {
    found = await get("/results/{id}", { id });
  } catch (fault) {
    if (id !== wanted) return;
    wanted = seen.peek()?.output.id ?? "";
    toast(faultWords(fault));
    return;
  }
  if (id === wanted) seen.value = { ...found, ids };
}

/** What is shown may change while it is seen: its thumbnail is drawn, its copy is stored. */
async function follow() {
  const now = seen.peek();
  if (!now) return;
  const found = await get("/results/{id}", { id: now.output.id }).catch(() => null);
  if (found && seen.peek() === now) seen.value = { ...found, ids: now.ids };
}

function closed() {
  wanted = "";
  seen.value = null;
}

/** @param {number} by */
function step(by) {
  const ids = seen.value?.ids ?? [];
  const next = ids[ids.indexOf(wanted) + by];
  if (next) showResult(next, ids);
}

/** @param {import("../../vendor/preact.js").TargetedKeyboardEvent<HTMLElement>} event */
function pressed(event) {
  if (event.target instanceof Element && event.target.closest("video, audio, input, textarea, select")) return;
  const key = keyOf(event);
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (pictureKeys.peek()?.(key)) event.preventDefault();
  else if (key === "?") hasKeys.value = !hasKeys.peek();
  else if (key === "ArrowLeft") step(-1);
  else if (key === "ArrowRight") step(1);
  else act(key.toLowerCase());
}

/** Puts what is shown into the bin, and goes on to the next one, or the one before.
 * @param {import("./result_actions.js").Item[]} items */
async function binned(items) {
  const [{ output }] = items;
  await toBin([output]);
  const ids = seen.peek()?.ids ?? [];
  const at = ids.indexOf(output.id);
  const left = ids.filter((id) => id !== output.id);
  if (seen.peek()?.output.id !== output.id) return;
  const next = left[Math.min(Math.max(at, 0), left.length - 1)];
  if (next) await showResult(next, left);
  else closeBox();
}

/** What a key does with the result that is shown.
 * @param {string} key */
function act(key) {
  const now = seen.peek();
  if (!now) return;
  const { output, task } = now;
  const items = [{ output, run: task }];
  const action = actionsFor(items).find((each) => each.key && each.key === key);
  if (action) telling(action.id === "bin" ? () => binned(items) : action.act)(items);
  else if (/^[0-5]$/.test(key) && mayRun()) telling(mark)([output], { rating: Number(key) });
}

const closeBox = () => /** @type {HTMLDialogElement | null} */ (document.querySelector("dialog.rh-lightbox"))?.close();

function Lightbox() {
  const box = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const close = () => box.current?.close();
  const now = seen.value;
  useEffect(() => {
    const again = paced(follow, PAUSE);
    return onChange((online) => online && again());
  }, []);
  useLayoutEffect(() => {
    const dialog = box.current;
    if (!dialog || !now) return;
    const opens = !dialog.open;
    layDialog(dialog);
    const holder = document.activeElement;
    // Not to the player, which uses the arrow keys itself; and a removed button has lost the focus.
    if (opens || !dialog.contains(holder) || holder?.closest("[hidden]")) dialog.focus({ preventScroll: true });
  }, [now]);
  const place = now ? now.ids.indexOf(now.output.id) : 0;
  const last = now ? now.ids.length - 1 : 0;
  return h(
    "dialog.rh-dialog.rh-lightbox",
    {
      ref: box,
      "aria-label": t("results.results"),
      tabindex: -1,
      onclose: closed,
      onkeydown: pressed,
    },
    h(
      "div.rh-lightbox-body",
      {},
      h(
        "div.rh-lightbox-view",
        {},
        h("div.rh-stage", {}, now && h(Stage, { key: now.output.id, output: now.output })),
        hasKeys.value && h(Keys),
        h("button.rh-icon-button.rh-keys-button", { type: "button", "aria-expanded": hasKeys.value, "aria-label": t("results.keys"), title: t("results.keys"), onclick: () => (hasKeys.value = !hasKeys.peek()) }, "?"),
        h(IconButton, { class: "rh-step is-back", name: "left", label: t("results.previous"), hidden: place <= 0, onclick: () => step(-1) }),
        h(IconButton, { class: "rh-step is-forth", name: "right", label: t("results.next"), hidden: place >= last, onclick: () => step(1) }),
      ),
      h("aside.rh-facts", {}, now && h(ResultFacts, { key: now.output.id, ...now, close, binned })),
      h(IconButton, { class: "rh-close", name: "close", label: t("results.close"), onclick: close }),
    ),
  );
}

/** @type {[string, string][]} */
const KEYS = [["← →", "results.key_step"], ["+ − 0", "results.key_zoom"], ["F", "marks.favourite"], ["1 – 5", "marks.rating_key"], ["0", "marks.rating_off"], ["D", "card.download"], ["Del", "bin.action"], ["Esc", "results.close"], ["?", "results.keys"]];

const Keys = () => h("div.rh-keys", {}, h("dl", {}, KEYS.map(([key, words]) => h("div", { key }, h("dt", {}, h("kbd", {}, key)), h("dd", {}, t(words))))));

/** @typedef {{ output: Output }} OfResult */

/** @param {OfResult} props */
function Stage({ output }) {
  const { kind, url, text } = output;
  if (lostWords(output)) return h("div.rh-lost", {}, h(Icon, { name: "alert" }), h("strong", {}, lostWords(output)), h(LostButtons, { output }));
  if (url && kind === "image") return h(Picture, { output });
  if (url && kind === "video") return h(Film, { output });
  if (url && kind === "audio") return [h(Still, { output }), h("audio", { src: url, controls: true })];
  if (url && kind === "archive") return h(ArchiveHere, { output });
  if (url && kind === "model") return h(Model, { output });
  if (text) return h("div.rh-reading", { tabindex: 0 }, text);
  return h("p.rh-empty", {}, t("results.no_preview"));
}

/** The thumbnail, where the result itself can't be shown.
 * @param {OfResult} props */
const Still = ({ output }) => (output.thumb ? h("img.rh-wave", { src: output.thumb, alt: "" }) : null);

/** @param {OfResult} props */
const Picture = ({ output }) => h(Zoomable, { src: DRAWN.has(output.mime) ? output.url : output.thumb, alt: output.name });

/** Not every browser plays every video, even if the file is complete.
 * @param {OfResult} props */
function Film({ output }) {
  const fails = useSignal(false);
  if (fails.value) return h("div.rh-lost", {}, h(Still, { output }), h("p", {}, t("results.cannot_play")));
  return h("video.rh-large", {
    src: output.url,
    controls: true,
    loop: true,
    playsinline: true,
    poster: output.thumb || undefined,
    onerror: () => (fails.value = true),
  });
}

const ArchiveHere = later(async () => (await import("./archive.js")).ArchiveOf);

/** @param {OfResult} props */
function Model({ output }) {
  const can = useSignal(output.turned === output.url ? true : undefined);
  useEffect(() => {
    if (can.value === undefined) canTurn(output).then((yes) => (can.value = yes));
  }, []);
  if (can.value) return h(ModelViewer, { output });
  return h("div.rh-lost", {}, h(Still, { output }), can.value === false && h("p", {}, t("results.no_viewer")));
}
