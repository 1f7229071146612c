// The large view of a result: picture, player, 3D or text, with the run it came from.

import { copyText } from "../../core/browser_features.js";
import { act, lostButtons, lostWords } from "../runs/cards.js";
import { fileSize, h, icon, iconButton, moment } from "../../core/dom.js";
import { messageButton } from "../runs/webhook_dialog.js";
import { keyOf } from "../../core/keys.js";
import { layDialog } from "../../core/layers.js";
import { safety } from "./link_expiry.js";
import { get } from "../../core/api.js";
import { canTurn, hideModel, showModel } from "./model_viewer.js";
import { toast } from "../../components/toast.js";
import { t } from "../../core/words.js";

const SENDABLE = ["image", "video", "audio"];
let box = null;

/** Pictures that every browser shows; of others (HEIC, TIFF) the small picture stands in. */
const DRAWN = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp", "image/svg+xml"]);

class Lightbox {
  constructor() {
    this.stage = h("div.rh-stage");
    this.facts = h("aside.rh-facts");
    this.dialog = h(
      "dialog.rh-dialog.rh-lightbox",
      {
        "aria-label": t("results.results"),
        onclick: (event) => event.target === this.dialog && this.dialog.close(),
        onclose: () => {
          this.wanted = null;
          this.clear();
        },
        onkeydown: (event) => this.key(event),
        tabindex: "-1",
      },
      h(
        "div.rh-lightbox-body",
        {},
        h(
          "div.rh-lightbox-view",
          {},
          this.stage,
          (this.back = iconButton("left", t("results.previous"), () => this.step(-1), ".rh-step.is-back")),
          (this.forth = iconButton("right", t("results.next"), () => this.step(1), ".rh-step.is-forth")),
        ),
        this.facts,
        iconButton("close", t("results.close"), () => this.dialog.close(), ".rh-close"),
      ),
    );
    document.querySelector(".gradio-container").append(this.dialog);
  }

  key(event) {
    if (event.target.closest("video, audio, input, textarea")) return;
    const by = { ArrowLeft: -1, ArrowRight: 1 }[keyOf(event)];
    if (by) this.step(by);
  }

  /** From the one that was asked for last, which may still be on its way. */
  step(by) {
    const next = this.ids[this.ids.indexOf(this.wanted) + by];
    if (next) this.open(next, this.ids);
  }

  clear() {
    hideModel();
    this.stage.replaceChildren();
  }

  async open(id, ids) {
    this.wanted = id;
    let found;
    try {
      found = await get("/results/{id}", { id });
    } catch (fault) {
      if (id !== this.wanted) return;
      this.wanted = this.id;
      toast(fault.message);
      return;
    }
    if (id !== this.wanted) return;
    this.clear();
    this.id = id;
    this.ids = ids.length ? ids : [id];
    const place = this.ids.indexOf(id);
    this.back.hidden = place <= 0;
    this.forth.hidden = place >= this.ids.length - 1;
    this.show(found.output);
    this.tell(found.output, found.task, found.labels);
    const opens = !this.dialog.open;
    layDialog(this.dialog);
    // Not to the player, which has arrow keys of its own; and a button that has gone took the focus along.
    if (opens || !this.dialog.contains(document.activeElement)) this.dialog.focus({ preventScroll: true });
  }

  show(output) {
    if (lostWords(output)) {
      this.stage.append(h("div.rh-lost", {}, icon("alert"), h("strong", {}, lostWords(output)), lostButtons(output)));
    } else if (output.kind === "image" && output.url) {
      const picture = h("img.rh-large", { src: DRAWN.has(output.mime) ? output.url : output.thumb, alt: output.name, onclick: () => picture.classList.toggle("is-zoomed") });
      this.stage.append(picture);
    } else if (output.kind === "video" && output.url) {
      const film = h("video.rh-large", { src: output.url, controls: true, loop: true, playsinline: true, poster: output.thumb });
      film.addEventListener("error", () => this.cannotPlay(film, output));
      this.stage.append(film);
    } else if (output.kind === "audio" && output.url) {
      this.stage.append(
        output.thumb ? h("img.rh-wave", { src: output.thumb, alt: "" }) : "",
        h("audio", { src: output.url, controls: true }),
      );
    } else if (output.kind === "archive" && output.url) {
      this.list(output);
    } else if (output.kind === "model" && output.url) {
      this.turn(output);
    } else if (output.text) {
      this.stage.append(h("div.rh-reading", { tabindex: "0" }, output.text));
    } else {
      this.stage.append(h("p.rh-empty", {}, t("results.no_preview")));
    }
  }

