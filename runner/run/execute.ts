import { InterruptedError, messageOf } from "../errors.ts";
import { type Label, now, type OnEvent, type Outcome, type Ran } from "./events.ts";

/** One thing to run. `lane` is the engine that does the work, each with its own limit. */
export type Task = {
  label: Label;
  /** What its outcomes are about, where they are several: one each, in order. */
  parts?: readonly Label[];
  /** Ids of tasks that must have ended well before. Ids that are no task of this run count as done. */
  after: string[];
  lane: "postgres" | "warehouse" | "both";
  /** Several outcomes where several tests were answered at once; the first bad one stops what comes after. */
  run: (signal: AbortSignal) => Promise<Outcome[]>;
};

export type Limits = { threads: number; postgres: number; warehouse: number };

/**
 * Runs tasks as early as their `after` and the limits allow, in the order given. What fails stops what depends on it and nothing
 * else; with `failFast` it stops all. An interrupt lets no task begin, and those that run are told by the signal. Never throws
 * for a task that failed: its outcome says so.
 */
export async function execute(
  tasks: readonly Task[],
  options: {
    limits: Limits;
    failFast: boolean;
    signal: AbortSignal;
    onEvent: OnEvent /** Outcomes that were told before these. */;
    before?: number;
  },
): Promise<Outcome[]> {
  const { limits, onEvent } = options;
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const waitingFor = new Map(tasks.map((task) => [task.label.id, new Set(task.after)]));
  const readers = Map.groupBy(
    tasks.flatMap((task) => task.after.map((id) => ({ id, task }))),
    ({ id }) => id,
  );
  for (const waits of waitingFor.values()) for (const id of waits) if (!waitingFor.has(id)) waits.delete(id);

  const outcomes: Outcome[] = [];
  const ready = tasks.filter((task) => waitingFor.get(task.label.id)!.size === 0);
  const busy = { postgres: 0, warehouse: 0 };
  const running = new Set<Promise<void>>();
  const settled = new Set<string>();
  const threads: boolean[] = [];
  const total = (options.before ?? 0) + tasks.reduce((sum, task) => sum + partsOf(task).length, 0);
  let finished = options.before ?? 0;

  while (true) {
    for (let index = 0; index < ready.length && running.size < limits.threads && !signal.aborted; ) {
      const task = ready[index]!;
      if (!hasRoom(task)) index += 1;
      else {
        ready.splice(index, 1);
        start(task);
      }
    }
    if (running.size === 0) break;
    await Promise.race(running);
  }
  const because = options.signal.aborted ? "interrupted" : "stopped after the first failure";
  for (const task of tasks) if (!settled.has(task.label.id)) finish(task, skipped(task, because));
  return outcomes;

  function lanesOf(task: Task): ("postgres" | "warehouse")[] {
    return task.lane === "both" ? ["postgres", "warehouse"] : [task.lane];
  }

  function hasRoom(task: Task): boolean {
    return lanesOf(task).every((lane) => busy[lane] < limits[lane]);
  }

  function start(task: Task): void {
    for (const lane of lanesOf(task)) busy[lane] += 1;
    const ran = { startedAt: now(), thread: takeThread() };
    onEvent({ kind: "started", at: ran.startedAt, label: task.label, thread: ran.thread, total });
    const startedAt = performance.now();
    const work: Promise<void> = task
      .run(signal)
      .catch((error: unknown): Outcome[] => {
        if (error instanceof InterruptedError)
          return skipped(task, stop.signal.aborted ? "stopped after the first failure" : "interrupted");
        const elapsedMs = performance.now() - startedAt;
        return partsOf(task).map((label) => ({
          status: "failed",
          label,
          message: messageOf(error),
          elapsedMs,
          sample: undefined,
        }));
      })
      .then((results) => {
        for (const lane of lanesOf(task)) busy[lane] -= 1;
        running.delete(work);
        threads[ran.thread - 1] = false;
        finish(task, results, ran);
      });
    running.add(work);
  }

  function takeThread(): number {
    const free = threads.indexOf(false);
    const index = free >= 0 ? free : threads.length;
    threads[index] = true;
    return index + 1;
  }

  function skipped(task: Task, because: string): Outcome[] {
    return partsOf(task).map((label) => ({ status: "skipped", label, because }));
  }

  function finish(task: Task, results: Outcome[], ran?: Ran): void {
    if (settled.has(task.label.id)) return;
    settled.add(task.label.id);
    outcomes.push(...results);
    for (const outcome of results) {
      finished += 1;
      onEvent({
        kind: "finished",
        at: now(),
        outcome,
        index: finished,
        total,
        ran: outcome.status === "skipped" ? undefined : ran,
      });
    }
    const bad = results.find(({ status }) => status === "failed" || status === "skipped");
    if (bad?.status === "failed" && options.failFast) stop.abort();
    for (const { task: reader } of readers.get(task.label.id) ?? []) {
      if (bad) {
        const because = bad.status === "skipped" ? bad.because : bad.label.id;
        if (!signal.aborted) finish(reader, skipped(reader, because));
        continue;
      }
      const waits = waitingFor.get(reader.label.id)!;
      waits.delete(task.label.id);
      if (waits.size === 0 && !settled.has(reader.label.id)) ready.push(reader);
    }
  }
}

function partsOf(task: Task): readonly Label[] {
  return task.parts ?? [task.label];
}
