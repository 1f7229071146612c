// @ts-check
// The shape of a result: width by height, from the file itself, or from the settings of a run that has none yet. Pure.

/** @typedef {import("../../core/api_types.js").Output} Output @typedef {import("../../core/api_types.js").Modality} Modality */
/** @typedef {{ fields: { key: string, role?: string | null }[] }} Roles what is known of a model's fields */

/** The shapes of tiles: a longer picture stands whole in a tile of these. */
const NARROWEST = 9 / 16;
const WIDEST = 21 / 9;
const SQUARE = 1;

/** By kind of result, where the file tells none.
 * @type {Record<string, number>} */
const OF_KIND = { video: 16 / 9, audio: 16 / 9, text: 4 / 3, model: 4 / 3 };

/** @type {Partial<Record<Modality, string>>} */
const KIND_OF_TAB = { audio: "audio", "3d": "model", text: "text" };

/** The shape of a tile for something of this shape.
 * @param {number} ratio */
export const tileRatio = (ratio) => Math.min(WIDEST, Math.max(NARROWEST, ratio));

/** Two sides in a setting: "16:9", "1024*1536", "1:1 (Square)". null for words such as "auto" and "2k".
 * @param {unknown} value */
function ratioIn(value) {
  const found = /^\s*(\d+)\s*[:x×*]\s*(\d+)/i.exec(String(value ?? ""));
  return found && Number(found[1]) > 0 && Number(found[2]) > 0 ? Number(found[1]) / Number(found[2]) : null;
}

/** What the settings say about the shape; null where they leave it to the model.
 * @param {Roles | null | undefined} spec @param {Record<string, unknown>} values */
export function ratioOfSettings(spec, values) {
  const of = (/** @type {string} */ role) => spec?.fields.filter((field) => field.role === role).map(({ key }) => values[key]) ?? [];
  const named = [...of("ratio"), ...of("resolution")].map(ratioIn).find(Boolean);
  if (named) return named;
  const [width, height] = [...of("width").slice(0, 1), ...of("height").slice(0, 1)].map(Number);
  return width > 0 && height > 0 ? width / height : null;
}

/** How many results the settings ask for.
 * @param {Roles | null | undefined} spec @param {Record<string, unknown>} values */
export function countOfSettings(spec, values) {
  const key = spec?.fields.find((field) => field.role === "count")?.key ?? "";
  const count = Math.floor(Number(values[key]));
  return count >= 1 ? Math.min(count, 16) : 1;
}

/** @param {Pick<Output, "kind" | "width" | "height">} output */
export function ratioOfOutput({ kind, width, height }) {
  const isSeen = kind === "image" || kind === "video";
  return isSeen && width && height ? width / height : (OF_KIND[kind] ?? SQUARE);
}

/** The shape of a run without results: by its settings, else as the model's last result, else as usual on its tab.
 * @param {{ spec: Roles | null | undefined, values: Record<string, unknown>, modality: Modality, last?: Output }} run */
export function ratioOfRun({ spec, values, modality, last }) {
  const kind = KIND_OF_TAB[modality];
  if (kind) return OF_KIND[kind] ?? SQUARE;
  return ratioOfSettings(spec, values) ?? (last ? ratioOfOutput(last) : modality === "video" ? OF_KIND.video : SQUARE);
}
