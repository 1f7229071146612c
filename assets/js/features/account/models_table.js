// @ts-check
// The models table on the Account tab: what it is, a newer registry (RunningHub's own, a file, an address) looked at before it
// is used, and the way back.

import { Facts } from "../../components/facts.js";
import { FileZone } from "../../components/file_zone.js";
import { WithMoment } from "../../components/moment.js";
import { TextInput } from "../../components/text_input.js";
import { faultWords, toast } from "../../components/toast.js";
import { get, heedTable, post, upload } from "../../core/api.js";
import { h } from "../../core/h.js";
import { sentences, t } from "../../core/words.js";
import { signal, useEffect, useRef } from "../../vendor/preact.js";

const LARGEST_MB = 20; // as rh_ui/catalog/importer/registry.py reads
const FEW = 8; // lines of a group that are shown at first

/** @import { TableChange, ChangeGroup, CatalogPreview, LastLook, Table } from "../../core/api_types.js" */

const found = signal(/** @type {Table | null} */ (null));
const last = signal(/** @type {LastLook} */ ({ host: "", at: "", said: "" }));
/** The open preview: of a newer table, or of going back; null without one. */
const looking = signal(/** @type {CatalogPreview | "back" | null} */ (null));
const busy = signal(false);
/** What is typed as addresses; it stays while something is looked at. */
const registry = signal("");
const prices = signal("");
const ADDRESS = /** @type {const} */ ({ maxlength: 4000, inputmode: "url", autocomplete: "off", placeholder: "https://" });
const said = signal({ words: "", bad: false });

/** @param {string} words */
function say(words, bad = false) {
  said.value = { words, bad };
}

/** @type {Promise<void> | null} */
let reading = null;

/** One request for all callers meanwhile: the page learns of another table in several ways. */
const read = () =>
  (reading ??= get("/catalog")
    .then(
      (told) => {
        found.value = told;
        heedTable(told.version);
      },
      () => {}, // The top line says when the server is away.
    )
    .finally(() => (reading = null)));

const readLast = () =>
  get("/catalog/published").then(
    (told) => {
      last.value = told;
    },
    () => {},
  );

/** One action at a time; an error is shown, and then nothing has changed.
 * @param {string} words @param {() => Promise<void>} action */
async function doing(words, action) {
  if (busy.value) return;
  busy.value = true;
  say(words);
  try {
    await action();
  } catch (fault) {
    say(sentences(faultWords(fault), t("table.unchanged")), true);
    looking.value = null;
  }
  busy.value = false;
}

/** @param {File[]} files */
function take(files) {
  if (busy.value) {
    toast(t("table.busy"));
    return;
  }
  const big = files.find((file) => file.size > LARGEST_MB * 1e6);
  if (big) say(t("table.too_big", { file: big.name, mb: Math.round(big.size / 1e6), limit: LARGEST_MB }), true);
  else if (files.length > 2) say(t("table.too_many"), true);
  else {
    doing(t("table.looking", { file: files.map((file) => file.name).join(", ") }), async () => {
      const sent = [];
      for (const file of files) sent.push(await upload(file, () => {}));
      show(await post("/catalog/look", { files: sent }));
    });
  }
}

/** @param {CatalogPreview} look */
function show(look) {
  say(look.refused, Boolean(look.refused));
  looking.value = look.refused ? null : look;
}

const askPublished = () =>
  doing(t("table.asking", { host: last.value.host }), async () => {
    show(await post("/catalog/published"));
    await readLast();
  });

function askAddress() {
  const given = { registry: registry.value.trim(), prices: prices.value.trim() };
  if (!given.registry) say(t("table.address_none"), true);
  else doing(t("table.looking", { file: given.registry }), async () => show(await post("/catalog/address", given)));
}

/** @param {string} done @param {() => Promise<TableChange>} question */
const change = (done, question) =>
  doing(t("table.using"), async () => {
    const { refused } = await question();
    looking.value = null;
    say(refused || t(done), Boolean(refused));
    await read();
  });

