import { expect, test } from "vitest";
import { bytes, clockTime, counted, grouped, readable, seconds } from "../../runner/report/figures.ts";

test("whole numbers have their thousands apart, past 2^53 too", () => {
  expect(readable("bytes", ["9007199254740993", "-1234", "0", null])).toEqual([
    "9,007,199,254,740,993",
    "-1,234",
    "0",
    null,
  ]);
});

test("money has cents, however long its decimals are, and rounds them half up", () => {
  expect(readable("cost_usd_low", ["1234567.894999999", "0.005000000", "12345678901234567890.995"])).toEqual([
    "1,234,567.89",
    "0.01",
    "12,345,678,901,234,567,891.00",
  ]);
});

test("what would round to nothing is not shown as nothing", () => {
  expect(readable("cost_usd", ["10.5", "0.000000001", "-0.004", "0.000"])).toEqual([
    "10.50",
    "<0.01",
    ">-0.01",
    "0.00",
  ]);
});

test("small amounts keep the digits that say something", () => {
  expect(readable("cost_usd", ["0.000123456", "0.0000001"])).toEqual(["0.000123", "<0.000001"]);
});

test("other decimals have four digits, also where they are written with an exponent", () => {
  expect(readable("share_of_bytes", ["0.41239", "1e-05", "5.876E-1"])).toEqual(["0.4124", "<0.0001", "0.5876"]);
});

test("a column that holds anything else than numbers stays as it is", () => {
  for (const values of [["1", "n/a"], ["2026-01-01"], ["1.2.3.4"], ["1,5"], [null, null], [""]])
    expect(readable("usd", values)).toEqual(values);
});

test("times, sizes and counts read as people say them", () => {
  expect([0, 420, 9_994, 9_996, 59_960, 125_000].map(seconds)).toEqual([
    "0.00s",
    "0.42s",
    "9.99s",
    "10.0s",
    "1m 00s",
    "2m 05s",
  ]);
  expect([0, 59_999, 125_000, 3_725_000].map(clockTime)).toEqual(["0s", "59s", "2m 05s", "1h 02m"]);
  expect([0, 812, 999, 1_000, 61_300_000, 123_456_789, 999_900_000_000].map(bytes)).toEqual([
    "0 B",
    "812 B",
    "999 B",
    "1.0 kB",
    "61.3 MB",
    "123 MB",
    "1.0 TB",
  ]);
  expect([counted(1n, "row"), counted(0, "row"), counted(1234, "entry", "entries")]).toEqual([
    "1 row",
    "0 rows",
    "1,234 entries",
  ]);
  expect(grouped("1234567.8901")).toBe("1,234,567.8901");
});
