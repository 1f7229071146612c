// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { faultOf } from "../../assets/js/core/safetensors.js";

const LARGEST = 2 ** 31;
const TABLE = { __metadata__: { format: "pt" }, a: { dtype: "F16", shape: [2], data_offsets: [0, 4] }, b: { dtype: "F16", shape: [3], data_offsets: [4, 10] } };

/** A file of weights: the length of the table, the table, what is behind it.
 * @param {unknown} table @param {{ data?: number, length?: bigint, name?: string }} given */
function weights(table, { data = 10, length, name = "style.safetensors" } = {}) {
  const text = new TextEncoder().encode(typeof table === "string" ? table : JSON.stringify(table));
  const head = new DataView(new ArrayBuffer(8));
  head.setBigUint64(0, length ?? BigInt(text.length), true);
  return new File([head.buffer, text, new Uint8Array(data)], name);
}

test("weights are taken, whatever the case of their suffix", async () => {
  assert.equal(await faultOf(weights(TABLE), LARGEST), "");
  assert.equal(await faultOf(weights(TABLE, { name: "STYLE.SafeTensors" }), LARGEST), "");
});

test("name and size are told before anything is read", async () => {
  assert.equal(await faultOf(weights(TABLE, { name: "style.ckpt" }), LARGEST), "suffix");
  const file = weights(TABLE);
  assert.equal(await faultOf(file, file.size), "");
  assert.equal(await faultOf(file, file.size - 1), "large");
  assert.equal(await faultOf(new File([], "a.safetensors"), LARGEST), "empty");
});

test("one byte too few is cut, one too many is something else", async () => {
  assert.equal(await faultOf(weights(TABLE, { data: 9 }), LARGEST), "cut");
  assert.equal(await faultOf(weights(TABLE, { data: 11 }), LARGEST), "content");
});

test("a file that ends within its table is cut", async () => {
  const whole = weights(TABLE);
  assert.equal(await faultOf(new File([whole.slice(0, 40)], "a.safetensors"), LARGEST), "cut");
});

test("the length of the table is bounded", async () => {
  for (const length of [0n, 1n, 33_554_433n, 2n ** 32n, 2n ** 63n]) assert.equal(await faultOf(weights(TABLE, { length }), LARGEST), "content", String(length));
  assert.equal(await faultOf(weights(TABLE, { length: 33_554_432n }), LARGEST), "cut");
});

test("what is no such table is told as something else", async () => {
  for (const table of ["[]", "null", "7", "not a table", "{}", { __metadata__: {} }, { a: {} }, { a: null }, { a: { data_offsets: [0] } }, { a: { data_offsets: [0, 1.5] } }, { a: { data_offsets: [0, "4"] } }]) {
    assert.equal(await faultOf(weights(table), LARGEST), "content", JSON.stringify(table));
  }
  assert.equal(await faultOf(new File(["1234567"], "a.safetensors"), LARGEST), "content");
  assert.equal(await faultOf(new File([new Uint8Array(8).fill(80), "PK not weights"], "a.safetensors"), LARGEST), "content");
});

test("a file that can't be read any more is told so", async () => {
  const gone = /** @type {File} */ (/** @type {unknown} */ ({ name: "a.safetensors", size: 100, slice: () => ({ arrayBuffer: () => Promise.reject(new Error("gone")) }) }));
  assert.equal(await faultOf(gone, LARGEST), "unreadable");
});
