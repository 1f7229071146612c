// @ts-check
// Choosing an earlier result for a field, and sending a result to a model.

import { ResultTile } from "../results/result_tile.js";
import { get } from "../../core/api.js";
import { debounced, latest } from "../../core/timing.js";
import { h } from "../../core/h.js";
import { recents } from "../../core/local_state.js";
import { showTab } from "../../core/tabs.js";
import { TextInput } from "../../components/text_input.js";
import { openPart } from "../../components/dialog.js";
import { toast } from "../../components/toast.js";
import { resultItem } from "./media_items.js";
import { capacity } from "./spec.js";
import { useEffect, useMemo, useSignal } from "../../vendor/preact.js";
import { t } from "../../core/words.js";

/** @typedef {import("../../core/api_types.js").Output} Output
 * @typedef {import("../../types.js").MediaKind} MediaKind
 * @typedef {import("../../types.js").Field} Field
 * @typedef {import("../../types.js").Spec} Spec
 * @typedef {import("./studio.js").Studio} Studio
 * @typedef {{ studio: Studio, model: Spec, field: Field }} Place */

const PAGE = 24;

/** Lets the user choose one of the results of a kind.
 * @param {MediaKind} kind @param {(output: Output) => void} take */
export function pickResult(kind, take) {
  openPart(t("media.results_title"), (/** @type {() => void} */ close) => {
    const choose = (/** @type {Output} */ output) => {
      close();
      take(output);
    };
    return h(Results, { kind, choose });
  });
}

/** @param {{ kind: MediaKind, choose: (output: Output) => void }} props */
function Results({ kind, choose }) {
  const found = useSignal(/** @type {{ items: Output[], more: boolean } | null} */ (null));
  const words = useSignal("");
  const { read, search } = useMemo(() => {
    const ask = latest((/** @type {number} */ offset) =>
      get("/results", { kind, search: words.value, offset, limit: PAGE }).catch(() => ({ items: [], more: false })),
    );
    const read = async (/** @type {Output[]} */ before) => {
      const page = await ask(before.length);
      if (page) found.value = { items: [...before, ...page.items], more: page.more };
    };
    return { read, search: debounced(() => read([]), 200) };
  }, []);
  useEffect(() => {
    read([]);
  }, []);
  const items = found.value?.items ?? [];
  const shown = items.filter((output) => output.url);
  return [
    h(TextInput, { label: t("gallery.search"), text: words, then: search }),
    h("p.rh-empty", { hidden: !found.value || shown.length > 0 }, t("media.results_none")),
    h("div.rh-grid", {}, shown.map((output) => h(ResultTile, { key: output.id, output, open: choose }))),
    h("button.rh-small", { type: "button", hidden: !found.value?.more, onclick: () => read(items) }, t("card.more")),
  ];
}

/** Puts a result into a form: at once if only one field takes it, else into the one that the user chooses. `studios`:
 * those of all tabs, the visible one first.
 * @param {Output} output @param {Studio[]} studios */
export async function sendOn(output, studios) {
  await Promise.allSettled(studios.map((studio) => studio.ready)); // a studio without models takes nothing
  const places = studios.flatMap((studio) => taking(studio, output.kind));
  const put = (/** @type {Place} */ { studio, model, field }) => {
    const taker = studio.choose(model.path) && studio.field(field.key);
    if (!taker) {
      toast(t("card.model_gone", { model: model.title }));
      return;
    }
    showTab(studio.modality);
    studio.bring(taker, [resultItem(taker, output)]);
  };
  if (places.length === 1) {
    put(places[0]);
    return;
  }
  const all = [...places, ...studios.flatMap((studio) => likely(studio, output))];
  openPart(t("media.use_where"), (/** @type {() => void} */ close) => {
    const choose = (/** @type {Place} */ place) => {
      close();
      put(place);
    };
    return h(Places, { places: all, choose });
  });
}

/** @param {{ places: Place[], choose: (place: Place) => void }} props */
const Places = ({ places, choose }) =>
  places.length
    ? places.map((place) =>
        h(
          "button.rh-window-row",
          { type: "button", onclick: () => choose(place) },
          h("span", {}, place.model.title),
          h("span.rh-quiet", {}, `${t(`tab.${place.studio.modality}`)} · ${place.field.label}`),
        ),
      )
    : h("p", {}, t("media.no_taker"));

/** The fields of a studio's model that take one more file of a kind.
 * @param {Studio} studio @param {string} kind @returns {Place[]} */
function taking(studio, kind) {
  const { spec: model, states, media } = studio;
  if (!model) return [];
  const open = (/** @type {Field} */ field) => field.kind === kind && !states[field.key]?.off;
  const room = (/** @type {Field} */ field) => !field.many || media[field.key].length < (states[field.key]?.items ?? capacity(field));
  return model.fields.filter((field) => open(field) && room(field)).map((field) => ({ studio, model, field }));
}

/** A model of a tab for such files: one used before, or of the same family as the result, or else the first.
 * @param {Studio} studio @param {Output & { endpoint?: string }} output @returns {Place[]} */
function likely(studio, { kind, endpoint }) {
  const wants = (/** @type {Field} */ field) => field.kind === kind && field.required;
  const family = studio.models.find((model) => model.path === endpoint)?.family;
  const fitting = studio.models.filter((model) => !model.deprecated && model !== studio.spec && model.fields.some(wants));
  const model = fitting.find(({ path }) => recents().includes(path)) ?? fitting.find((one) => one.family === family) ?? fitting[0];
  const field = model?.fields.find(wants);
  return field ? [{ studio, model, field }] : [];
}
