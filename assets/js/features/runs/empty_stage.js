// @ts-check
// What an empty stage shows: six examples, each of which fills the form for the model that it was written for. Their pictures
// are drawn by scripts/examples.py; no model made them.

import { toast } from "../../components/toast.js";
import { address } from "../../core/api.js";
import { h } from "../../core/h.js";
import { language, t } from "../../core/words.js";
import { useEffect, useSignal } from "../../vendor/preact.js";

/** @typedef {import("../studio/studio.js").Studio} Studio @typedef {{ model: string, values: Record<string, string>, en: string, zh: string }} Example */

/** @param {string} name */
const asset = (name) => address(`rh/assets/${window.rhBoot.version}/${name}`);

/** @returns {Promise<Record<string, Example[]>>} */
const read = async () => (await fetch(asset("examples.json"))).json();

/** @param {{ studio: Studio }} props */
export function EmptyStage({ studio }) {
  const examples = useSignal(/** @type {Example[]} */ ([]));
  useEffect(() => {
    // Without examples the form is enough.
    read().then((all) => (examples.value = all[studio.modality] ?? []), () => {});
  }, []);
  const known = examples.value.flatMap((example, place) => {
    const spec = studio.models.find(({ path }) => path === example.model);
    return spec ? [{ example, spec, place }] : [];
  });
  if (!known.length) return null;
  return h(
    "div.rh-examples",
    {},
    h("p.rh-quiet", {}, t("results.examples")),
    h(
      "div.rh-examples-grid",
      {},
      known.map(({ example, spec, place }) =>
        h(
          "button.rh-example",
          { key: place, type: "button", onclick: () => take(studio, spec, example) },
          h("img", { src: asset(`example-${studio.modality}-${place}.webp`), alt: "", width: 432, height: 288, decoding: "async" }),
          h("span.rh-example-words", {}, example[language()]),
          h("span.rh-run-model", {}, spec.title),
        ),
      ),
    ),
  );
}

/** Fills the form; what it held can be brought back.
 * @param {Studio} studio @param {import("../../types.js").Spec} spec @param {Example} example */
function take(studio, spec, example) {
  const before = studio.spec && { spec: studio.spec, stored: studio.draft() };
  const held = before?.spec.fields.some(({ kind, key }) => kind === "text" && before.stored.values[key]);
  const words = spec.fields.find((field) => field.required && field.kind === "text" && !field.default)?.key ?? "prompt";
  studio.fill(spec, { values: { ...example.values, [words]: example[language()] } });
  studio.lead(words);
  if (before && held) toast(t("results.example_taken"), { words: t("card.undo"), press: () => studio.fill(before.spec, before.stored) });
}
