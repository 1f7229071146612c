// @ts-check
// Features that a browser offers only to secure pages (https, or this computer itself), or not where site data are
// blocked; each with its fallback, or the reason why there is none.

/** A random id as RFC 9562 writes it; `crypto.randomUUID` is for secure pages. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return hex(bytes).replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Random bytes as hex text.
 * @param {number} count */
export const randomHex = (count) => hex(crypto.getRandomValues(new Uint8Array(count)));

const hex = (/** @type {Uint8Array} */ bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** Copies a text to the clipboard. Returns whether it worked.
 * @param {string | null} words */
export async function copyText(words) {
  try {
    await navigator.clipboard.writeText(words ?? "");
    return true;
  } catch {
    return copySelected(words ?? ""); // missing on plain http, or refused by the browser
  }
}

/** The older way: a field with the text, selected; inside an open dialog, since nothing below it can be selected.
 * @param {string} words */
function copySelected(words) {
  const before = document.activeElement;
  const field = document.createElement("textarea");
  field.value = words;
  field.readOnly = true;
  field.className = "rh-copied";
  ([...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body).append(field);
  field.select();
  try {
    return document.execCommand("copy");
  } finally {
    field.remove();
    if (before instanceof HTMLElement) before.focus();
  }
}

/** Whether a picture can be put into the clipboard. */
export const canCopyPictures = () => typeof ClipboardItem === "function" && Boolean(navigator.clipboard?.write);

/** Copies a picture to the clipboard, as PNG, which every browser takes. Returns whether it worked.
 * @param {string} url */
export async function copyPicture(url) {
  try {
    // As a promise: Safari takes only what was begun with the press.
    await navigator.clipboard.write([new ClipboardItem({ "image/png": asPng(url) })]);
    return true;
  } catch {
    return false;
  }
}

/** @param {string} url @returns {Promise<Blob>} */
async function asPng(url) {
  const file = await (await fetch(url)).blob();
  if (file.type === "image/png") return file;
  const picture = await createImageBitmap(file);
  const canvas = Object.assign(document.createElement("canvas"), { width: picture.width, height: picture.height });
  canvas.getContext("2d")?.drawImage(picture, 0, 0);
  return new Promise((done, failed) => canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("no picture"))), "image/png"));
}

/** The camera (`image`) or the microphone (`audio`). Rejects with a DOMException named InsecureContext, NotAllowedError …
 * @param {"image" | "audio"} kind */
export async function deviceStream(kind) {
  if (!navigator.mediaDevices) throw new DOMException("", "InsecureContext");
  const photo = { video: { width: { ideal: 1920 }, height: { ideal: 1080 } } };
  return navigator.mediaDevices.getUserMedia(kind === "image" ? photo : { audio: true });
}

/** Messages of other tabs of this browser go to `hear`; returns the function that sends one. Does nothing where the browser has no channel.
 * @template Message @param {string} name @param {(message: Message) => void} hear @returns {(message: Message) => void} */
export function tabChannel(name, hear) {
  try {
    const channel = new BroadcastChannel(name);
    channel.onmessage = (event) => hear(event.data);
    return (message) => channel.postMessage(message);
  } catch {
    return () => {};
  }
}

/** Runs `work` in one of this browser's tabs, and in the next when that one closes; `otherwise` where a browser does
 * not say which is first.
 * @param {string} name @param {() => void} work @param {() => void} otherwise */
export function inOneTab(name, work, otherwise) {
  let begun = false;
  const forEver = () => {
    begun = true;
    work();
    return new Promise(() => {});
  };
  const refused = () => begun || otherwise();
  if (navigator.locks) navigator.locks.request(name, forEver).catch(refused);
  else refused();
}
