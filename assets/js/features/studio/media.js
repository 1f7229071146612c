// @ts-check
// Files in a form: the zone to add them and the strip that shows them in order.

import { brought, carried, taking } from "./arrivals.js";
import { FileZone } from "../../components/file_zone.js";
import { Icon, IconButton } from "../../components/icon.js";
import { h } from "../../core/h.js";
import { keyOf } from "../../core/keys.js";
import { mayRun } from "../../core/person.js";
import { useFieldState } from "./field_parts.js";
import { Intake } from "./media_intake.js";
import { copiedTypes } from "./media_items.js";
import { useLayoutEffect, useMemo, useRef, useSignal } from "../../vendor/preact.js";
import { fileKind } from "./spec.js";
import { has, t } from "../../core/words.js";

/** @typedef {import("./field_parts.js").FieldProps} FieldProps
 * @typedef {import("./media_items.js").Item} Item
 * @typedef {{ intake: Intake }} Props */

const WITH_BAR = 5 * 1048576;

/** The file types that the system's dialog offers: all that can be sent, as they are or as a copy.
 * @param {import("../../types.js").Field} field */
function choosable(field) {
  const kind = fileKind(field);
  if (!field.accept?.length || kind === "image") return [`${kind}/*`, ...(kind === "image" ? [".heic", ".heif"] : [])];
  return [...field.accept, ...copiedTypes(field)].map((type) => `.${type}`);
}

/** @param {FieldProps} props */
export function MediaField(props) {
  const { studio, field, off } = props;
  const intake = useMemo(() => new Intake(studio, field.key), [studio, field.key]);
  const root = useRef(/** @type {HTMLDivElement | null} */ (null));
  const { items: most } = useFieldState(props);
  const items = studio.media[field.key] ?? [];
  useLayoutEffect(() => (root.current ? taking(root.current, intake) : undefined), [intake]);
  // A message about another number of files, or another form, is outdated.
  useLayoutEffect(() => {
    intake.said.value = "";
  }, [most, studio.spec]);
  return h(
    "div.rh-media",
    { ref: root, inert: off, class: items.length ? "has-items" : "" },
    h("div.rh-strip", { hidden: !items.length }, items.map((item, place) => h(Tile, { key: item.id, intake, item, place }))),
    h(Count, { intake }),
    h(Zone, { intake }),
    h(Said, { intake }),
  );
}

/** @param {Props} props */
const Said = ({ intake }) => h("p.rh-field-error", { role: "alert" }, intake.said.value);

/** @param {Props} props */
function Count({ intake }) {
  const count = intake.items.length;
  const max = intake.room.value;
  const shown = intake.field.many && count > 0;
  return h("p.rh-count-line", { hidden: !shown, class: count > max ? "is-bad" : "" }, shown && t("media.count", { count, max }));
}

/** @param {Props} props */
function Zone({ intake }) {
  const linking = useSignal(false);
  const { field } = intake;
  const words = `media.drop_${fileKind(field)}`;
  const first = has(words) ? words : "media.choose";
  const drop = (/** @type {DataTransfer | null} */ dropped) => {
    const { files, links } = brought(dropped);
    if (files.length) intake.take(files);
    else intake.takeLink(links[0] ?? dropped?.getData("text/plain") ?? "");
  };
  return h(
    "div.rh-zone-box",
    { hidden: intake.isFull || !mayRun() },
    h(FileZone, {
      accept: choosable(field).join(","),
      many: field.many,
      label: field.label,
      words: t(field.many && intake.items.length ? "media.drop_more" : first),
      limits: intake.limits(),
      take: (files) => intake.take(files),
      drop,
    }),
    h(Sources, { intake, link: () => (linking.value = !linking.value) }),
    h(LinkRow, { intake, linking }),
  );
}

/** The other sources of files besides the disk.
 * @param {Props & { link: () => void }} props */
