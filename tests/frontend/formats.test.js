// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { times } from "../../assets/js/core/money.js";
import { clock, fileSize, megabytes } from "../../assets/js/core/dom.js";

test("so many times an amount is exact", () => {
  /** @type {[string, number, string][]} */
  const cases = [
    ["0.1", 3, "0.30"], ["0.07", 3, "0.21"], ["0.00005", 2, "0.0001"], ["0.00005", 3, "0.00015"], ["1.005", 1, "1.005"], ["12", 4, "48.00"],
    ["0.46", 100, "46.00"], ["1E+1", 2, "20.00"], ["5E-7", 2, "0.000001"], ["0E-8", 9, "0.00"], ["0.30", 0, "0.00"],
    ["90071992547409.93", 10, "900719925474099.30"], ["0.000000000000000001", 8, "0.000000000000000008"],
  ];
  for (const [amount, count, product] of cases) assert.equal(times(amount, count), product, `${count} × ${amount}`);
});

test("what is no amount is never shown as one", () => {
  for (const words of ["", "free", "NaN", "-1", "1,5", " 1", "0x10"]) assert.throws(() => times(words, 1), RangeError, words);
});

test("sizes", () => {
  assert.deepEqual([0, 1536, 1048575, 1048576, 3145728, 10485760, 2147483648].map(fileSize), ["0.0 KB", "1.5 KB", "1024.0 KB", "1.0 MB", "3.0 MB", "10 MB", "2048 MB"]);
  assert.equal(megabytes(524288), "0.50");
});

test("the clock shows hours only where there are some, and never less than nothing", () => {
  assert.deepEqual([-1, 0, 9.9, 75, 3599, 3600, 36_061].map(clock), ["0:00", "0:00", "0:09", "1:15", "59:59", "1:00:00", "10:01:01"]);
});