  async turn(output) {
    const picture = output.thumb && h("img.rh-wave", { src: output.thumb, alt: "" });
    const waits = output.turned !== output.url && h("div.rh-lost", {}, picture);
    if (waits) {
      this.stage.append(waits);
      const can = await canTurn(output);
      if (!waits.isConnected) return;
      if (!can) {
        waits.append(h("p", {}, t("results.no_viewer")));
        return;
      }
      waits.remove();
    }
    showModel(this.stage, output);
  }

  async list(output) {
    const { archiveList } = await import("./archive.js");
    const list = await archiveList(output);
    if (this.id === output.id) this.stage.append(list);
  }

  /** Not every browser plays every film; the file is whole all the same. */
  cannotPlay(film, output) {
    if (!film.isConnected) return;
    film.replaceWith(h("div.rh-lost", {}, output.thumb && h("img.rh-wave", { src: output.thumb, alt: "" }), h("p", {}, t("results.cannot_play"))));
  }

  tell(output, task, labels) {
    const row = (name, value, code = false) => value && h("div.rh-fact", {}, h("dt", {}, name), h("dd", {}, code ? h("code", {}, value) : value));
    const size = [output.width && `${output.width} × ${output.height}`, output.seconds && `${output.seconds.toFixed(1)} s`, output.size && fileSize(output.size)]
      .filter(Boolean)
      .join(" · ");
    const settings = Object.entries(task.params)
      .filter(([key]) => task.title !== task.params[key])
      .map(([key, value]) => `${labels[key] ?? key}: ${Array.isArray(value) ? value.map(shown).join(", ") : shown(value)}`);
    this.facts.replaceChildren(
      ...[
        task.title && h("p.rh-facts-prompt", {}, task.title),
        h(
          "div.rh-buttons",
          {},
          output.url && h("a.rh-small.is-main", { href: `${output.url}?download=1`, download: output.name }, icon("download"), t("card.download")),
          task.outputs.length > 1 && h("a.rh-small", { href: `rh/zip?run=${task.id}`, download: "" }, icon("download"), t("results.all_of_run", { count: task.outputs.length })),
          output.text && h("button.rh-small", { type: "button", onclick: () => this.copy(output.text) }, icon("copy"), t("card.copy")),
          output.url && SENDABLE.includes(output.kind) && h("button.rh-small", { type: "button", onclick: () => this.sendOn({ ...output, endpoint: task.endpoint }) }, icon("upload"), t("media.use_as_input")),
          !task.outside && h("button.rh-small", { type: "button", onclick: () => this.reuse(task) }, icon("reuse"), t("card.reuse")),
          messageButton(task),
        ),
        h(
          "dl",
          {},
          row(t("results.model"), task.model),
          row(t("results.made"), moment(task.finished_at ?? task.created_at)),
          row(t("results.size"), size),
          output.vertices > 0 && row(t("results.mesh"), counted(output)),
          row(t("results.cost"), task.price),
          row(t("results.file"), output.name, true),
          row(t("life.name"), safety(output)),
          row(t("results.task_id"), task.remote_id, true),
          task.outside && row(t("results.settings"), t("outside.settings")),
          settings.length > 0 && row(t("results.settings"), h("ul.rh-settings", {}, ...settings.map((line) => h("li", {}, line)))),
        ),
      ].filter(Boolean),
    );
  }

  async copy(text) {
    toast(t((await copyText(text)) ? "card.copied" : "browser.copy_failed"));
  }

  sendOn(output) {
    this.dialog.close();
    window.dispatchEvent(new CustomEvent("rh:use", { detail: output }));
  }

  reuse(task) {
    this.dialog.close();
    act("reuse", task);
  }
}

const shown = (value) => (String(value).startsWith("input:") ? t("results.file") : String(value));

/** Opens one result; `ids` are its neighbours for going back and forth. */
export function openResult(id, ids = []) {
  box ??= new Lightbox();
  box.open(id, ids);
}

/** Points and faces of a model; a cloud has no faces. */
function counted({ vertices, faces }) {
  const told = (count) => count.toLocaleString(document.documentElement.lang);
  if (!faces) return t("results.cloud_counts", { vertices: told(vertices) });
  return t("results.mesh_counts", { vertices: told(vertices), faces: told(faces) });
}
