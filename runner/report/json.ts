import type { Mistake } from "../errors.ts";
import { type Event, type Label, now, type Outcome, type Sample } from "../run/events.ts";

/**
 * What `--log-format json` writes to stdout, one object a line and nothing else. Every key of a kind is in each of its lines, null where
 * there is no value; new keys may be added. Times are UTC, ISO 8601. Counts are numbers, or decimal text from 2^53 on. The last line
 * is the `result`, whatever happened; only mistakes in the command line itself have none.
 *
 * `started` and `finished`: `id` is the node's or test's, the same in both but for tests that one statement answers, which begin as a
 * group and finish one by one. `index` counts the finished from 1 to `total`, 0 where nothing ran. `status` of a test that finds rows
 * is `failed` or `warned`, `sample` has the first of them. `message` says why one failed or was skipped.
 *
 * `node`, `decision`, `row` and `release` are what `ls`, `plan`, `show` and `releases` list.
 */
export type JsonLine =
  | { kind: "message"; at: string; level: "info" | "warn"; text: string }
  | { kind: "build-started"; at: string; build: string; target: string; toRun: number; reused: number; tests: number }
  | ({ kind: "started"; at: string; thread: number; total: number } & JsonLabel)
  | ({
      kind: "finished";
      at: string;
      startedAt: string | null;
      thread: number | null;
      index: number;
      total: number;
      status: Outcome["status"];
      elapsedMs: number | null;
      rowCount: bigint | null;
      message: string | null;
      reusedFrom: string | null;
      sample: JsonSample | null;
    } & JsonLabel)
  | { kind: "stage"; at: string; name: string }
  | JsonRow
  | ({
      kind: "result";
      at: string;
      command: string;
      exitCode: number;
      /** Why the command did not start, or what ended it. */
      message: string | null;
      /** Of the project, all of them. */
      mistakes: { file: string; line: number; column: number; message: string; expected: string | null }[];
    } & Record<string, unknown>);

type JsonLabel = { id: string; type: Label["kind"]; text: string };
type JsonSample = { keptIn: string | null; total: bigint; columns: string[]; rows: (string | null)[][] };

/** One thing of a list that a command answers with. */
export type JsonRow = { kind: "node" | "decision" | "row" | "release" } & Record<string, unknown>;

export function jsonOf(event: Event): JsonLine {
  switch (event.kind) {
    case "message":
      return { kind: "message", at: now(), level: event.level, text: event.text };
    case "started": {
      const { at, label, thread, total } = event;
      return { kind: "started", at, ...labelOf(label), thread, total };
    }
    case "finished":
      return finishedOf(event);
    case "build-started":
    case "stage":
      return event;
    default:
      return event satisfies never;
  }
}

export function jsonMistakes(mistakes: readonly Mistake[]) {
  return mistakes.map(({ place, message, expected }) => ({ ...place, message, expected: expected ?? null }));
}

export function jsonLine(value: object): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === "bigint") return part <= Number.MAX_SAFE_INTEGER ? Number(part) : part.toString();
    return part instanceof Map ? Object.fromEntries(part) : part;
  });
}

function finishedOf({ at, outcome, index, total, ran }: Extract<Event, { kind: "finished" }>): JsonLine {
  const sample = "sample" in outcome ? outcome.sample : undefined;
  return {
    kind: "finished",
    at,
    ...labelOf(outcome.label),
    status: outcome.status,
    index,
    total,
    startedAt: ran?.startedAt ?? null,
    thread: ran?.thread ?? null,
    elapsedMs: "elapsedMs" in outcome ? Math.round(outcome.elapsedMs) : null,
    rowCount: ("rowCount" in outcome ? outcome.rowCount : undefined) ?? null,
    message: "message" in outcome ? outcome.message : "because" in outcome ? outcome.because : null,
    reusedFrom: "from" in outcome ? outcome.from : null,
    sample: sample ? sampleOf(sample) : null,
  };
}

function labelOf({ id, kind, text }: Label): JsonLabel {
  return { id, type: kind, text };
}

function sampleOf({ keptIn, total, columns, rows }: Sample): JsonSample {
  return { keptIn: keptIn ?? null, total, columns, rows };
}
