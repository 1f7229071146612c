// @ts-check
// A run on the stage or in the drawer of runs. The style says how its parts stand: beside each other, or as a tile.

import { Icon, IconButton } from "../../components/icon.js";
import { WithMoment } from "../../components/moment.js";
import { Press } from "../../components/press.js";
import { useNow } from "../../components/shown.js";
import { h } from "../../core/h.js";
import { memo } from "../../core/memo.js";
import { gap, t } from "../../core/words.js";
import { useLayoutEffect, useRef, useSignal } from "../../vendor/preact.js";
import { LinkExpiry } from "../results/link_expiry.js";
import { Whose } from "../team/whose.js";
import { cancel, fetchFiles, moveUp, openAccount, putAside, resolve, reuse } from "./run_actions.js";
import { FailureButtons, FailureWords } from "./run_failure.js";
import { progressOf, ticks } from "./run_progress.js";
import { MessageButton } from "./webhook_dialog.js";

/** @typedef {{ card: import("../../core/api_types.js").Card }} OfRun */

/** The title, and the line under it, which never is the title again.
 * @param {OfRun & { price?: string }} props */
const Name = ({ card, price = "" }) =>
  h(
    "div.rh-run-name",
    {},
    h("strong.rh-run-title", { title: card.title || card.model }, card.title || card.model),
    h("p.rh-run-model", {}, beneath(card), h("span.rh-quiet", {}, price), h(Whose, { of: card })),
  );

/** An active run, or one with an unknown outcome. */
export const RunCard = memo((/** @type {OfRun} */ { card }) =>
  h(
    "article.rh-run",
    { class: `is-${card.state}`, "data-task": card.id, "data-state": card.state, tabindex: -1 },
    h(Name, { card, price: card.price || card.estimate_words }),
    h(
      "span.rh-run-buttons",
      {},
      card.can_move_up && h("button.rh-small", { type: "button", title: t("card.move_up_hint"), onclick: () => moveUp(card) }, t("card.move_up")),
      card.can_cancel && h(Cancel, { card }),
    ),
    h(
      "div.rh-run-body",
      {},
      h(Words, { card }),
      card.step && h("p.rh-run-words.rh-quiet", { "data-step": "" }, card.step),
      card.state === "downloading" && h(LinkExpiry, { outputs: card.outputs }),
      card.not_fetched && !card.only_look && h(Unfetched, { card }),
      card.can_ask && h("div.rh-buttons", {}, h(Press, { words: t("card.ask_again"), press: () => fetchFiles(card.id) })),
      card.state === "unknown" ? h(Unknown, { card }) : !card.not_fetched && card.state !== "asking" && h(Bar, { card }),
    ),
  ),
);

/** @param {import("../../core/api_types.js").Card} card */
const beneath = (card) => (card.title ? card.model : card.outside ? card.remote_id : "");

/** @param {OfRun} props */
function Words({ card }) {
  const { words } = progressOf(card, useNow(ticks(card)));
  return h("p.rh-run-words", {}, h(WithMoment, card.asks_until ? { words, name: "until", at: card.asks_until } : { words, name: "since", at: card.since }));
}

/** @param {OfRun} props */
function Bar({ card }) {
  const { percent } = progressOf(card, useNow(ticks(card)));
  return h(
    "span.rh-bar",
    { class: percent === null ? "" : "is-measured" },
    h("span.rh-bar-fill", { style: percent === null ? undefined : { width: `${percent}%` } }),
  );
}

/** Cancel asks for confirmation: the work done so far may cost money.
 * @param {OfRun} props */
