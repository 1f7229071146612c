// What lies in a result that is a zip, in the large view: pictures to look at, every file to save.

import { fileSize, h, icon } from "../../core/dom.js";
import { get } from "../../core/api.js";
import { t } from "../../core/words.js";

/** The list; an archive that can't be read says so and stays to be downloaded. */
export async function archiveList(output) {
  let found;
  try {
    found = await get("/results/{id}/archive", { id: output.id });
  } catch {
    found = { members: [], more: 0, closed: [], left: 0 };
  }
  const notes = [
    found.members.length === 0 && t("results.archive_empty"),
    found.more > 0 && t("results.archive_more", { count: found.more }),
    found.closed.length > 0 && t("results.archive_closed"),
  ].filter(Boolean);
  return h(
    "div.rh-reading.rh-archive",
    { tabindex: "0" },
    h("ul", {}, ...found.members.map(line)),
    ...notes.map((note) => h("p.rh-quiet", {}, note)),
    found.closed.length > 0 && h("ul.rh-closed", {}, ...found.closed.map(closedLine), found.left > 0 && h("li", {}, t("results.archive_more", { count: found.left }))),
  );
}

const closedLine = ({ name, why }) => h("li", {}, h("span", {}, name), h("span.rh-quiet", {}, t(`results.closed_${why}`)));

function line(member) {
  const name = member.name.split("/").pop();
  return h(
    "li",
    {},
    member.picture ? h("img", { src: member.url, alt: "", loading: "lazy", decoding: "async" }) : h("span.rh-archive-icon", {}, icon("text")),
    h("span", {}, member.name),
    h("span.rh-quiet", {}, fileSize(member.size)),
    h("a.rh-small", { href: `${member.url}?download=1`, download: name, "aria-label": t("results.take_out", { name }) }, icon("download")),
  );
}
