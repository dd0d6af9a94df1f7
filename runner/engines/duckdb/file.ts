import { existsSync, readFileSync, realpathSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { messageOf, NotStartedError } from "../../errors.ts";

export type FileOptions = { file: string; readOnly: boolean; memoryLimit: string | undefined };

/** Another process has the file open. `pid` is that process, where DuckDB says so. */
export class FileInUseError extends NotStartedError {
  readonly pid: number | undefined;
  constructor(file: string, pid: number | undefined, cause: unknown) {
    super(`${file} is in use${pid === undefined ? "" : ` by process ${pid}`}`, { cause });
    this.pid = pid;
  }
}

/** What this process has open: a second instance on a file would lose what either writes, and DuckDB does not notice. */
const openHere = new Map<string, { readers: number; isWritten: boolean }>();

/** Opens the file, which a writer makes where it is missing. Throws NotStartedError, or FileInUseError, with the way out. */
export async function openFile(options: FileOptions): Promise<{ instance: DuckDBInstance; close: () => void }> {
  const { file, readOnly, memoryLimit } = options;
  if (!readOnly && file !== ":memory:") {
    await mkdir(dirname(file), { recursive: true }).catch((error: unknown) => {
      throw new NotStartedError(
        `cannot make ${dirname(file)}: ${messageOf(error)}; choose a folder that can be written to`,
        { cause: error },
      );
    });
  }
  const key = file === ":memory:" ? undefined : keyOf(file);
  const others = key === undefined ? undefined : openHere.get(key);
  if (others && (others.isWritten || !readOnly)) throw new FileInUseError(file, process.pid, undefined);
  if (key !== undefined) openHere.set(key, { readers: (others?.readers ?? 0) + 1, isWritten: !readOnly });
  try {
    const instance = await DuckDBInstance.create(file, {
      storage_compatibility_version: "v1.4.0", // macros with typed parameters (prelude.sql) are stored from this version on
      ...(readOnly ? { access_mode: "READ_ONLY" } : {}),
      ...(memoryLimit === undefined ? {} : { memory_limit: memoryLimit }),
    });
    return {
      instance,
      close: () => {
        instance.closeSync();
        forget();
      },
    };
  } catch (error) {
    forget();
    throw explained(error, file);
  }

  function forget(): void {
    if (key === undefined) return;
    const standing = openHere.get(key);
    if (standing && standing.readers > 1) standing.readers -= 1;
    else openHere.delete(key);
  }
}

function explained(error: unknown, file: string): NotStartedError {
  const message = messageOf(error);
  if (/Could not set lock|being used by another process/i.test(message)) {
    const pid = /PID (\d+)/.exec(message)?.[1];
    return new FileInUseError(file, pid === undefined ? undefined : Number(pid), error);
  }
  if (existsSync(file) && isReadable(file) && !isDuckDBFile(file))
    return new NotStartedError(`${file} is not a DuckDB database; move it away, a build makes it anew`, {
      cause: error,
    });
  if (/version number|newer version|storage version/i.test(message))
    return new NotStartedError(
      `${file} was written by another version of DuckDB than the one in node_modules: ${message}; run npm ci, or move the file away, a build makes it anew`,
      { cause: error },
    );
  if (/read-only|permission denied/i.test(message))
    return new NotStartedError(`cannot write to ${file}: ${message}; make the file and its folder writable`, {
      cause: error,
    });
  return new NotStartedError(`cannot open ${file}: ${message}`, { cause: error });
}

/** The same file is the same key by whatever path; it may not be there yet. */
function keyOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

function isReadable(file: string): boolean {
  try {
    readFileSync(file, { flag: "r" });
    return true;
  } catch {
    return false;
  }
}

/** The magic word stands at byte 8 of a DuckDB file. */
function isDuckDBFile(file: string): boolean {
  return readFileSync(file).subarray(8, 12).toString("latin1") === "DUCK";
}
