// @ts-check
// AI apps: opened by their id or address, chosen from those used before, or from RunningHub's list.

import { once } from "../../components/press.js";
import { whenSeen } from "../../components/sight.js";
import { TextInput } from "../../components/text_input.js";
import { faultWords, telling } from "../../components/toast.js";
import { get } from "../../core/api.js";
import { debounced, latest } from "../../core/timing.js";
import { h } from "../../core/h.js";
import { t } from "../../core/words.js";
import { useEffect, useMemo, useRef, useSignal } from "../../vendor/preact.js";
import { KeptTiles, RunTile } from "./run_tiles.js";

/** @typedef {import("./run_form.js").RunStudio} RunStudio @typedef {import("./run_tiles.js").Form} Form */

const SORTS = ["RECOMMEND", "HOTTEST", "NEWEST"];

/** @param {{ studio: RunStudio, hidden: boolean }} props */
export const Apps = ({ studio, hidden }) => h("div.rh-run-apps", { hidden }, h(ById, { studio }), h(KeptTiles, { studio, hidden, kind: "" }), h(AppList, { studio }));

/** A field for an address or an id.
 * @param {{ studio: RunStudio }} props */
function ById({ studio }) {
  const typed = useSignal("");
  const said = useSignal("");
  const busy = useSignal(false);
  const open = once(async () => {
    const sent = typed.value;
    said.value = "";
    try {
      await studio.openApp(sent);
      if (typed.value === sent) typed.value = "";
    } catch (fault) {
      said.value = faultWords(fault);
    }
  }, busy);
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    open();
  };
  return h(
    "form.rh-run-paste",
    { onsubmit: submit },
    h("label.rh-label", { for: "rh-app-id" }, t("apps.paste")),
    h(
      "div.rh-run-paste-row",
      {},
      h(TextInput, { id: "rh-app-id", maxlength: 4000, inputmode: "url", autocomplete: "off", placeholder: t("apps.paste_hint"), text: typed, then: () => (said.value = "") }),
      h("button.rh-small.is-main", { type: "submit", disabled: busy.value }, t("apps.open")),
    ),
    h("p.rh-field-error", { role: "alert", hidden: !said.value }, said.value),
  );
}

/** RunningHub's own list, page by page.
 * @param {{ studio: RunStudio }} props */
function AppList({ studio }) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const words = useSignal("");
  const sort = useSignal(SORTS[0]);
  const found = useSignal({ cards: /** @type {Form[]} */ ([]), said: "", more: false, sorted: true });
  const list = useMemo(() => {
    let page = 0;
    let asked = { sort: "", query: "" }; // the list that is shown or being loaded; "More" continues it
    const ask = latest((/** @type {number} */ wanted) =>
      get("/apps", { page: wanted, ...asked }).catch((fault) => ({ refused: faultWords(fault), cards: [], more: wanted > 1 })),
    );
    const readOn = async () => {
      const wanted = page + 1;
      const told = await ask(wanted);
      if (!told) return;
      const cards = wanted === 1 ? told.cards : [...found.value.cards, ...told.cards];
      if (!told.refused) page = wanted;
      found.value = { ...found.value, cards, said: told.refused || (cards.length ? "" : t("apps.none")), more: told.more };
    };
    const read = () => {
      page = 0;
      asked = { sort: sort.value, query: words.value };
      found.value = { ...found.value, sorted: !words.value.trim() }; // the search has only one order
      return readOn();
    };
    return { read, readOn, soon: debounced(read, 300) };
  }, []);
  useEffect(() => whenSeen(place.current, list.read), []);
  const { cards, said, more, sorted } = found.value;
  return h(
    "section.rh-run-list",
    { "aria-label": t("apps.browse"), ref: place },
    h("h3.rh-run-heading", {}, t("apps.browse")),
    h(
      "div.rh-run-filters",
      {},
      h(TextInput, { label: t("apps.search"), text: words, then: list.soon }),
      h(
        "select.rh-input.rh-filter",
        {
          "aria-label": t("apps.sort"),
          disabled: !sorted,
          value: sort.value,
          onchange: (event) => {
            sort.value = event.currentTarget.value;
            list.read();
          },
        },
        SORTS.map((order) => h("option", { value: order }, t(`apps.sort_${order}`))),
      ),
    ),
    h("div.rh-run-grid", {}, cards.map((form) => h(RunTile, { key: form.id, form, open: telling(() => studio.openApp(form.id)) }))),
    said && h("p.rh-quiet", { role: "status" }, said),
    more && h("button.rh-small", { type: "button", onclick: list.readOn }, t("card.more")),
  );
}
