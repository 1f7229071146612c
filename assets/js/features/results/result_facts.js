// @ts-check
// The panel beside a result in the large view: its actions, and its run.

import { Icon } from "../../components/icon.js";
import { Moment } from "../../components/moment.js";
import { count, fileSize } from "../../core/format.js";
import { h } from "../../core/h.js";
import { mayRun } from "../../core/person.js";
import { t } from "../../core/words.js";
import { Fragment } from "../../vendor/preact.js";
import { ProjectOf } from "../team/move_runs.js";
import { MessageButton } from "../runs/webhook_dialog.js";
import { firstEnd, LinkExpiry } from "./link_expiry.js";
import { Settings } from "./settings.js";
import { Stars } from "./marks.js";
import { ActionButton, actionsFor, LEADS_AWAY } from "./result_actions.js";
import { TagsOf } from "./tags.js";

/** @typedef {import("../../core/api_types.js").Result} Found @typedef {import("../../core/api_types.js").Card} Card */
/** @typedef {import("../../core/api_types.js").ViewedOutput} Output */
/** @typedef {{ close: () => void, binned: (items: import("./result_actions.js").Item[]) => unknown }} Ways */
/** @typedef {import("../../vendor/preact.js").ComponentChildren} Children */

/** `close()` ends the large view; `binned()` deletes and goes on to the next one.
 * @param {Found & Ways} props */
export const ResultFacts = ({ output, task, settings, close, binned }) =>
  h(
    Fragment,
    {},
    task.title && h("p.rh-facts-prompt", {}, task.title),
    h(Stars, { output, can: mayRun() }),
    h(Buttons, { output, task, close, binned }),
    (task.tags.length > 0 || (mayRun() && !task.only_look)) && h(TagsOf, { run: task, can: mayRun() && !task.only_look }),
    h(
      "dl",
      {},
      fact(t("results.model"), task.model),
      fact(t("project.project"), (task.movable || task.project) && h(ProjectOf, { key: `${task.id} ${task.project}`, run: task })),
      fact(t("project.person"), task.person),
      fact(t("results.made"), h(Moment, { at: task.finished_at ?? task.created_at ?? "" })),
      fact(t("results.size"), sizes(output)),
      fact(t("results.mesh"), meshWords(output)),
      fact(t("results.cost"), task.price),
      fact(t("results.file"), output.name && h("code", {}, output.name)),
      fact(t("life.name"), output.state === "saved" ? t("life.safe") : firstEnd([output]) && h(LinkExpiry, { outputs: [output] })),
      fact(t("results.task_id"), task.remote_id && h("code", {}, task.remote_id)),
      fact(t("results.settings"), task.outside ? t("outside.settings") : h(Settings, { settings })),
    ),
  );

/** @param {string} name @param {Children} value */
const fact = (name, value) => value && h("div.rh-fact", {}, h("dt", {}, name), h("dd", {}, value));

/** @param {Omit<Found, "settings"> & Ways} props */
function Buttons({ output, task, close, binned }) {
  const items = [{ output, run: task }];
  const count = task.outputs.filter(({ state }) => state !== "forgotten").length;
  return h(
    "div.rh-buttons",
    {},
    actionsFor(items).map((each) => (each.id === "bin" ? { ...each, act: binned } : each)).map((action) =>
      h(ActionButton, { key: action.id, action, items, class: action.id === "download" ? "is-main" : "", before: LEADS_AWAY.has(action.id) ? close : undefined }),
    ),
    count > 1 &&
      h("a.rh-small", { href: `rh/zip?run=${task.id}`, download: "" }, h(Icon, { name: "download" }), t("results.all_of_run", { count })),
    h(MessageButton, { card: task }),
  );
}

/** @param {Output} output */
const sizes = ({ width, height, seconds, size }) =>
  [width && `${width} × ${height}`, seconds && `${seconds.toFixed(1)} s`, size && fileSize(size)].filter(Boolean).join(" · ");

/** Vertices and faces of a model; a point cloud has no faces.
 * @param {Output} output */
function meshWords({ vertices, faces }) {
  if (!vertices) return "";
  if (!faces) return t("results.cloud_counts", { vertices: count(vertices) });
  return t("results.mesh_counts", { vertices: count(vertices), faces: count(faces) });
}
