// @ts-check
// Whether a chosen file contains weights as .safetensors do, checked before the upload. The server makes the same check
// (rh_ui/media/safetensors.py).

const PREFIX = 8;
const LONGEST_TABLE = 32 * 1024 * 1024;

/** What is wrong, as one of a fixed set of words; empty when nothing is. `largest` in bytes.
 * @param {File} file @param {number} largest */
export async function faultOf(file, largest) {
  if (!file.name.toLowerCase().endsWith(".safetensors")) return "suffix";
  if (file.size > largest) return "large";
  if (!file.size) return "empty";
  try {
    return await contentFault(file);
  } catch {
    return "unreadable";
  }
}

/** @param {File} file */
async function contentFault(file) {
  if (file.size < PREFIX) return "content";
  const head = new DataView(await file.slice(0, PREFIX).arrayBuffer());
  const length = head.getUint32(0, true);
  if (head.getUint32(4, true) || length < 2 || length > LONGEST_TABLE) return "content";
  const table = await file.slice(PREFIX, PREFIX + length).text();
  if (PREFIX + length > file.size) return table.startsWith("{") ? "cut" : "content";
  const end = endOf(table);
  if (end === null || PREFIX + length + end < file.size) return "content";
  return PREFIX + length + end > file.size ? "cut" : "";
}

/** Where the last part ends, after the table; null if it is not such a table.
 * @param {string} table */
function endOf(table) {
  let told;
  try {
    told = JSON.parse(table);
  } catch {
    return null;
  }
  if (told === null || typeof told !== "object" || Array.isArray(told)) return null;
  const ends = Object.entries(told).filter(([name]) => name !== "__metadata__").map(([, part]) => part?.data_offsets?.[1]);
  return ends.length && ends.every(Number.isInteger) ? Math.max(...ends) : null;
}
