// @ts-check
// Every error code of RunningHub in words, with a search. Loaded when it is first opened.

import { IconButton } from "../../components/icon.js";
import { faultWords } from "../../components/toast.js";
import { get } from "../../core/api.js";
import { debounced, latest } from "../../core/timing.js";
import { drawOver, h } from "../../core/h.js";
import { layDialog } from "../../core/layers.js";
import { sentences, t } from "../../core/words.js";
import { createRef, signal, useEffect, useRef } from "../../vendor/preact.js";

/** @import { CodeEntry, Codes as Found } from "../../core/api_types.js" */

const query = signal("");
const found = signal(/** @type {Found} */ ({ entries: [], none: "" }));

const ask = latest(() => get("/codes", { query: query.value }).catch((fault) => ({ entries: [], none: faultWords(fault) })));

async function read() {
  const told = await ask();
  if (told) found.value = told;
}

const soon = debounced(read, 120);

/** @param {{ dialog: import("../../vendor/preact.js").RefObject<HTMLDialogElement> }} props */
function Codes({ dialog }) {
  const list = useRef(/** @type {HTMLDivElement | null} */ (null));
  const { entries, none } = found.value;
  useEffect(() => list.current?.scrollTo({ top: 0 }), [found.value]);
  const close = () => dialog.current?.close();
  return h(
    "dialog.rh-dialog.rh-about.rh-codes-dialog",
    { id: "rh-codes", ref: dialog, "aria-label": t("code.title") },
    h(
      "div.rh-about-body",
      {},
      h("h2.rh-about-title", {}, t("code.title")),
      h("p.rh-how", {}, t("code.rule")),
      h("input.rh-input", {
        type: "text",
        role: "searchbox",
        "aria-label": t("code.search"),
        placeholder: t("code.search"),
        value: query.value,
        oninput: (event) => {
          query.value = event.currentTarget.value;
          soon();
        },
      }),
      h("div.rh-codes", { role: "status", ref: list }, entries.map((entry) => h(Code, { key: entry.code, entry })), none && h("p.rh-quiet", {}, none)),
    ),
    h(IconButton, { name: "close", label: t("results.close"), class: "rh-close", onclick: close }),
  );
}

/** @param {{ entry: CodeEntry }} props */
const Code = ({ entry: { code, name, what, do: advice, money, again } }) =>
  h(
    "article.rh-code",
    { "data-code": code },
    h("div.rh-code-head", {}, h("strong", {}, code), name && h("code.rh-path", {}, name)),
    h("p", {}, what),
    h("p", {}, advice),
    h("p.rh-quiet", {}, sentences(money, again)),
  );

const dialog = /** @type {import("../../vendor/preact.js").RefObject<HTMLDialogElement>} */ (createRef());

/** Opens the page's one list with this query.
 * @param {string} words */
export function openAt(words) {
  query.value = words;
  if (!dialog.current) drawOver(h(Codes, { dialog }));
  layDialog(dialog.current);
  dialog.current?.querySelector("input")?.focus();
  read();
}
