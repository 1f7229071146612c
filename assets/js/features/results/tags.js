// @ts-check
// Tags of runs: shown and changed for one run, and given to a selection.

import { Icon } from "../../components/icon.js";
import { telling, toast } from "../../components/toast.js";
import { get, post } from "../../core/api.js";
import { h } from "../../core/h.js";
import { keyOf } from "../../core/keys.js";
import { t } from "../../core/words.js";
import { signal, useId, useRef } from "../../vendor/preact.js";
import { inBatches } from "./marks.js";

/** Names of the tags that the reader may see, the most used first; asked for when a field is used.
 * @type {import("../../vendor/preact.js").Signal<string[]>} */
const known = signal([]);

async function learn() {
  const { tags } = await get("/tags", {});
  known.value = [...new Set(tags.map(({ name }) => name))];
}

/** @param {string[]} runs @param {{ add?: string[], remove?: string[] }} change */
const tag = (runs, change) => inBatches([...new Set(runs)], (some) => post("/tags", { runs: some, ...change }));

/** The words that somebody typed, of which commas part several.
 * @param {string} text */
export const typedTags = (text) => text.split(/[,，、]/).map((word) => word.trim()).filter(Boolean);

/** A field that completes what is typed. `give` gets the tags.
 * @param {{ give: (tags: string[]) => unknown }} props */
function TagField({ give }) {
  const id = useId();
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const send = telling(async () => {
    const input = field.current;
    const tags = typedTags(input?.value ?? "");
    if (!input || !tags.length) return;
    await give(tags);
    input.value = "";
    await learn();
  });
  return h(
    "span.rh-tag-field",
    {},
    h("input.rh-input", {
      ref: field,
      type: "text",
      list: id,
      maxlength: 400,
      placeholder: t("marks.tag_add"),
      "aria-label": t("marks.tag_add"),
      onfocus: telling(learn),
      onkeydown: (event) => {
        if (keyOf(event) !== "Enter") return;
        event.preventDefault();
        send();
      },
    }),
    h("datalist", { id }, known.value.map((name) => h("option", { key: name, value: name }))),
    h("button.rh-small", { type: "button", onclick: send }, t("marks.tag_give")),
  );
}

/** The tags of one run.
 * @param {{ run: import("../../core/api_types.js").Card, can: boolean }} props */
export const TagsOf = ({ run, can }) =>
  h(
    "div.rh-tags",
    {},
    run.tags.map((name) =>
      h(
        "span.rh-tag",
        { key: name },
        name,
        can &&
          h(
            "button.rh-tag-away",
            { type: "button", "aria-label": t("marks.tag_away", { name }), title: t("marks.tag_away", { name }), onclick: telling(() => tag([run.id], { remove: [name] })) },
            h(Icon, { name: "close" }),
          ),
      ),
    ),
    can && h(TagField, { give: (add) => tag([run.id], { add }) }),
  );

/** Gives tags to the runs of several results.
 * @param {{ runs: () => string[] }} props */
export const TagRuns = ({ runs }) =>
  h(TagField, {
    give: async (add) => {
      const all = new Set(runs());
      await tag([...all], { add });
      toast(t(all.size === 1 ? "marks.tagged_one" : "marks.tagged", { count: all.size }));
    },
  });
