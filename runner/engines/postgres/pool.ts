import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { EngineError, InterruptedError, messageOf } from "../../errors.ts";

/** A connection while it is used for one piece of work. */
export type Session = {
  readonly client: pg.PoolClient;
  /** Fires where the work is cancelled or the connection is lost; what streams rows must end then. */
  readonly ended: AbortSignal;
  /**
   * Runs a statement, with values as the server's own text. Positions of errors count in `written`, what a person wrote of it,
   * if that is given. Begins nothing more after a cancel.
   */
  run(sql: string, written?: Written): Promise<pg.QueryArrayResult>;
};

/** A part of a statement: its text, and how many characters stand before it. */
export type Written = { query: string; from: number };

export type Pool = AsyncDisposable & {
  /** Runs the work on a connection of its own. Where the signal fires, the server is asked to cancel, and the work throws. */
  use<T>(signal: AbortSignal | undefined, work: (session: Session) => Promise<T>): Promise<T>;
};

/** Opens no connection before the first use. `size` is the most at one time; a cancel needs one more. */
export function openPool({ url, size }: { url: string; size: number }): Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    connectionTimeoutMillis: 20_000,
    application_name: "runner",
    allowExitOnIdle: true,
    onConnect: async (client) => {
      await client.query(settings);
    },
  });
  pool.on("error", () => undefined); // an idle connection dropped; the next statement tells

  return {
    async use(signal, work) {
      if (signal?.aborted) throw new InterruptedError("interrupted", { cause: signal.reason });
      const client = await pool.connect().catch((error: unknown) => {
        throw asEngineError(error);
      });
      const lost = new AbortController();
      const onLost = (error: Error) => lost.abort(error);
      client.on("error", onLost);
      let settled = false;
      let cancelling: Promise<void> | undefined;
      const onAbort = () => {
        cancelling = cancel(url, client, () => settled);
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      const ended = signal ? AbortSignal.any([signal, lost.signal]) : lost.signal;
      let failed = true;
      try {
        const result = await work({ client, ended, run });
        failed = false;
        return result;
      } catch (error) {
        if (signal?.aborted) throw new InterruptedError("interrupted", { cause: error });
        throw asEngineError(lost.signal.aborted ? lost.signal.reason : error);
      } finally {
        settled = true;
        signal?.removeEventListener("abort", onAbort);
        await cancelling;
        if (failed)
          socketOf(client).destroy(); // it may be in the middle of a COPY
        else client.off("error", onLost);
        client.release(failed);
      }

      async function run(sql: string, written?: Written): Promise<pg.QueryArrayResult> {
        if (signal?.aborted) throw new InterruptedError("interrupted", { cause: signal.reason });
        try {
          return await client.query({ text: sql, rowMode: "array", types: asText });
        } catch (error) {
          throw asEngineError(error, written && { sql, written });
        }
      }
    },
    async [Symbol.asyncDispose]() {
      await pool.end();
    },
  };
}

/** What the text of values, and a long build, rest on, whatever the database, the user or the URL say. */
const settings = `
  set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'; set bytea_output = 'hex';
  set standard_conforming_strings = on; set client_min_messages = warning; set client_encoding = 'UTF8';
  set statement_timeout = 0; set lock_timeout = 0; set idle_in_transaction_session_timeout = 0`;

const asText = { getTypeParser: () => (value: string) => value } as unknown as pg.CustomTypesConfig;

/**
 * Asks the server to cancel until the work has ended: a request that comes between two statements is lost. A server that does
 * not answer for ten seconds loses the connection.
 */
async function cancel(url: string, client: pg.PoolClient, isSettled: () => boolean): Promise<void> {
  const asking = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000, query_timeout: 5_000 });
  asking.on("error", () => undefined); // the work ends with the same
  const giveUp = setTimeout(() => socketOf(client).destroy(), 10_000);
  try {
    await asking.connect();
    do {
      await asking.query("select pg_cancel_backend($1)", [processId(client)]);
      await sleep(isSettled() ? 0 : 100);
    } while (!isSettled());
  } catch {
    // the server is gone, and the work ends with that
  } finally {
    clearTimeout(giveUp);
    await asking.end().catch(() => undefined);
  }
}

/** What `pg` or the server said; a lost connection is named as such. Never has the connection string in it. */
export function asEngineError(error: unknown, sent?: { sql: string; written: Written }): EngineError {
  if (error instanceof EngineError) return error;
  if (!(error instanceof pg.DatabaseError))
    return new EngineError(`Postgres went away: ${reasonOf(error)}`, { cause: error });
  const isGone = /^(57P0[1-5]|08...)$/.test(error.code ?? "");
  const more = [error.detail, error.hint ? `hint: ${error.hint}` : undefined, error.where?.split("\n")[0]];
  const message = [error.message, ...more.filter((part) => part !== undefined)].join("\n");
  const position = error.position && sent ? offsetOf(Number(error.position) - 1, sent) : undefined;
  return new EngineError(isGone ? `Postgres went away: ${message}` : message, { cause: error, position });
}

/** The server counts characters, JavaScript the halves of those beyond U+FFFF. What comes after a query is its end. */
function offsetOf(character: number, { sql, written }: { sql: string; written: Written }): number | undefined {
  let offset = 0;
  for (let passed = 0; passed < character && offset < sql.length; passed += 1)
    offset += sql.codePointAt(offset)! > 0xffff ? 2 : 1;
  return offset < written.from ? undefined : Math.min(offset - written.from, written.query.length);
}

/** An AggregateError, of a host with several addresses, has no message of its own. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return messageOf(error);
}

function processId(client: pg.PoolClient): number {
  return (client as unknown as { processID: number }).processID;
}

function socketOf(client: pg.PoolClient): { destroy(): void } {
  return (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream;
}