function Sources({ intake, link }) {
  const kind = /** @type {import("../../types.js").MediaKind} */ (fileKind(intake.field));
  const takeFile = (/** @type {File} */ file) => intake.take([file]);
  const opener = (/** @type {import("../../components/icon.js").IconName} */ name, /** @type {string} */ words, /** @type {() => void} */ onclick) =>
    h("button.rh-link-button", { type: "button", onclick }, h(Icon, { name }), t(words));
  return h(
    "div.rh-sources",
    {},
    opener("link", "media.link", link),
    opener("runs", "media.from_results", async () => (await import("./result_picker.js")).pickResult(kind, (output) => intake.takeResult(output))),
    kind === "image" && opener("camera", "media.photo", async () => (await import("./recorder.js")).takePhoto(takeFile)),
    kind === "audio" && opener("microphone", "media.record", async () => (await import("./recorder.js")).takeSound(takeFile)),
  );
}

/** @param {Props & { linking: import("../../vendor/preact.js").Signal<boolean> }} props */
function LinkRow({ intake, linking }) {
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  useLayoutEffect(() => {
    if (linking.value) input.current?.focus();
  }, [linking.value]);
  /** @param {Event} event */
  const take = (event) => {
    event.preventDefault();
    if (!input.current || !intake.takeLink(input.current.value)) return;
    input.current.value = "";
    linking.value = false;
  };
  return h(
    "div.rh-link-row",
    { hidden: !linking.value },
    h("input.rh-input", {
      ref: input,
      type: "url",
      placeholder: t("media.link_hint"),
      "aria-label": t("media.link_label"),
      onkeydown: (event) => keyOf(event) === "Enter" && take(event),
    }),
    h("button.rh-small", { type: "button", onclick: take }, t("media.link_add")),
  );
}

/** @param {Props & { item: Item, place: number }} props */
function Tile({ intake, item, place }) {
  const { name, size, value, percent, notice, error } = item.now;
  const { length } = intake.items;
  const buttons = useRef(/** @type {HTMLDivElement | null} */ (null));
  useLayoutEffect(() => {
    if (intake.moved?.item !== item) return;
    const [arrow, other] = intake.moved.by < 0 ? ["left", "right"] : ["right", "left"];
    intake.moved = null;
    const named = (/** @type {string} */ name) => /** @type {HTMLElement | null | undefined} */ (buttons.current?.querySelector(`[data-move="${name}"]`));
    (named(arrow) ?? named(other))?.focus();
  }, [place]);
  const move = (/** @type {"left" | "right"} */ name, /** @type {string} */ label, /** @type {number} */ by) =>
    h(IconButton, { key: name, name, label, "data-move": name, onclick: () => intake.move(item, by) });
  const state = error || value ? "" : percent < 100 ? t("media.uploading", { percent }) : t("media.checking");
  return h(
    "div.rh-tile",
    {
      title: name,
      class: error ? "is-bad" : place < intake.room.value ? "" : "is-beyond",
      ...carried({ kind: item.kind, name, address: () => item.address() }),
    },
    h(Picture, { item }),
    state && h("span.rh-tile-state", {}, state),
    state && (size ?? 0) > WITH_BAR && h("span.rh-bar.is-measured", {}, h("span.rh-bar-fill", { style: { width: `${percent}%` } })),
    h(
      "div.rh-tile-buttons",
      { ref: buttons },
      intake.field.many && place > 0 && move("left", t("media.earlier"), -1),
      intake.field.many && place < length - 1 && move("right", t("media.later"), 1),
      h(IconButton, { key: "close", name: "close", label: t("media.remove"), onclick: () => intake.remove(item) }),
    ),
    item.called && h("span.rh-tile-called", {}, `@${item.called}`),
    h("span.rh-tile-name", {}, name),
    notice && h("span.rh-tile-notice", {}, notice),
    error && h("span.rh-field-error", {}, error),
  );
}

/** @param {{ item: Item }} props */
function Picture({ item }) {
  const { value, preview, name } = item.now;
  if (!preview && value.startsWith("http")) {
    return h("button.rh-tile-icon", { type: "button", onclick: () => item.show(value) }, h(Icon, { name: "link" }), h("span", {}, t("media.show")));
  }
  if (!preview) return h("span.rh-tile-icon", {}, h(Icon, { name: "alert" }));
  // A picture of another site is loaded only on request, without a referrer.
  if (item.kind === "image") return h("img", { referrerpolicy: "no-referrer", src: preview, alt: name, draggable: false });
  const source = { referrerpolicy: "no-referrer", src: preview };
  if (item.kind === "video") return h("video", { ...source, muted: true, controls: true, preload: "metadata" });
  return h("audio", { ...source, controls: true, preload: "metadata" });
}
