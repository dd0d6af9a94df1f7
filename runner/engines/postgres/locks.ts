import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { InterruptedError, messageOf, NotStartedError } from "../../errors.ts";

export type Lock = { release(): void; [Symbol.dispose](): void };
type Mode = "shared" | "exclusive";

/**
 * Locks a small file, or undefined where someone else's lock forbids it. The lock is SQLite's, so the kernel gives it back
 * however its holder dies: there is no stale lock to recognise. Nothing else may open the file: closing it would drop the lock.
 */
export function tryLock(file: string, mode: Mode): Lock | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: 0 });
    database.exec("pragma journal_mode = memory");
    if (mode === "exclusive") database.exec("begin exclusive");
    else database.exec("begin; select count(*) from sqlite_master");
  } catch (error) {
    database?.close();
    if (isBusy(error)) return undefined;
    throw new NotStartedError(`cannot lock ${file}: ${messageOf(error)}; the folder must be writable`, {
      cause: error,
    });
  }
  return keep(database);
}

/** Waits for the lock for at most `waitMs`; undefined where that was not enough. Throws InterruptedError when aborted. */
export async function lock(
  file: string,
  { mode, waitMs, signal }: { mode: Mode; waitMs: number; signal?: AbortSignal | undefined },
): Promise<Lock | undefined> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    if (signal?.aborted) throw new InterruptedError("interrupted", { cause: signal.reason });
    const held = tryLock(file, mode);
    if (held || performance.now() > deadline) return held;
    await sleep(15);
  }
}

const busyCodes = [5, 6]; // SQLITE_BUSY, SQLITE_LOCKED; the extended code has the kind in its higher bytes

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && busyCodes.includes(Number(error.errcode) & 0xff);
}

const held = new Set<DatabaseSync>(); // a lock that is merely forgotten must not be given back by the garbage collector

function keep(database: DatabaseSync): Lock {
  held.add(database);
  const release = () => {
    if (held.delete(database)) database.close();
  };
  return { release, [Symbol.dispose]: release };
}
