// Where files of a form come from besides the disk: earlier results, and a result that is sent on to a model.

import { ResultTile } from "../results/result_tile.js";
import { asElement, h as part } from "../../core/h.js";
import { debounced, h } from "../../core/dom.js";
import { recents } from "../../core/local_state.js";
import { resultItem } from "./media_items.js";
import { get } from "../../core/api.js";
import { capacity } from "./spec.js";
import { openWindow } from "../../components/dialog.js";
import { t } from "../../core/words.js";

const PAGE = 24;

/** Lets a person choose one of the results of a kind. */
export function pickResult(kind, take) {
  const grid = h("div.rh-grid");
  const empty = h("p.rh-empty", { hidden: true }, t("media.results_none"));
  const more = h("button.rh-small", { type: "button", hidden: true, onclick: () => read(reached) }, t("card.more"));
  const search = h("input.rh-input", {
    type: "search",
    placeholder: t("gallery.search"),
    "aria-label": t("gallery.search"),
    oninput: debounced(() => read(0), 200),
  });
  let asked = 0;
  let reached = 0;
  const read = async (offset) => {
    const question = ++asked;
    const page = await get("/results", { kind, search: search.value, offset, limit: PAGE }).catch(() => ({ items: [], more: false }));
    if (question !== asked) return;
    if (!offset) grid.replaceChildren();
    reached = offset + page.items.length;
    grid.append(...page.items.filter((output) => output.url).map((output) => asElement(part(ResultTile, { output, open: choose }))));
    empty.hidden = grid.children.length > 0;
    more.hidden = !page.more;
  };
  const choose = (output) => {
    close();
    take(output);
  };
  const { close } = openWindow(t("media.results_title"), search, empty, grid, more);
  read(0);
}

/** Puts a result into a form: at once where one of the chosen models takes it, else into the one a person chooses.
 * `studios`: those of all tabs, the one in sight first; `go(modality)` shows a tab. */
export async function sendOn(output, studios, go) {
  await Promise.all(studios.map((studio) => studio.ready));
  const places = studios.flatMap((studio) => taking(studio, output.kind));
  const put = ({ studio, model, field }) => {
    go(studio.modality);
    studio.choose(model.path);
    studio.bring(field, [resultItem(field, output)]);
  };
  if (places.length === 1) {
    put(places[0]);
    return;
  }
  const rows = [...places, ...studios.flatMap((studio) => likely(studio, output))].map((place) => {
    const choose = () => {
      close();
      put(place);
    };
    const said = h("span.rh-quiet", {}, `${t(`tab.${place.studio.modality}`)} · ${place.field.label}`);
    return h("button.rh-window-row", { type: "button", onclick: choose }, h("span", {}, place.model.title), said);
  });
  const { close } = openWindow(t("media.use_where"), ...(rows.length ? rows : [h("p", {}, t("media.no_taker"))]));
}

/** The fields of a studio's model that would take one more file of a kind. */
function taking(studio, kind) {
  const open = (field) => field.kind === kind && !studio.states[field.key]?.off;
  const room = (field) => !field.many || studio.media[field.key].length < (studio.states[field.key]?.items ?? capacity(field));
  const model = studio.spec;
  return (model?.fields ?? []).filter((field) => open(field) && room(field)).map((field) => ({ studio, model, field }));
}

/** A model of a tab that lives on such files: one used before, or of the family that made this one, or else the first. */
function likely(studio, { kind, endpoint }) {
  const wants = (field) => field.kind === kind && field.required;
  const family = studio.models.find((model) => model.path === endpoint)?.family;
  const fitting = studio.models.filter((model) => !model.deprecated && model !== studio.spec && model.fields.some(wants));
  const model = fitting.find(({ path }) => recents().includes(path)) ?? fitting.find((one) => one.family === family) ?? fitting[0];
  return model ? [{ studio, model, field: model.fields.find(wants) }] : [];
}
