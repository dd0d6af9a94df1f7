import { expect, test } from "vitest";
import { coloursFor } from "../../runner/report/colours.ts";

const isColoured = (isTTY: boolean, environment: NodeJS.ProcessEnv) =>
  coloursFor({ isTTY }, environment).bad("x") !== "x";

test("colour is for a terminal that can show it", () => {
  expect(isColoured(true, { TERM: "xterm" })).toBe(true);
  expect(isColoured(true, { TERM: "dumb" })).toBe(false);
  expect(isColoured(false, { TERM: "xterm" })).toBe(false);
});

test("NO_COLOR takes it away, unless it is empty", () => {
  expect(isColoured(true, { NO_COLOR: "1" })).toBe(false);
  expect(isColoured(true, { NO_COLOR: "" })).toBe(true);
});

test("FORCE_COLOR goes before all else", () => {
  expect(isColoured(false, { FORCE_COLOR: "1", NO_COLOR: "1", TERM: "dumb" })).toBe(true);
  expect(isColoured(false, { FORCE_COLOR: "" })).toBe(true);
  expect(isColoured(true, { FORCE_COLOR: "0" })).toBe(false);
});
