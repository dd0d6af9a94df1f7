import { expect, test } from "vitest";
import { type Colours, plain } from "../../runner/report/colours.ts";
import { lineOf } from "../../runner/report/lines.ts";
import { widthOf } from "../../runner/report/width.ts";
import type { Event, Label, Outcome } from "../../runner/run/events.ts";
import { labels, outcomes } from "./outcomes.ts";

let second = 0;
const at = () => new Date(Date.UTC(2026, 0, 31, 14, 38, 53 + second++)).toISOString();
const finished = (outcome: Outcome, index: number): Event => ({
  kind: "finished",
  at: at(),
  outcome,
  index,
  total: 12,
  ran: undefined,
});

const events = (): Event[] => {
  second = 0;
  return [
    {
      kind: "message",
      level: "warn",
      text: "took over the lock of `runner build` (process 7 on pod-1, 3 minutes ago)",
    },
    { kind: "build-started", at: at(), build: "shop_20260131", target: "sample", toRun: 5, reused: 1, tests: 7 },
    {
      kind: "finished",
      at: at(),
      outcome: { status: "reused", label: labels.seed, from: "shop_20260130", rowCount: 3n },
      index: 0,
      total: 0,
      ran: undefined,
    },
    { kind: "started", at: at(), label: labels.model, thread: 1, total: 12 },
    ...outcomes.map((outcome, index) => finished(outcome, index + 1)),
    { kind: "stage", at: at(), name: "gates" },
    { kind: "stage", at: at(), name: "promote" },
  ];
};

function logOf(options: { colours: Colours; columns?: number }): string {
  return events()
    .map((event) => lineOf(event, options))
    .filter((line) => line !== undefined)
    .map((line) => `${line}\n`)
    .join("");
}

test("a log has one line for each thing that finished, as dbt users know it", async () => {
  await expect(logOf({ colours: plain })).toMatchFileSnapshot("golden/log.txt");
});

test("on a terminal the dots leave room for what follows, unless a name is too long", () => {
  const lines = logOf({ colours: plain, columns: 95 }).split("\n");
  expect(lines.filter((line) => widthOf(line) > 95)).toEqual([
    expect.stringContaining("accepted_values_usage_attributed_route"),
  ]);
});

test("words that a reader of CI logs looks for stand only where something failed", () => {
  const alarms = /(Error|ERROR|error)s?:|(FAIL|Failure \[)\b|fatal error/;
  const harmless = events().filter((event) => event.kind !== "finished" || event.outcome.status !== "failed");
  expect(harmless.map((event) => lineOf(event, { colours: plain }) ?? "").filter((line) => alarms.test(line))).toEqual(
    [],
  );
});

test("a name with a line break or an escape in it stays one harmless line", () => {
  const label: Label = { id: "x", kind: "unit-test", text: "unit test a\nb\x1b[2J" };
  const line = lineOf(finished({ status: "ok", label, rowCount: undefined, elapsedMs: 1 }, 1), { colours: plain });
  expect(line).toContain("PASS unit test a b?[2J ....");
});

test("what an interrupt skips is not listed line by line", () => {
  const skipped: Outcome = { status: "skipped", label: labels.model, because: "interrupted" };
  expect(lineOf(finished(skipped, 1), { colours: plain })).toBeUndefined();
});
