// @ts-check
// Files and addresses in a drag, a drop or a paste, between the page's parts or from outside. What is not dropped on a
// zone goes to the first free visible field that takes it.

import { address as addressOf, exact } from "../../core/api.js";
import { language, t } from "../../core/words.js";

const KIND = "application/x-rh-kind";
const OURS = /\/rh\/(files|thumbs|inputs)\/[\w-]/;

/** Attributes that let an element be dragged as the file at `address()`: into a field, or out of the browser. The picture
 * inside is not draggable itself, so that a thumbnail is never dragged in place of the file.
 * @param {{ kind: string, name: string, mime?: string, address: () => string }} file */
export const carried = ({ kind, name, mime = "", address }) => ({
  draggable: true,
  /** @param {DragEvent} event */
  ondragstart: (event) => {
    const { dataTransfer } = event;
    const place = address();
    if (!place || !dataTransfer) return;
    dataTransfer.clearData();
    dataTransfer.setData("text/uri-list", place);
    dataTransfer.setData("text/plain", place);
    dataTransfer.setData("DownloadURL", `${mime || "application/octet-stream"}:${name.replaceAll(":", "_")}:${place}`);
    dataTransfer.setData(KIND, kind);
    dataTransfer.effectAllowed = "copy";
  },
});

/** Whether a drag over the page contains something for a form.
 * @param {DataTransfer | null} transfer */
export const bringsSomething = (transfer) => Boolean(transfer && (transfer.types.includes("Files") || transfer.types.includes(KIND)));

/** The content of a drop or paste. For one of our own pictures it is the address of the file, not the picture that the
 * browser makes of it. `kind`: of a dragged result.
 * @param {DataTransfer | null} transfer @returns {{ files: File[], links: string[], kind: string }} */
export function brought(transfer) {
  const files = [...(transfer?.files ?? [])];
  const links = lines(transfer?.getData("text/uri-list") ?? "");
  const own = [...links, ...pictured(transfer?.getData("text/html") ?? "")].filter((link) => OURS.test(link));
  if (own.length) return { files: [], links: [own[0]], kind: transfer?.getData(KIND) ?? "" };
  return { files, links: files.length ? [] : links.slice(0, 1), kind: "" };
}

/** @param {string} list */
const lines = (list) => list.split(/\r?\n/).map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));

/** The pictures in a piece of HTML, which is never added to the page.
 * @param {string} html */
function pictured(html) {
  if (!html) return [];
  return [...new DOMParser().parseFromString(html, "text/html").images].map((picture) => picture.src);
}

/** @type {Map<Element, import("./media_intake.js").Intake>} */
const intakes = new Map();

/** Offers a field what is dropped outside zones. Call the returned function when its zone is removed.
 * @param {Element} zone @param {import("./media_intake.js").Intake} intake */
export function taking(zone, intake) {
  intakes.set(zone, intake);
  return () => {
    intakes.delete(zone);
  };
}

/** The fields of the visible form, in order. */
function intakesInSight() {
  const zones = [...intakes.keys()].filter((zone) => zone instanceof HTMLElement && zone.offsetParent);
  zones.sort((one, other) => (one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
  return zones.flatMap((zone) => intakes.get(zone) ?? []);
}

/** Puts each file into a field. Returns those that fit nowhere.
 * @param {File[]} files */
export function placeFiles(files) {
  return files.filter((file) => {
    const intake = intakesInSight().find((one) => one.accepts(file));
    intake?.take([file]);
    return !intake;
  });
}

/** The same for the address of a result of this kind. Returns whether a field took it.
 * @param {string} link @param {string} kind */
export function placeLink(link, kind) {
  const intake = intakesInSight().find((one) => one.hasRoomFor(kind));
  intake?.takeLink(link);
  return Boolean(intake);
}

/** The content of a file: a form, a workflow (`text`: the one inside a picture or video), or under `said` why there is
 * none.
 * @typedef {{ nothing?: boolean, said?: string, workflow?: boolean, text?: string, modality?: string, endpoint?: string, notice?: string,
 *   values?: import("../../types.js").Values, media?: Record<string, import("../../types.js").FormItem[]> }} Told */

/** @param {File} file @returns {Promise<Told>} */
export async function toldOf(file) {
  const { ends } = window.rhBoot.limits;
  const whole = file.size <= 2 * ends;
  try {
    const body = await (whole ? file : new Blob([file.slice(0, ends), file.slice(-ends)])).arrayBuffer();
    const answer = await fetch(addressOf(`rh/restore?head=${whole ? body.byteLength : ends}&language=${language()}`), {
      method: "POST",
      headers: { "Content-Type": "application/octet-stream" },
      body,
    });
    return exact(await answer.text());
  } catch {
    return { said: t("restore.unread") }; // a folder, a deleted file, or the server is away
  }
}