function Cancel({ card }) {
  const asking = card.state === "asking";
  const asks = useSignal(false);
  const pressed = useRef(false);
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const turn = (/** @type {boolean} */ yes) => {
    pressed.current = true;
    asks.value = yes;
  };
  // The pressed button is gone: the one that changes nothing gets the focus.
  useLayoutEffect(() => {
    if (pressed.current) [...(place.current?.querySelectorAll("button") ?? [])].at(-1)?.focus();
    pressed.current = false;
  }, [asks.value]);
  const stop = async () => {
    await cancel(card);
    asks.value = false;
  };
  if (!asks.value) return h("span.rh-cancel", { ref: place }, h("button.rh-small", { key: "ask", type: "button", onclick: () => turn(true) }, t(asking ? "card.take_back" : "card.cancel")));
  return h(
    "span.rh-cancel",
    { ref: place },
    h(
      "span.rh-sure",
      { key: "sure" },
      h("span.rh-quiet", {}, t(card.cancel_free ? "card.cancel_ask_free" : card.modality === "apps" ? "card.cancel_ask" : "card.cancel_ask_model")),
      h(Press, { class: "is-bad", words: t(asking ? "card.take_back_yes" : "card.cancel_yes"), press: stop }),
      h("button.rh-small", { type: "button", onclick: () => turn(false) }, t("card.cancel_no")),
    ),
  );
}

/** The actions for files that were not fetched; all are free.
 * @param {OfRun} props */
const Unfetched = ({ card }) =>
  h(
    "div.rh-buttons",
    {},
    h(Press, { class: "is-main", words: t("card.fetch_now"), press: () => fetchFiles(card.id) }),
    card.not_fetched === "no-room-for-files" && h("button.rh-small", { type: "button", onclick: openAccount }, t("card.make_room")),
  );

/** The warning and the choices of a run whose outcome is unknown.
 * @param {OfRun} props */
const Unknown = ({ card }) =>
  h(
    "div.rh-unknown",
    {},
    h("p", {}, h("strong", {}, t("card.unknown_title")), gap(t("card.unknown_title")), card.charge),
    h("p", {}, t("card.unknown_text")),
    card.hooked && h("p", {}, t("hook.waits")),
    !card.only_look && h(Found, { card, words: t("card.unknown_found") }),
    !card.only_look &&
      h(
        "div.rh-buttons",
        {},
        h(Press, { words: t("card.unknown_lost"), press: () => resolve(card, "lost") }),
        h(Press, { words: t("card.unknown_again"), press: () => resolve(card, "again") }),
      ),
  );

/** A field for the id, and the button that says that the run was found.
 * @param {OfRun & { words: string }} props */
function Found({ card, words }) {
  const id = useRef(/** @type {HTMLInputElement | null} */ (null));
  const label = t("card.unknown_found_label");
  return h(
    "div.rh-link-row",
    {},
    h("input.rh-input", { ref: id, type: "text", inputmode: "numeric", placeholder: label, "aria-label": label }),
    h(Press, { words, press: () => resolve(card, "found", id.current?.value) }),
  );
}

/** An ended run without results: why, what it cost, what to do. */
export const EndedCard = memo((/** @type {OfRun} */ { card }) =>
  h(
    "article.rh-run.is-ended",
    { class: `is-${card.state}`, "data-task": card.id, "data-state": card.state, tabindex: -1 },
    h(Name, { card }),
    h(
      "span.rh-run-buttons.is-corner",
      {},
      h("span.rh-chip.is-bad", {}, t(`state.${card.state}`)),
      h(IconButton, { class: "rh-put-away", name: "close", label: t("card.put_away"), onclick: () => putAside(card) }),
    ),
    h(
      "div.rh-run-body",
      {},
      h(FailureWords, { card }),
      card.charge && h("p.rh-run-words", {}, card.charge),
      h(LinkExpiry, { outputs: card.outputs }),
      card.can_find && h(Found, { card, words: t("card.unknown_after_all") }),
      h(
        "div.rh-buttons",
        {},
        !card.outside &&
          h("button.rh-small", { class: card.failure?.button === "edit" ? "is-main" : "", type: "button", onclick: () => reuse(card) }, h(Icon, { name: "reuse" }), t("card.reuse")),
        h(FailureButtons, { card }),
        h(MessageButton, { card }),
        !card.only_look &&
          card.outputs.some((output) => ["failed", "gone"].includes(output.state)) &&
          h("button.rh-small", { type: "button", onclick: () => fetchFiles(card.id) }, t("card.fetch_again")),
      ),
    ),
  ),
);
