/** What a person calls a thing that runs: `sql table model usage_by_vendor`, `test not_null_vendors_asn`. */
export type Label = {
  id: string;
  text: string;
  kind: "load" | "seed" | "model" | "copy" | "test" | "unit-test" | "gate";
};

export type Outcome =
  | { status: "ok"; label: Label; rowCount: bigint | undefined; elapsedMs: number }
  | { status: "reused"; label: Label; from: string; rowCount: bigint | undefined }
  | { status: "warned"; label: Label; message: string; elapsedMs: number; sample: Sample | undefined }
  | { status: "failed"; label: Label; message: string; elapsedMs: number; sample: Sample | undefined }
  | { status: "skipped"; label: Label; because: string };

/** The first of the rows that a test found, personal columns masked, and the relation that keeps them all. */
export type Sample = { keptIn: string | undefined; columns: string[]; rows: (string | null)[][]; total: bigint };

/**
 * What happens while a command runs, in order. Only report/ turns it into text. Times are UTC, ISO 8601. Every outcome of what runs
 * has its own `index`, from 1 to `total` in the order they end; both are 0 for what is reused. `thread` counts from 1: a thread runs
 * one thing at a time, which ends with one `finished`, or with several where it was a group of tests.
 */
export type Event =
  | { kind: "message"; level: "info" | "warn"; text: string }
  | { kind: "build-started"; at: string; build: string; target: string; toRun: number; reused: number; tests: number }
  | { kind: "started"; at: string; label: Label; thread: number; total: number }
  | { kind: "finished"; at: string; outcome: Outcome; index: number; total: number; ran: Ran | undefined }
  | { kind: "stage"; at: string; name: string };

/** When a thing began, and where; undefined for what is reused or skipped. */
export type Ran = { startedAt: string; thread: number };

export type OnEvent = (event: Event) => void;

export function now(): string {
  return new Date().toISOString();
}
