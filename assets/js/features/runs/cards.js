// What a run and a result look like in a list. Drawing only: lists are kept by run_lists.js and gallery.js.

import { carries } from "../studio/arrivals.js";
import { clock, h, icon, iconButton, withMoment } from "../../core/dom.js";
import { setAway } from "../../core/local_state.js";
import { failureButtons, failureWords } from "./run_failure.js";
import { messageButton } from "./webhook_dialog.js";
import { lifeLine } from "../results/link_expiry.js";
import { address, ask, call, post } from "../../core/api.js";
import { toast } from "../../components/toast.js";
import { t } from "../../core/words.js";

const KIND_ICONS = { image: "image", video: "film", audio: "sound", model: "cube", text: "text" };

/** A running or unsettled run. `act(name, card)` does what its buttons offer. */
export function runCard(card, act) {
  const line = h("p.rh-run-words", {}, ...withMoment(card.words, "since", card.since));
  const bar = h("span.rh-bar", {}, h("span.rh-bar-fill"));
  const element = h(
    `article.rh-run.is-${card.state}`,
    { "data-task": card.id, "data-state": card.state },
    h(
      "div.rh-run-head",
      {},
      h("strong.rh-run-title", {}, card.title || card.model),
      h("span.rh-run-buttons", {}, card.can_move_up && moveUpButton(card, act), card.can_cancel && cancelPart(card, act)),
    ),
    h("p.rh-run-model", {}, beneath(card), h("span.rh-quiet", {}, card.price || card.estimate_words)),
    line,
    card.step && h("p.rh-run-words.rh-quiet", { "data-step": "" }, card.step),
    card.state === "downloading" && lifeLine(card.outputs),
    card.not_fetched && unfetchedPart(card, act),
    card.can_ask && h("div.rh-buttons", {}, choice(t("card.ask_again"), () => act("retry_files", card))),
    card.state === "unknown" ? unknownPart(card, act) : !card.not_fetched && bar,
  );
  if (typeof card.percent === "number") {
    bar.classList.add("is-measured");
    bar.firstChild.style.width = `${card.percent}%`;
  }
  element.tick = () => {
    if (card.state !== "running" || card.words) return;
    const elapsed = (Date.now() - Date.parse(card.submitted_at ?? card.created_at)) / 1000;
    const usual = card.usual_seconds;
    line.textContent = usual
      ? t("state.running_usual", { elapsed: clock(elapsed), usual: clock(usual) })
      : t("state.running", { elapsed: clock(elapsed) });
    if (typeof card.percent === "number") return;
    bar.firstChild.style.width = usual ? `${Math.min(95, (elapsed / usual) * 100)}%` : "";
    bar.classList.toggle("is-measured", Boolean(usual));
  };
  element.tick();
  return element;
}

/** What can be done for files that were not fetched: all of it is free. */
function unfetchedPart(card, act) {
  const account = () => {
    document.getElementById("rh-tray")?.hidePopover();
    window.dispatchEvent(new CustomEvent("rh:tab", { detail: "account" }));
  };
  return h(
    "div.rh-buttons",
    {},
    choice(t("card.fetch_now"), () => act("retry_files", card), ".is-main"),
    card.not_fetched === "no-room-for-files" && h("button.rh-small", { type: "button", onclick: account }, t("card.make_room")),
  );
}

/** What stands under the title: never the same once more. */
const beneath = (card) => (card.title ? card.model : card.outside ? card.remote_id : "");

function moveUpButton(card, act) {
  return h("button.rh-small", { type: "button", title: t("card.move_up_hint"), onclick: () => act("move_up", card) }, t("card.move_up"));
}

/** A button that answers one press: a second one does nothing until the first is answered. */
function choice(words, press, kind = "", more = {}) {
  const button = h(
    `button.rh-small${kind}`,
    {
      ...more,
      type: "button",
      onclick: async () => {
        button.disabled = true;
        await press();
        button.disabled = false;
      },
    },
    words,
  );
  return button;
}

/** Cancel asks once more in place: what is done already may cost money. */
function cancelPart(card, act) {
  const ask = h("button.rh-small", { type: "button", onclick: () => place.replaceChildren(sure) }, t("card.cancel"));
  const sure = h(
    "span.rh-sure",
    {},
    h("span.rh-quiet", {}, t(card.cancel_free ? "card.cancel_ask_free" : "card.cancel_ask")),
    choice(t("card.cancel_yes"), () => act("cancel", card), ".is-bad"),
    h("button.rh-small", { type: "button", onclick: () => place.replaceChildren(ask) }, t("card.cancel_no")),
  );
  const place = h("span.rh-cancel", {}, ask);
  return place;
}

/** The "pay attention" part of a run whose outcome is not known. */
function unknownPart(card, act) {
  return h(
    "div.rh-unknown",
    {},
    h("p", {}, h("strong", {}, t("card.unknown_title")), " ", card.charge),
    h("p", {}, t("card.unknown_text")),
    card.hooked && h("p", {}, t("hook.waits")),
    foundRow(card, act, t("card.unknown_found")),
    h(
      "div.rh-buttons",
      {},
      choice(t("card.unknown_lost"), () => act("lost", card)),
      choice(t("card.unknown_again"), () => act("again", card)),
    ),
  );
}

