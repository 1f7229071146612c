// What a drag, a drop or a paste carries between the page's parts and from outside: files, or addresses; and where they
// go when no zone was meant: the first free field in sight that takes them.

import { address as addressOf, exact } from "../../core/api.js";
import { language, t } from "../../core/words.js";

const KIND = "application/x-rh-kind";
const OURS = /\/rh\/(files|thumbs|inputs)\/[\w-]/;

/** Lets an element be dragged as the file at `address()`: into a field, or out of the browser. Its picture is no file of
 * its own, so that a small one never travels in place of the whole. */
export function carries(element, { kind, name, mime = "", address }) {
  element.draggable = true;
  for (const picture of element.querySelectorAll("img")) picture.draggable = false;
  element.addEventListener("dragstart", (event) => {
    const { dataTransfer } = event;
    const place = address();
    if (!place) return;
    dataTransfer.clearData();
    dataTransfer.setData("text/uri-list", place);
    dataTransfer.setData("text/plain", place);
    dataTransfer.setData("DownloadURL", `${mime || "application/octet-stream"}:${name.replaceAll(":", "_")}:${place}`);
    dataTransfer.setData(KIND, kind);
    dataTransfer.effectAllowed = "copy";
  });
  return element;
}

/** Whether a drag over the page brings something that a form may take. */
export const bringsSomething = (transfer) => Boolean(transfer) && (transfer.types.includes("Files") || transfer.types.includes(KIND));

/** {files, links, kind}: the address of one of our own pictures stands for the file itself, not for the picture that a
 * browser makes of it. `kind`: of a result that was dragged here. */
export function brought(transfer) {
  const files = [...(transfer?.files ?? [])];
  const links = lines(transfer?.getData("text/uri-list") ?? "");
  const own = [...links, ...pictured(transfer?.getData("text/html") ?? "")].filter((link) => OURS.test(link));
  if (own.length) return { files: [], links: [own[0]], kind: transfer.getData(KIND) };
  return { files, links: files.length ? [] : links.slice(0, 1), kind: "" };
}

const lines = (list) => list.split(/\r?\n/).map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));

/** The pictures in a piece of HTML that is never put into the page. */
function pictured(html) {
  if (!html) return [];
  return [...new DOMParser().parseFromString(html, "text/html").images].map((picture) => picture.src);
}

const fieldsInSight = () => [...document.querySelectorAll(".rh-media")].filter((zone) => zone.offsetParent).map((zone) => zone.field);

/** Puts each file into a field; those that fit nowhere come back. */
export function placeFiles(files) {
  return files.filter((file) => {
    const field = fieldsInSight().find((one) => one.accepts(file));
    field?.take([file]);
    return !field;
  });
}

/** The same for an address of a result of this kind; whether a field took it. */
export function placeLink(link, kind) {
  const field = fieldsInSight().find((one) => one.hasRoomFor(kind));
  field?.takeLink(link);
  return Boolean(field);
}

const WINDOW = 2 * 1048576; // rh_ui/media/provenance.py looks no further from either end

/** A form to fill in, a workflow (`text`: the one that a picture or film carries), or under `said` why there is none. */
export async function toldOf(file) {
  const whole = file.size <= 2 * WINDOW;
  try {
    const body = await (whole ? file : new Blob([file.slice(0, WINDOW), file.slice(-WINDOW)])).arrayBuffer();
    const answer = await fetch(addressOf(`rh/restore?head=${whole ? body.byteLength : WINDOW}&language=${language()}`), {
      method: "POST",
      headers: { "Content-Type": "application/octet-stream" },
      body,
    });
    return exact(await answer.text());
  } catch {
    return { said: t("restore.unread") }; // a folder, a file that went away, a server that is away
  }
}
