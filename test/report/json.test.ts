import { execa } from "execa";
import { expect, test } from "vitest";
import { jsonLine, jsonOf } from "../../runner/report/json.ts";
import { outcomes } from "./outcomes.ts";

const play = new URL("./play.ts", import.meta.url).pathname;

const parsed = outcomes.map((outcome, index) => {
  const event = {
    kind: "finished" as const,
    at: "2026-01-31T14:38:53.000Z",
    outcome,
    index: index + 1,
    total: 12,
    ran: { startedAt: "2026-01-31T14:38:52.000Z", thread: 2 },
  };
  return JSON.parse(jsonLine(jsonOf(event))) as Record<string, unknown>;
});

test("what finished has the same keys however it ended", () => {
  const keys = "kind at id type text status index total startedAt thread elapsedMs rowCount message reusedFrom sample"
    .split(" ")
    .sort();
  for (const line of parsed) expect(Object.keys(line).sort()).toEqual(keys);
});

test("a result says what it is about, how it ended and what was counted", () => {
  expect(parsed[1]).toEqual({
    kind: "finished",
    at: "2026-01-31T14:38:53.000Z",
    id: "pyasn_ip_asn",
    type: "model",
    text: "sql table model pyasn_ip_asn",
    status: "ok",
    index: 2,
    total: 12,
    startedAt: "2026-01-31T14:38:52.000Z",
    thread: 2,
    elapsedMs: 1420,
    rowCount: 732_433,
    message: null,
    reusedFrom: null,
    sample: null,
  });
  expect(parsed[6]).toMatchObject({
    status: "warned",
    sample: { total: 2, keptIn: "shop_20260131.failed__x", columns: ["asn", "c_ip", "rows_found"] },
  });
  expect(parsed[11]).toMatchObject({ status: "skipped", message: "usage" });
});

test("counts past 2^53 are text, so that no digit is lost", () => {
  expect(jsonLine({ rowCount: 9_007_199_254_740_993n, other: 12n })).toBe('{"rowCount":"9007199254740993","other":12}');
});

test("a command writes nothing but lines of JSON to stdout, the last one its result, and nothing to stderr", async () => {
  const { stdout, stderr } = await execa(process.execPath, [play, "end", "json"]);
  const lines = stdout.split("\n").map((line) => JSON.parse(line) as { kind: string; at: string });
  expect(new Set(lines.map(({ kind }) => kind))).toEqual(
    new Set(["build-started", "started", "finished", "message", "stage", "result"]),
  );
  expect(lines.at(-1)).toMatchObject({ kind: "result", command: "build", exitCode: 0, message: null, mistakes: [] });
  for (const { at } of lines) expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(stderr).toBe("");
});

test("a command that an error ends says so in its result", async () => {
  const { stdout, exitCode } = await execa(process.execPath, [play, "throw", "json"], { reject: false });
  expect(JSON.parse(stdout.split("\n").at(-1)!)).toMatchObject({
    kind: "result",
    exitCode: 1,
    message: "the disk is full",
  });
  expect(exitCode).toBe(1);
});