/** A box for the id, and the button that says that it was found. */
function foundRow(card, act, words) {
  const id = h("input.rh-input", {
    type: "text",
    inputmode: "numeric",
    placeholder: t("card.unknown_found_label"),
    "aria-label": t("card.unknown_found_label"),
  });
  return h("div.rh-link-row", {}, id, choice(words, () => act("found", card, id.value)));
}

/** An ended run that made nothing to look at: why, what it cost, what to do. */
export function endedCard(card, act) {
  return h(
    `article.rh-run.is-${card.state}`,
    { "data-task": card.id, "data-state": card.state },
    h(
      "div.rh-run-head",
      {},
      h("strong.rh-run-title", {}, card.title || card.model),
      h("span.rh-run-buttons", {}, h("span.rh-chip.is-bad", {}, t(`state.${card.state}`)), iconButton("close", t("card.put_away"), () => act("put_away", card), ".rh-put-away")),
    ),
    h("p.rh-run-model", {}, beneath(card)),
    ...failureWords(card),
    card.charge && h("p.rh-run-words", {}, card.charge),
    lifeLine(card.outputs),
    card.can_find && foundRow(card, act, t("card.unknown_after_all")),
    h(
      "div.rh-buttons",
      {},
      !card.outside && h(`button.rh-small${card.failure?.button === "edit" ? ".is-main" : ""}`, { type: "button", onclick: () => act("reuse", card) }, icon("reuse"), t("card.reuse")),
      ...failureButtons(card),
      messageButton(card),
      card.outputs.some((output) => ["failed", "gone"].includes(output.state)) &&
        h("button.rh-small", { type: "button", onclick: () => act("retry_files", card) }, t("card.fetch_again")),
    ),
  );
}

const LOST = { unfetched: "card.file_unfetched", missing: "card.file_missing", failed: "card.file_failed", gone: "card.file_gone" };

/** What is said of a result without a file to look at; empty for one that has it, or is a text. */
export function lostWords(output) {
  if (output.text || output.state === "saved") return "";
  return t(LOST[output.state] ?? "card.file_pending");
}

/** What can be done for a result whose file is lost: both are free. */
export function lostButtons(output) {
  if (output.state === "pending") return null;
  const failed = (fault) => toast(fault.message);
  return h(
    "span.rh-buttons",
    {},
    choice(t(output.state === "unfetched" ? "card.fetch_now" : "card.fetch_again"), () => ask("retry_files", output.task).catch(failed)),
    choice(t("card.forget"), () => forget(output).catch(failed), "", { title: t("card.forget_hint") }),
  );
}

async function forget(output) {
  await post("/results/{id}/forget", { id: output.id });
  toast(t("card.forgotten"), { words: t("card.undo"), press: () => post("/results/{id}/remember", { id: output.id }).catch((fault) => toast(fault.message)) });
}

/** Stands in a grid for a result whose file is lost. */
function lostTile(output) {
  return h(
    "article.rh-result.is-lost",
    { "data-output": output.id, "data-kind": output.kind, "data-state": output.state },
    output.thumb && h("img", { src: output.thumb, alt: "", loading: "lazy" }),
    h("span.rh-lost", {}, icon("alert"), h("strong", {}, lostWords(output)), output.name && h("span.rh-quiet", {}, output.name), lifeLine([output]), lostButtons(output)),
  );
}

/** A result in a grid; opens large. */
export function resultTile(output, open) {
  if (lostWords(output)) return lostTile(output);
  const face = h("span.rh-face", {});
  if (output.kind === "text" && output.text) {
    face.append(h("span.rh-face-text", {}, output.text.slice(0, 280)));
  } else if (output.thumb) {
    face.append(h("img", { src: output.thumb, alt: "", loading: "lazy", decoding: "async" }));
  } else {
    face.append(h("span.rh-face-icon", {}, icon(KIND_ICONS[output.kind] ?? "text")));
  }
  const mark = output.kind === "image" ? null : h("span.rh-kind", {}, icon(KIND_ICONS[output.kind] ?? "text"), output.seconds ? clock(output.seconds) : "");
  const tile = h(
    "button.rh-result",
    { type: "button", "data-output": output.id, "data-kind": output.kind, "aria-label": `${t("card.open")}: ${output.name || output.kind}`, onclick: () => open(output) },
    face,
    mark,
  );
  return output.url ? carries(tile, { ...output, address: () => address(output.url) }) : tile;
}

/** What a card's buttons do; every answer comes back as a changed list. */
export async function act(name, card, value = "") {
  if (name === "put_away") {
    setAway(card.id, true);
    toast(t("card.put_away_done"), { words: t("card.undo"), press: () => setAway(card.id, false) });
    return;
  }
  if (name === "cancel") {
    await call("cancel", card.id);
  } else if (name === "found" || name === "lost" || name === "again") {
    await call("resolve", card.id, name, value);
  } else if (name === "retry_files" || name === "move_up") {
    await ask(name, card.id);
  } else if (name === "reuse") {
    window.dispatchEvent(new CustomEvent("rh:reuse", { detail: card }));
  }
}