/** @param {{ turn: number }} props */
export function ModelsTable({ turn }) {
  useEffect(() => {
    if (!turn) return;
    read();
    readLast();
  }, [turn]);
  useEffect(() => {
    const renewed = () => found.value && found.value.version !== window.rhBoot.table && read();
    window.addEventListener("rh:table", renewed);
    return () => window.removeEventListener("rh:table", renewed);
  }, []);
  const { rows = [], notice = "", loaded = "" } = found.value ?? {};
  return h(
    "section.rh-table",
    { id: "models-table", class: busy.value ? "is-busy" : "" },
    h("h2.rh-heading", {}, t("table.title")),
    notice && h("p.rh-banner", {}, notice),
    h(Facts, {
      rows: [
        ...rows.map(([name, value]) => /** @type {const} */ ([name, h(WithMoment, { words: value, name: "moment", at: loaded })])),
        /** @type {const} */ ([t("table.looked"), h(WithMoment, { words: last.value.said, name: "moment", at: last.value.at })]),
      ],
    }),
    h("p.rh-how", {}, t("table.about")),
    h("div.rh-table-place", {}, h(Place)),
    h("p.rh-said.rh-table-said", { role: "status", class: said.value.bad ? "is-bad" : "" }, said.value.words),
  );
}

function Place() {
  if (looking.value === "back") return h(WayBack);
  if (looking.value) return h(Preview, { look: looking.value });
  if (!found.value) return null;
  const { local, loaded } = found.value;
  if (!local) return h("p.rh-how", {}, t("table.not_here"));
  const askBack = () => {
    say("");
    looking.value = "back";
  };
  return [
    h(
      "div.rh-table-latest",
      { key: "latest" },
      h("button.rh-small.is-main", { type: "button", id: "table-latest", onclick: askPublished }, t("table.latest")),
      h("p.rh-how", {}, t("table.latest_how", { host: last.value.host })),
    ),
    h(FileZone, { key: "zone", id: "table-file", accept: ".json,application/json", many: true, label: t("table.choose"), limits: t("table.drop"), take }),
    h(Address, { key: "address" }),
    loaded && h("div.rh-buttons", { key: "back" }, h("button.rh-small", { type: "button", id: "table-back", onclick: askBack }, t("table.back"))),
  ];
}

/** A registry somewhere on the web; its price list beside it. */
function Address() {
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    askAddress();
  };
  return h(
    "details.rh-look-group",
    {},
    h("summary", {}, t("table.address_title")),
    h(
      "form.rh-table-address",
      { onsubmit: submit },
      h("label.rh-label", { for: "table-address" }, t("table.address")),
      h(TextInput, { id: "table-address", text: registry, ...ADDRESS }),
      h("label.rh-label", { for: "table-address-prices" }, t("table.address_prices")),
      h(TextInput, { id: "table-address-prices", text: prices, ...ADDRESS }),
      h("div.rh-buttons", {}, h("button.rh-small", { type: "submit", id: "table-address-look" }, t("table.address_look"))),
    ),
  );
}

const rest = () => {
  looking.value = null;
};

/** What would change.
 * @param {{ look: CatalogPreview }} props */
function Preview({ look: { token, title, summary, same, notices, groups } }) {
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  useEffect(() => place.current?.focus(), [token]);
  const use = () => change("table.used", () => post("/catalog/use", { token }));
  return h(
    "div.rh-look",
    { id: "table-look", tabindex: -1, ref: place },
    h("strong", {}, title),
    h("p.rh-how", {}, sentences(summary, same)),
    notices.map((notice) => h("p.rh-banner", {}, notice)),
    groups.map((group) => h(Changes, { key: group.name, group })),
    h(
      "div.rh-buttons",
      {},
      !same && h("button.rh-small.is-main", { type: "button", id: "table-use", onclick: use }, t("table.use")),
      h("button.rh-small", { type: "button", id: "table-keep", onclick: rest }, t(same ? "table.close" : "table.keep")),
    ),
  );
}

/** Changes of one kind; many are folded away.
 * @param {{ group: ChangeGroup }} props */
const Changes = ({ group: { name, lines, more } }) =>
  h(
    "details.rh-look-group",
    { open: lines.length <= FEW },
    h("summary", {}, name),
    h(
      "ul",
      {},
      lines.map(({ title, path, text }) => h("li", {}, title && h("strong", {}, title), path && h("code.rh-path", {}, path), h("span", {}, text))),
      more && h("li", {}, more),
    ),
  );

const WayBack = () =>
  h(
    "div.rh-look",
    {},
    h("p.rh-how", {}, t("table.back_ask")),
    h(
      "div.rh-buttons",
      {},
      h("button.rh-small.is-main", { type: "button", id: "table-back-yes", onclick: () => change("table.backed", () => post("/catalog/back")) }, t("table.back_yes")),
      h("button.rh-small", { type: "button", onclick: rest }, t("table.back_no")),
    ),
  );
