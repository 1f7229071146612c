// @ts-check
// A result in a grid, and the tile of one whose file is lost.

import { Icon } from "../../components/icon.js";
import { Press } from "../../components/press.js";
import { address } from "../../core/api.js";
import { clock } from "../../core/format.js";
import { h } from "../../core/h.js";
import { memo } from "../../core/memo.js";
import { mayRun } from "../../core/person.js";
import { t } from "../../core/words.js";
import { fetchFiles, forget } from "../runs/run_actions.js";
import { carried } from "../studio/arrivals.js";
import { Whose } from "../team/whose.js";
import { LinkExpiry } from "./link_expiry.js";
import { Face, KindIcon } from "./tile_face.js";

/** @typedef {import("../../core/api_types.js").Output} Output @typedef {import("../runs/listing.js").Tile} Tile */

/** @type {Record<string, string>} */
const LOST = { unfetched: "card.file_unfetched", missing: "card.file_missing", failed: "card.file_failed", gone: "card.file_gone", forgotten: "bin.gone" };

/** The text for a result without a file; empty for one that has it, or is a text.
 * @param {Output} output */
export function lostWords(output) {
  if (output.text || output.state === "saved") return "";
  return t(LOST[output.state] ?? "card.file_pending");
}

/** The buttons of a result whose file is lost; both are free.
 * @param {{ output: Output & { only_look?: boolean } }} props */
export function LostButtons({ output }) {
  if (["pending", "forgotten"].includes(output.state) || !mayRun() || output.only_look) return null;
  return h(
    "span.rh-buttons",
    {},
    h(Press, { words: t(output.state === "unfetched" ? "card.fetch_now" : "card.fetch_again"), press: () => fetchFiles(output.task) }),
    h(Press, { title: t("card.forget_hint"), words: t("card.forget"), press: () => forget(output) }),
  );
}

/** @param {{ output: Output }} props */
const LostTile = ({ output }) =>
  h(
    "article.rh-result.is-lost",
    { "data-output": output.id, "data-kind": output.kind, "data-state": output.state },
    output.thumb && h("img", { src: output.thumb, alt: "", loading: "lazy" }),
    h(
      "span.rh-lost",
      {},
      h(Icon, { name: "alert" }),
      h("strong", {}, lostWords(output)),
      output.name && h("span.rh-quiet", {}, output.name),
      h(LinkExpiry, { outputs: [output] }),
      h(LostButtons, { output }),
    ),
  );

/** A result in a grid; `open` shows it large. Its name is what it shows. */
export const ResultTile = memo((/** @type {{ output: Tile, open: (output: Output) => void }} */ { output, open }) => {
  if (lostWords(output)) return h(LostTile, { output });
  const file = output.url ? carried({ ...output, address: () => address(output.url) }) : {};
  return h(
    "button.rh-result",
    { type: "button", "data-output": output.id, "data-kind": output.kind, onclick: () => open(output), ...file },
    h("span.rh-unseen", {}, `${t("card.open")}: ${output.kind === "text" && output.text ? "" : output.name || output.kind}`),
    h("span.rh-face", {}, h(Face, { output })),
    h(Whose, { of: output }),
    output.kind !== "image" && h("span.rh-kind", {}, h(KindIcon, { output }), output.seconds ? clock(output.seconds) : ""),
  );
});
