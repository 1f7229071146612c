// @ts-check
// The contents of a result that is a zip, in the large view: pictures to look at, every file to save.

import { Icon } from "../../components/icon.js";
import { get } from "../../core/api.js";
import { fileSize } from "../../core/format.js";
import { h } from "../../core/h.js";
import { t } from "../../core/words.js";
import { useEffect, useSignal } from "../../vendor/preact.js";

/** @typedef {import("../../core/api_types.js").Archive} Inside @typedef {import("../../core/api_types.js").Member} Member */

/** An archive that can't be read is shown as empty; it can still be downloaded.
 * @param {import("../../core/api_types.js").Output} output @returns {Promise<Inside>} */
const insideOf = ({ id }) => get("/results/{id}/archive", { id }).catch(() => ({ members: [], more: 0, closed: [], left: 0 }));

/** @param {{ output: import("../../core/api_types.js").Output }} props */
export function ArchiveOf({ output }) {
  const inside = useSignal(/** @type {Inside | null} */ (null));
  useEffect(() => void insideOf(output).then((found) => (inside.value = found)), []);
  return inside.value && h(Archive, inside.value);
}

/** @param {Inside} props */
const Archive = ({ members, more, closed, left }) =>
  h(
    "div.rh-reading.rh-archive",
    { tabindex: 0 },
    h("ul", {}, members.map((member) => h(Line, member))),
    members.length === 0 && h("p.rh-quiet", {}, t("results.archive_empty")),
    more > 0 && h("p.rh-quiet", {}, t("results.archive_more", { count: more })),
    closed.length > 0 && h("p.rh-quiet", {}, t("results.archive_closed")),
    closed.length > 0 &&
      h(
        "ul.rh-closed",
        {},
        closed.map(({ name, why }) => h("li", {}, h("span", {}, name), h("span.rh-quiet", {}, t(`results.closed_${why}`)))),
        left > 0 && h("li", {}, t("results.archive_more", { count: left })),
      ),
  );

/** @param {Member} props */
function Line({ name, url, size, picture }) {
  const bare = name.split("/").pop();
  return h(
    "li",
    {},
    picture ? h("img", { src: url, alt: "", loading: "lazy", decoding: "async" }) : h("span.rh-archive-icon", {}, h(Icon, { name: "text" })),
    h("span", {}, name),
    h("span.rh-quiet", {}, fileSize(size)),
    h("a.rh-small", { href: `${url}?download=1`, download: bare, "aria-label": t("results.take_out", { name: bare }) }, h(Icon, { name: "download" })),
  );
}
