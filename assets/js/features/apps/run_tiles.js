// @ts-check
// Apps, workflows and quick creations as tiles.

import { IconButton } from "../../components/icon.js";
import { once } from "../../components/press.js";
import { eachTimeSeen } from "../../components/sight.js";
import { TextInput } from "../../components/text_input.js";
import { telling } from "../../components/toast.js";
import { get, post } from "../../core/api.js";
import { debounced, latest } from "../../core/timing.js";
import { h } from "../../core/h.js";
import { t } from "../../core/words.js";
import { useEffect, useMemo, useRef, useSignal } from "../../vendor/preact.js";
import { ProjectChips } from "./form_projects.js";

/** Saved forms that are shown at first, and added by each press of "More". */
const STEP = 24;

/** An entry of RunningHub's list, or a saved form.
 * @typedef {import("../../core/api_types.js").AppCard & Partial<import("../../core/api_types.js").Tile>} Form */

/** A form's picture, or the first letter of its name where there is none.
 * @param {{ cover?: string, title: string }} props */
export function Cover({ cover, title }) {
  const broken = useSignal("");
  if (!cover || broken.value === cover) return h("span.rh-cover.is-letter", { "aria-hidden": "true" }, [...title.trim()][0] ?? "?");
  return h("img.rh-cover", { src: cover, alt: "", loading: "lazy", decoding: "async", onerror: () => (broken.value = cover) });
}

/** `liking`: called at a press of the star, which saved forms have.
 * @param {{ form: Form, open: () => unknown, liking?: () => void }} props */
export const RunTile = ({ form, open, liking }) =>
  h(
    "div.rh-run-tile",
    { "data-run": form.path ?? form.id },
    h(
      "button.rh-run-open",
      { type: "button", title: form.description || form.title, onclick: open },
      h(Cover, form),
      h("span.rh-run-title", {}, form.title),
      form.description && h("span.rh-run-about", {}, form.description),
      form.projects?.length ? h("span.rh-run-projects", {}, h(ProjectChips, { ids: form.projects })) : null,
    ),
    liking && h(Star, { form, liking }),
  );

/** @param {{ form: Form, liking: () => void }} props */
function Star({ form, liking }) {
  const favourite = useSignal(form.favourite);
  useEffect(() => {
    favourite.value = form.favourite;
  }, [form]);
  const busy = useSignal(false);
  const press = once(
    telling(async () => {
      liking();
      favourite.value = (await post("/forms/like", { path: form.path ?? "", yes: !favourite.value })).favourite;
    }),
    busy,
  );
  return h(IconButton, { name: "star", class: "rh-star", label: t("apps.favourite", { title: form.title }), "aria-pressed": Boolean(favourite.value), onclick: press });
}

/** The saved forms of a kind, with a search if there are many, or `none` if there are none. While hidden it draws no tiles:
 * a form is in several sections, but must be on the page only once.
 * @param {{ studio: import("./run_form.js").RunStudio, hidden: boolean, kind: string, none?: import("../../vendor/preact.js").ComponentChildren }} props */
export function KeptTiles({ studio, hidden, kind, none }) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const told = useSignal(/** @type {import("../../core/api_types.js").Tiles} */ ({ tiles: [], many: false, more: false }));
  const words = useSignal("");
  const list = useMemo(() => {
    let shown = STEP;
    const ask = latest(() => get("/forms", { kind, query: words.value, shown }).catch(() => null));
    const read = async () => {
      const found = await ask();
      if (found) told.value = found;
    };
    const readTo = (/** @type {number} */ count) => {
      shown = count;
      return read();
    };
    // An answer that was requested before the star was pressed is outdated.
    return { read, anew: debounced(() => readTo(STEP), 200), more: () => readTo(shown + STEP), liking: ask.drop };
  }, []);
  useEffect(() => eachTimeSeen(place.current?.parentElement, list.read), []);
  const { tiles, many, more } = told.value;
  const empty = !tiles.length && !words.value;
  return [
    empty && none,
    h(
      "section.rh-run-kept",
      { key: "kept", ref: place, hidden: empty, "aria-label": t("apps.kept") },
      h("h3.rh-run-heading", {}, t("apps.kept")),
      h(
        "div.rh-run-filters",
        { hidden: !many },
        h(TextInput, { label: t("apps.search_kept"), placeholder: t("apps.search"), text: words, then: list.anew }),
      ),
      h("div.rh-run-grid", {}, !hidden && tiles.map((form) => h(RunTile, { key: form.path, form, liking: list.liking, open: telling(() => studio.open(form.path)) }))),
      !tiles.length && h("p.rh-quiet", { role: "status" }, t("apps.none")),
      more && h("button.rh-small", { type: "button", onclick: list.more }, t("card.more")),
    ),
  ];
}

