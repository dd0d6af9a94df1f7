import { hostname } from "node:os";
import type { Warehouse } from "../engines/engine.ts";
import { openWarehouse } from "../engines/open.ts";
import type { Project } from "../project/project.ts";
import { age, writeNote } from "../records/lock.ts";
import { openRecords, type Records, type Release } from "../records/records.ts";
import type { OnEvent } from "./events.ts";
import { finishPlanned, type Step } from "./promote.ts";

/** The warehouse with its records. A command that writes holds the lock until it is closed. */
export type Session = AsyncDisposable & {
  project: Project;
  dataset: string;
  warehouse: Warehouse;
  records: Records;
  live: Release | undefined;
};

export type SessionOptions = {
  command: string;
  waitMs: number;
  signal: AbortSignal;
  onEvent: OnEvent;
  /** Called at each named step of a build and a promotion; tests plant a kill there. */
  step: Step;
};

/** Takes the lock, says what a dead holder left, and finishes or gives up what it had begun. */
export async function openSession(project: Project, options: SessionOptions): Promise<Session> {
  const { config } = project;
  await using stack = new AsyncDisposableStack();
  const warehouse = stack.use(
    await openWarehouse(config, { ...options, write: true, onWait: (text) => tell("info", text) }),
  );
  if (config.warehouse.kind === "duckdb") stack.use(await writeNote(config.warehouse.file, options.command));
  const records = openRecords(warehouse.database, `${config.dataset}_runner`);
  if (!(await records.exist())) await records.prepare();
  const lock = await records.takeLock({ host: hostname(), pid: process.pid, command: options.command });
  stack.defer(() => records.giveBackLock(lock.number));
  options.step("locked");

  if (lock.tookOver) {
    const { command, pid, host, since } = lock.tookOver;
    tell(
      "warn",
      `took over the lock of \`runner ${command}\` (process ${pid} on ${host}, ${age(since)} ago), which ended without giving it back`,
    );
  }
  for (const build of await records.builds()) {
    if (build.state !== "running") continue;
    await records.finishBuild(build.id, "interrupted");
    tell("warn", `build ${build.id} was interrupted; what it finished is reused, \`runner retry\` goes on with it`);
  }
  const finished = await finishPlanned({ project, dataset: config.dataset, warehouse, records, step: options.step });
  if (finished)
    tell("warn", `finished the ${finished.action} of release ${finished.release}, which was killed on the way`);

  const liveNumber = await records.liveRelease();
  const live = liveNumber === undefined ? undefined : await records.release(liveNumber);
  const opened = stack.move();
  return {
    project,
    dataset: config.dataset,
    warehouse,
    records,
    live,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };

  function tell(level: "info" | "warn", text: string): void {
    options.onEvent({ kind: "message", level, text });
  }
}

/**
 * Opens the warehouse to read, without the lock; undefined where nothing was ever built. Says what a killed promotion left, and
 * changes nothing.
 */
export async function openReading(
  project: Project,
  options: Pick<SessionOptions, "waitMs" | "signal" | "onEvent">,
): Promise<Session | undefined> {
  const { config } = project;
  if (config.warehouse.kind === "duckdb" && !(await exists(config.warehouse.file))) return undefined;
  await using stack = new AsyncDisposableStack();
  const warehouse = stack.use(
    await openWarehouse(config, {
      ...options,
      write: false,
      onWait: (text) => options.onEvent({ kind: "message", level: "info", text }),
    }),
  );
  const records = openRecords(warehouse.database, `${config.dataset}_runner`);
  if (!(await records.exist())) return undefined;
  const planned = (await records.journal()).find(({ state }) => state === "planned");
  if (planned)
    options.onEvent({
      kind: "message",
      level: "warn",
      text: `the ${planned.action} of release ${planned.release} was killed on the way; the next command that takes the lock finishes it`,
    });
  const liveNumber = await records.liveRelease();
  const live = liveNumber === undefined ? undefined : await records.release(liveNumber);
  const opened = stack.move();
  return {
    project,
    dataset: config.dataset,
    warehouse,
    records,
    live,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function exists(path: string): Promise<boolean> {
  const { stat } = await import("node:fs/promises");
  return await stat(path).then(
    () => true,
    () => false,
  );
}
