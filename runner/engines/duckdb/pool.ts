import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from "@duckdb/node-api";
import { EngineError, InterruptedError, messageOf } from "../../errors.ts";
import type { Database, Result } from "../engine.ts";
import { googleType } from "./types.ts";

/** A connection while it is used for one piece of work. Begins nothing more after a cancel. */
export type Session = Database & {
  /** `sent` is in DuckDB's words; `locate` finds the place of an error, given as a byte of `sent`, in what a person wrote. */
  read(sent: string, options?: { params?: readonly DuckDBValue[]; locate?: Locate }): Promise<Result>;
};

export type Locate = (sent: string, byte: number) => number | undefined;

export type Pool = AsyncDisposable & {
  /** Runs the work on a connection of its own, and interrupts it where the signal fires. */
  use<T>(signal: AbortSignal | undefined, work: (session: Session) => Promise<T>): Promise<T>;
  /** The same, in a transaction: all of it is kept, or nothing. */
  transact<T>(signal: AbortSignal | undefined, work: (session: Session) => Promise<T>): Promise<T>;
};

/** At most `size` connections of one instance; who comes when all are in use waits. */
export async function openPool(
  instance: DuckDBInstance,
  { size, close }: { size: number; close: () => void },
): Promise<Pool> {
  const all: DuckDBConnection[] = [await instance.connect()];
  const idle = [...all];
  const waiting: ((connection: DuckDBConnection) => void)[] = [];
  await all[0]!.run("set global timezone = 'UTC'; set global errors_as_json = true");

  const pool: Pool = {
    async use(signal, work) {
      const connection = idle.pop() ?? (await another());
      const interrupt = () => connection.interrupt();
      let asking: NodeJS.Timeout | undefined;
      const onAbort = () => {
        interrupt();
        asking = setInterval(interrupt, 50); // one that comes between two statements is lost
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      try {
        if (signal?.aborted) throw new InterruptedError("interrupted", { cause: signal.reason });
        return await work(sessionOn(connection, signal));
      } catch (error) {
        if (signal?.aborted) throw new InterruptedError("interrupted", { cause: error });
        throw error;
      } finally {
        signal?.removeEventListener("abort", onAbort);
        clearInterval(asking);
        const next = waiting.shift();
        if (next) next(connection);
        else idle.push(connection);
      }
    },
    async transact(signal, work) {
      return await pool.use(signal, async (session) => {
        await session.run("begin transaction");
        try {
          const result = await work(session);
          await session.run("commit");
          return result;
        } catch (error) {
          await rollback(session);
          throw error;
        }
      });
    },
    async [Symbol.asyncDispose]() {
      while (idle.length < all.length) {
        const busy = all.filter((connection) => !idle.includes(connection));
        for (const connection of busy) connection.interrupt();
        idle.push(await new Promise<DuckDBConnection>((resolve) => waiting.unshift(resolve)));
      }
      for (const connection of all) connection.closeSync();
      close();
    },
  };
  return pool;

  async function another(): Promise<DuckDBConnection> {
    if (all.length >= size) return await new Promise((resolve) => waiting.push(resolve));
    const connection = instance.connect();
    const made = await connection;
    all.push(made);
    return made;
  }
}

const rollbacks = new WeakMap<Session, () => Promise<void>>();

/** Also after a cancel. The error that led here is the one to tell. */
async function rollback(session: Session): Promise<void> {
  await rollbacks
    .get(session)?.()
    .catch(() => undefined);
}

function sessionOn(connection: DuckDBConnection, signal: AbortSignal | undefined): Session {
  const session: Session = {
    async read(sent, { params, locate } = {}) {
      if (signal?.aborted) throw new InterruptedError("interrupted", { cause: signal.reason });
      try {
        const reader = await connection.runAndReadAll(sent, params ? [...params] : undefined);
        const types = reader.columnTypes();
        return {
          columns: reader.columnNames().map((name, index) => ({ name, type: googleType(String(types[index])) })),
          rows: reader.getRowsJson().map((row) => row.map(textOf)),
        };
      } catch (error) {
        throw asEngineError(error, sent, locate);
      }
    },
    async run(sent, params) {
      await session.read(sent, params ? { params } : {});
    },
    all: async (sent, params) => (await session.read(sent, params ? { params } : {})).rows,
  };
  rollbacks.set(session, async () => {
    await connection.run("rollback");
  });
  return session;
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What DuckDB says about an error (`errors_as_json`); `position` counts bytes of the SQL that was sent. */
type Said = { exception_type: string; exception_message: string; position?: string };

function asEngineError(error: unknown, sent: string, locate: Locate | undefined): EngineError {
  if (error instanceof EngineError) return error;
  const said = readSaid(messageOf(error));
  if (!said) return new EngineError(messageOf(error), { cause: error });
  const position = said.position === undefined ? undefined : locate?.(sent, Number(said.position));
  const message = shortened(said.exception_message);
  const isGone = said.exception_type === "FATAL";
  return new EngineError(
    isGone
      ? `DuckDB stopped: ${message}; what was committed is safe, run the command again`
      : `${said.exception_type} Error: ${message}`,
    { cause: error, position },
  );
}

function readSaid(message: string): Said | undefined {
  try {
    return JSON.parse(message.slice(message.indexOf("{"))) as Said;
  } catch {
    return undefined; // of the driver, or of a database that is closed
  }
}

/** Of an error in a file: what is wrong, not the whole row, which may hold an address, and no advice about options of ours. */
function shortened(message: string): string {
  const [line] = /^CSV Error on Line: \d+/.exec(message) ?? [];
  if (line === undefined) return message;
  return `${line}: ${csvMistake.exec(message)?.[0] ?? "it can't be read"}`;
}

const csvMistake =
  /^(Error when converting|Expected Number of Columns|Value with unterminated|Maximum line size|Invalid unicode|The CSV Parser).*/m;
