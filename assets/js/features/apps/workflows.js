// ComfyUI workflows: opened by their id, with a file from ComfyUI or without, and the forms made of them here.

import { toldOf } from "../studio/arrivals.js";
import { fileZone, h, icon, iconButton } from "../../core/dom.js";
import { post } from "../../core/api.js";
import { keptTiles, whenSeen } from "./run_picker.js";
import { t } from "../../core/words.js";

let shown = null;

/** The one section of the tab. */
export function section(studio) {
  shown ??= new Workflows(studio);
  return shown.element;
}

class Workflows {
  constructor(studio) {
    this.studio = studio;
    this.file = null;
    this.coming = null; // the file that is still being read
    this.id = h("input.rh-input", {
      type: "text",
      id: "rh-workflow-id",
      inputmode: "url",
      autocomplete: "off",
      placeholder: t("workflows.id_hint"),
      oninput: () => this.say(this.wrongId, ""),
    });
    this.wrongId = h("p.rh-field-error", { role: "alert", hidden: true });
    this.wrongFile = h("p.rh-field-error", { role: "alert", hidden: true });
    this.button = h("button.rh-small.is-main", { type: "submit" }, t("workflows.open"));
    this.place = h("div.rh-flow-file");
    const kept = keptTiles(studio, "workflow");
    this.none = h("p.rh-quiet", {}, t("workflows.none"));
    this.element = h(
      "div.rh-run-flows",
      {},
      h(
        "form.rh-run-paste",
        { onsubmit: (event) => this.open(event) },
        h("p.rh-how", {}, t("workflows.about")),
        h("label.rh-label", { for: this.id.id }, t("workflows.id")),
        h("div.rh-run-paste-row", {}, this.id, this.button),
        this.wrongId,
        h("span.rh-label", {}, t("workflows.file")),
        this.place,
        this.wrongFile,
      ),
      kept.element,
      this.none,
    );
    const sync = () => (this.none.hidden = !kept.element.hidden);
    new MutationObserver(sync).observe(kept.element, { attributes: true, attributeFilter: ["hidden"] });
    this.drawFile();
    whenSeen(this.element, kept.read);
  }

  say(place, words) {
    place.textContent = words;
    place.hidden = !words;
  }

  /** A file, from the button, dropped on the zone or anywhere on the page. */
  async take(file, carried = "") {
    this.say(this.wrongFile, "");
    this.say(this.wrongId, "");
    const reading = Promise.resolve(carried || this.textOf(file));
    this.coming = reading;
    const text = await reading;
    if (this.coming !== reading) return; // another one was chosen meanwhile
    this.coming = null;
    if (text === null) return;
    this.file = { name: file.name.replace(/\.[a-z0-9]{1,5}$/i, ""), text };
    this.drawFile();
    whenSeen(this.element, () => this.id.focus());
  }

  /** The workflow in a file; null, and a sentence, for a picture or film that carries none. */
  async textOf(file) {
    if (!/^(image|video|audio)\//.test(file.type)) return file.text().catch(() => "");
    const { text, said } = await toldOf(file);
    if (!text) this.say(this.wrongFile, said ?? t("workflows.carries_none"));
    return text ?? null;
  }

  drawFile() {
    if (!this.file) {
      this.place.replaceChildren(this.zone());
      return;
    }
    const away = () => {
      this.file = null;
      this.say(this.wrongFile, "");
      this.drawFile();
    };
    this.place.replaceChildren(
      h(
        "div.rh-flow-chosen",
        {},
        icon("text"),
        h("strong", {}, this.file.name),
        iconButton("close", t("workflows.file_remove"), away),
      ),
      h("p.rh-how", {}, t("workflows.file_about")),
      h("p.rh-how", {}, t("workflows.file_seed")),
    );
  }

  zone() {
    return fileZone({
      accept: ".json,application/json,.png,.webp,.mp4,.webm,.flac,.mp3",
      label: t("workflows.file_choose"),
      limits: t("workflows.file_drop"),
      take: ([file]) => this.take(file),
    });
  }

  async open(event) {
    event.preventDefault();
    if (this.button.disabled) return;
    this.say(this.wrongId, "");
    this.say(this.wrongFile, "");
    this.button.disabled = true;
    this.button.textContent = t("workflows.opening");
    try {
      await this.opened();
    } catch (fault) {
      this.say(this.wrongId, fault.message);
    }
    this.button.disabled = false;
    this.button.textContent = t("workflows.open");
  }

  async opened() {
    while (this.coming) await this.coming;
    const { name = "", text = "" } = this.file ?? {};
    const { path, at, said } = await post("/workflows/open", { wanted: this.id.value, graph: text, name });
    if (!path) {
      this.say(at === "file" ? this.wrongFile : this.wrongId, said);
      if (at === "id") this.id.focus();
      return;
    }
    await this.studio.open(path);
    this.file = null;
    this.id.value = "";
    this.drawFile();
  }
}

/** What a dropped workflow does: its id is asked for, or the form in hand is left for it. */
export async function takeWorkflow(studio, file, text = "") {
  await studio.ready;
  if (studio.spec) studio.close();
  section(studio);
  studio.show("workflows");
  await shown.take(file, text);
}
