// @ts-check
// What can be done with results: the one list from which tile, selection bar and large view draw their buttons.

import { Icon } from "../../components/icon.js";
import { telling, toast } from "../../components/toast.js";
import { address, get } from "../../core/api.js";
import { canCopyPictures, copyPicture, copyText } from "../../core/browser_features.js";
import { h } from "../../core/h.js";
import { mayRun } from "../../core/person.js";
import { t } from "../../core/words.js";
import { reuse } from "../runs/run_actions.js";
import { toBin } from "./bin_actions.js";
import { areAll, favour, hide } from "./marks.js";

/** @typedef {import("../../core/api_types.js").Output} Output @typedef {import("../../core/api_types.js").Card} Card */
/** A result; with its run where the caller has it at hand, otherwise the action asks for it.
 * @typedef {{ output: Output, run?: Card }} Item */
/** `key`: what presses it in the large view; empty: nothing. `link`: the address of an action that the browser does itself.
 * @typedef {object} ResultAction
 * @property {string} id
 * @property {import("../../components/icon.js").IconName} icon
 * @property {string} key
 * @property {(items: Item[]) => string} words
 * @property {(items: Item[]) => boolean} may
 * @property {(items: Item[]) => unknown} act
 * @property {(items: Item[]) => string} [link]
 * @property {(items: Item[]) => boolean} [isOn] of an action that is switched on and off */

const SENDABLE = ["image", "video", "audio"];

/** @param {Item} item @returns {Promise<Card>} */
const runOf = async ({ output, run }) => run ?? (await get("/results/{id}", { id: output.id })).task;

const isOne = (/** @type {Item[]} */ items) => items.length === 1;
const isOutside = (/** @type {Item} */ { run }) => Boolean(run?.outside);
const fileOf = (/** @type {Item[]} */ [{ output }]) => `${output.url}?download=1`;

/** The browser saves what it receives, however large it is: from a link, or as the answer of a form.
 * @param {Item[]} items */
function download(items) {
  if (isOne(items)) {
    const link = Object.assign(document.createElement("a"), { href: fileOf(items), download: items[0].output.name });
    link.click();
    return;
  }
  const form = Object.assign(document.createElement("form"), { method: "post", action: address("rh/zip"), hidden: true });
  form.append(Object.assign(document.createElement("input"), { name: "ids", value: items.map(({ output }) => output.id).join(",") }));
  document.body.append(form);
  form.submit();
  form.remove();
}

const outputsOf = (/** @type {Item[]} */ items) => items.map(({ output }) => output);

const copied = async (/** @type {string | null} */ text) => toast(t((await copyText(text)) ? "card.copied" : "browser.copy_failed"));

/** In the order in which they stand.
 * @type {readonly ResultAction[]} */
export const RESULT_ACTIONS = [
  {
    id: "download",
    icon: "download",
    key: "d",
    words: (items) => t(isOne(items) ? "card.download" : "gallery.take"),
    may: (items) => items.some(({ output }) => output.url),
    act: download,
    link: (items) => (isOne(items) ? fileOf(items) : ""),
  },
  {
    id: "favourite",
    icon: "heart",
    key: "f",
    words: (items) => t(areAll(outputsOf(items), "favourite") ? "marks.favourite_off" : "marks.favourite"),
    may: mayRun,
    act: (items) => favour(outputsOf(items)),
    isOn: (items) => areAll(outputsOf(items), "favourite"),
  },
  {
    id: "use",
    icon: "upload",
    key: "",
    words: () => t("media.use_as_input"),
    may: (items) => mayRun() && isOne(items) && Boolean(items[0].output.url) && SENDABLE.includes(items[0].output.kind),
    act: async ([item]) => {
      const { endpoint } = await runOf(item);
      window.dispatchEvent(new CustomEvent("rh:use", { detail: { ...item.output, endpoint } }));
    },
  },
  {
    id: "reuse",
    icon: "reuse",
    key: "",
    words: () => t("card.reuse"),
    may: (items) => mayRun() && isOne(items) && !isOutside(items[0]),
    act: async ([item]) => reuse(await runOf(item)),
  },
  {
    id: "copy-text",
    icon: "copy",
    key: "",
    words: () => t("card.copy"),
    may: (items) => isOne(items) && Boolean(items[0].output.text),
    act: ([{ output }]) => copied(output.text),
  },
  {
    id: "copy-prompt",
    icon: "text",
    key: "",
    words: () => t("card.copy_prompt"),
    may: (items) => isOne(items) && !isOutside(items[0]) && items[0].run?.title !== "",
    act: async ([item]) => copied((await runOf(item)).title),
  },
  {
    id: "copy-picture",
    icon: "copy",
    key: "",
    words: () => t("card.copy_picture"),
    may: (items) => isOne(items) && items[0].output.kind === "image" && Boolean(items[0].output.url) && canCopyPictures(),
    act: async ([{ output }]) => toast(t((await copyPicture(output.url)) ? "card.copied" : "browser.copy_failed")),
  },
  {
    id: "copy-link",
    icon: "link",
    key: "",
    words: () => t("card.copy_link"),
    may: (items) => isOne(items) && Boolean(items[0].output.url),
    act: ([{ output }]) => copied(address(output.url)),
  },
  {
    id: "hide",
    icon: "hide",
    key: "",
    words: (items) => t(areAll(outputsOf(items), "hidden") ? "marks.show" : "marks.hide"),
    may: mayRun,
    act: (items) => hide(outputsOf(items)),
  },
  {
    id: "bin",
    icon: "bin",
    key: "delete",
    words: () => t("bin.action"),
    may: (items) => mayRun() && !items.some(({ output, run }) => run?.only_look || /** @type {Partial<Card>} */ (output).only_look),
    act: (items) => toBin(outputsOf(items)),
  },
];

/** Those that these results allow, in their order.
 * @param {Item[]} items */
export const actionsFor = (items) => (items.length ? RESULT_ACTIONS.filter((each) => each.may(items)) : []);

/** What closes before an action that leads to another part of the page. */
export const LEADS_AWAY = new Set(["use", "reuse"]);

/** One action as a button, or as the link that it is. `before` runs first; `bare`: only its icon.
 * @param {{ action: ResultAction, items: Item[], before?: () => void, bare?: boolean, class?: string }} props */
export function ActionButton({ action, items, before, bare, class: kind = "" }) {
  const words = action.words(items);
  const href = action.link?.(items);
  const place = bare ? "rh-icon-button" : "rh-small";
  const content = [h(Icon, { name: action.icon }), !bare && words];
  const named = { class: `${place} ${kind}`, "data-action": action.id, title: bare ? words : undefined, "aria-label": bare ? words : undefined };
  if (href) return h("a", { ...named, href, download: items[0].output.name }, content);
  const press = telling(async () => {
    before?.();
    await action.act(items);
  });
  return h("button", { ...named, type: "button", "aria-pressed": action.isOn?.(items), onclick: press }, content);
}
