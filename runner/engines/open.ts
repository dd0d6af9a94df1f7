import { setTimeout as sleep } from "node:timers/promises";
import { NotStartedError } from "../errors.ts";
import type { Config } from "../project/config.ts";
import { heldError, readNote } from "../records/lock.ts";
import type { Engine, Warehouse } from "./engine.ts";

/**
 * Opens the target's warehouse. `write` takes the lock with it on a laptop. `waitMs`: how long to wait for another process to let
 * go of the file before NotStartedError names it. Drivers are loaded only here, and only when they are needed.
 */
export async function openWarehouse(
  config: Config,
  options: { write: boolean; waitMs: number; signal: AbortSignal; onWait?: (text: string) => void },
): Promise<Warehouse> {
  const { warehouse } = config;
  if (warehouse.kind === "bigquery")
    throw new NotStartedError(
      `target ${config.target}: warehouse bigquery is not built yet; use --target sample or local`,
    );
  const { openDuckDB, FileInUseError } = await import("./duckdb/connect.ts");
  const deadline = Date.now() + options.waitMs;
  for (let told = false; ; ) {
    try {
      return await openDuckDB({ file: warehouse.file, readOnly: !options.write, memoryLimit: warehouse.memoryLimit });
    } catch (error) {
      if (!(error instanceof FileInUseError)) throw error;
      const held = heldError(warehouse.file, await readNote(warehouse.file), error.pid);
      if (Date.now() >= deadline || options.signal.aborted) throw held;
      if (!told) options.onWait?.(held.message.replace(/; wait.*$/, "; waiting"));
      told = true;
      await sleep(200, undefined, { signal: options.signal }).catch(() => undefined);
    }
  }
}

/** Opens the Postgres of the target; the embedded cluster is started for it, and stopped again if nobody else uses it. */
export async function openPostgresOf(
  config: Config,
  { signal, onNotice }: { signal: AbortSignal; onNotice: (text: string) => void },
): Promise<Engine> {
  const { openPostgres } = await import("./postgres/connect.ts");
  if (config.postgres.kind === "url") return await openPostgres({ url: config.postgres.url });
  const { openCluster } = await import("./postgres/cluster.ts");
  const cluster = await openCluster({ stateDir: config.stateDir, signal, onNotice });
  try {
    await cluster.ensureDatabase(config.postgres.database);
    const url = cluster.url(config.postgres.database);
    return await openPostgres({ url, embedded: true, close: () => cluster.release() });
  } catch (error) {
    await cluster.release();
    throw error;
  }
}
