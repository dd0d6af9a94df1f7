import { PassThrough } from "node:stream";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NotStartedError, ProjectError, RunError } from "../../runner/errors.ts";
import { openReporter } from "../../runner/report/reporter.ts";
import { labels } from "./outcomes.ts";

function open({ json = false } = {}) {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  const reporter = openReporter({ ...(streams as unknown as NodeJS.Process), environment: {}, json, command: "build" });
  const text = (name: keyof typeof streams) => String(streams[name].read() ?? "");
  return { reporter, text };
}

beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 0, 31, 14) }));
afterEach(() => void vi.useRealTimers());

test("the log of CI says what runs for long, each time it took twice as long, and only while it runs", () => {
  const { reporter, text } = open();
  using _ = reporter;
  const at = new Date().toISOString();
  reporter.onEvent({ kind: "started", at, label: labels.model, thread: 1, total: 1 });
  vi.advanceTimersByTime(150_000);
  expect(text("stderr").split("\n")).toEqual([
    "14:00:30  still running sql table model pyasn_ip_asn [30.0s]",
    "14:01:00  still running sql table model pyasn_ip_asn [1m 00s]",
    "14:02:00  still running sql table model pyasn_ip_asn [2m 00s]",
    "",
  ]);
  const outcome = { status: "ok" as const, label: labels.model, rowCount: 1n, elapsedMs: 150_000 };
  reporter.onEvent({ kind: "finished", at, outcome, index: 1, total: 1, ran: { startedAt: at, thread: 1 } });
  text("stderr");
  vi.advanceTimersByTime(600_000);
  expect(text("stderr")).toBe("");
});

test("what a command could not start for is told on stderr, with all mistakes and exit code 2", () => {
  const { reporter, text } = open();
  const mistakes = [
    {
      place: { file: "models/a.sql", line: 2, column: 5 },
      message: 'materialized is "tabel"',
      expected: "expected table",
    },
    { place: { file: "models/b.sql", line: 1, column: 1 }, message: "no description" },
  ];
  expect(reporter.failed(new ProjectError(mistakes))).toBe(2);
  expect(text("stderr")).toBe(
    'models/a.sql:2:5: materialized is "tabel"; expected table\nmodels/b.sql:1:1: no description\n2 mistakes; nothing was run\n',
  );
  expect(reporter.failed(new NotStartedError("the lock is held"))).toBe(2);
  expect(reporter.failed(new RunError("a gate objects"))).toBe(1);
  expect(text("stderr")).toBe("the lock is held\na gate objects\n");
  expect(text("stdout")).toBe("");
});

test("results go to stdout, all else to stderr", () => {
  const { reporter, text } = open();
  reporter.print("result");
  reporter.tell("progress");
  reporter.interrupted("SIGTERM");
  reporter.row({ kind: "row" });
  reporter.end(0);
  expect(text("stdout")).toBe("result\n");
  expect(text("stderr")).toBe(
    "progress\nSIGTERM: stopping, queries are cancelled; Ctrl-C again, a second from now, ends at once\n",
  );
});

test("for programs all goes to stdout, and what a command adds stands in its result", () => {
  const { reporter, text } = open({ json: true });
  reporter.tell("progress");
  reporter.row({ kind: "node", name: "a" });
  reporter.result({ state: "built" });
  reporter.end(1);
  const at = "2026-01-31T14:00:00.000Z";
  expect(
    text("stdout")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { kind: "message", at, level: "info", text: "progress" },
    { kind: "node", name: "a" },
    { kind: "result", at, command: "build", exitCode: 1, message: null, mistakes: [], state: "built" },
  ]);
  expect(text("stderr")).toBe("");
});
