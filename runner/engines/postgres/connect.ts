import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import pg from "pg";
import { from as copyFromStream, to as copyToStream } from "pg-copy-streams";
import { EngineError, InterruptedError, messageOf, NotStartedError } from "../../errors.ts";
import type { Counted, CrossingColumn, Engine, Relation, Result } from "../engine.ts";
import * as statements from "./statements.ts";
import { countAndChecksum, headerType } from "./types.ts";

const parallel = 4;

/**
 * Opens the Postgres side of the graph on a server that runs. `close` is called after the last connection is closed (the
 * embedded cluster stops then). Throws NotStartedError, without the password, where the server does not answer.
 */
export async function openPostgres(options: { url: string; close?: () => Promise<void> }): Promise<Engine> {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: parallel + 2, // transfers count on a second connection, a cancel needs one more
    application_name: "runner",
    options:
      "-c timezone=UTC -c datestyle=ISO -c intervalstyle=postgres -c standard_conforming_strings=on -c client_min_messages=warning",
    allowExitOnIdle: true,
  });
  pool.on("error", () => undefined); // an idle connection dropped; the next statement tells
  const identity = await readIdentity(pool, options.url);

  return {
    name: "postgres",
    side: "postgres",
    identity,
    parallel,

    quoted: statements.nameOf,
    datasets: async (prefix) => (await text(statements.datasets(prefix))).map(([name]) => name!),
    createDataset: (dataset) => run(statements.createDataset(dataset)),
    dropDataset: (dataset) => run(statements.dropDataset(dataset)),
    async dropRelation(relation) {
      const [found] = (await text(statements.relations([relation.dataset]))).filter(
        ([, name]) => name === relation.name,
      );
      if (found) await run(`drop ${found[2] === "v" ? "view" : "table"} ${statements.nameOf(relation)} cascade`);
    },
    async relations(datasets) {
      if (datasets.length === 0) return [];
      const found: (Relation & { kind: "table" | "view" })[] = [];
      for (const [dataset, name, kind, persistence] of await text(statements.relations(datasets))) {
        const relation = {
          dataset: dataset!,
          name: name!,
          kind: kind === "v" ? ("view" as const) : ("table" as const),
        };
        // A server that crashed comes back with its unlogged tables empty; one that never had rows is built again cheaply.
        if (persistence === "u" && !(await hasRows(relation))) continue;
        found.push(relation);
      }
      return found;
    },
    columns: async (relation) =>
      (await text(statements.columns(relation))).map(([name, type]) => ({ name: name!, type: headerType(type!) })),

    async createTable(relation, query, { shape, signal }) {
      return await withClient(signal, async (client) => {
        await client.query("begin");
        try {
          const prefix = statements.createTableAs(relation, shape.unlogged);
          const made = await statement(client, prefix + query, prefix.length);
          for (const sql of statements.finishTable(relation, shape)) await statement(client, sql);
          if ((made.rowCount ?? 0) > 1000) await statement(client, `analyze ${statements.nameOf(relation)}`); // small ones plan well without
          await client.query("commit");
          return BigInt(made.rowCount ?? 0);
        } catch (error) {
          await client.query("rollback").catch(() => undefined); // the first error is the one to tell
          throw error;
        }
      });
    },
    async createView(relation, query) {
      const prefix = `create view ${statements.nameOf(relation)} as `;
      await withClient(undefined, (client) => statement(client, prefix + query, prefix.length));
    },
    async setComments(relation, comments) {
      await run(statements.comments(relation, comments).join(";\n"));
    },
    async explain(query) {
      await withClient(undefined, (client) => statement(client, `explain ${query}`, "explain ".length));
    },
    async rows(query, { limit, signal }) {
      const prefix = limit === undefined ? "" : "select * from (";
      const sql = limit === undefined ? query : `${prefix}${query}\n) as limited limit ${limit}`;
      return await withClient(signal, async (client) => resultOf(await statement(client, sql, prefix.length)));
    },
    async countRows(queries, { signal }) {
      if (queries.length === 0) return [];
      const sql = `select ${queries.map((query) => `(select count(*) from (${query}\n) as counted)`).join(", ")}`;
      const { rows } = await withClient(signal, async (client) => resultOf(await statement(client, sql)));
      return rows[0]!.map((value) => BigInt(value!));
    },

    async exportTo(file, relation, { columns, signal }) {
      const counting = count(relation, columns, signal);
      counting.catch(() => undefined); // awaited below, unless the copy fails first
      const lines = await withClient(signal, async (client) => {
        const stream = client.query(copyToStream(statements.copyTo(relation, columns)));
        await pipeline(stream, createWriteStream(file, { highWaterMark: 1 << 20 }), { signal });
        return BigInt(stream.rowCount);
      });
      const counted = await counting;
      if (lines !== counted.rowCount)
        throw new EngineError(
          `${statements.nameOf(relation)}: ${lines} rows were written to a file, the table has ${counted.rowCount}`,
        );
      return counted;
    },
    async load(file, relation, { columns, signal }) {
      return await withClient(signal, async (client) => {
        await client.query("begin");
        try {
          await statement(client, statements.createFor(relation, columns, false));
          await pipeline(
            createReadStream(file, { highWaterMark: 1 << 20 }),
            client.query(copyFromStream(statements.copyFrom(relation))),
            { signal },
          );
          const sql = `select ${countAndChecksum(columns)} from ${statements.nameOf(relation)}`;
          const [row] = resultOf(await statement(client, sql)).rows;
          await statement(client, `analyze ${statements.nameOf(relation)}`);
          await client.query("commit");
          return { rowCount: BigInt(row![0]!), checksum: row![1]! };
        } catch (error) {
          await client.query("rollback").catch(() => undefined); // the first error is the one to tell
          throw error;
        }
      });
    },

    async [Symbol.asyncDispose]() {
      await pool.end();
      await options.close?.();
    },
  };

  /** A connection of its own for the work; where the signal fires the server is asked to cancel what it runs. */
  async function withClient<T>(
    signal: AbortSignal | undefined,
    work: (client: pg.PoolClient) => Promise<T>,
  ): Promise<T> {
    if (signal?.aborted) throw new InterruptedError("interrupted", { cause: signal.reason });
    const client = await pool.connect().catch((error: unknown) => {
      throw new EngineError(`Postgres went away: ${messageOf(error)}`, { cause: error });
    });
    const lost = (error: Error) => void error; // the statement in flight rejects with the same
    client.on("error", lost);
    const cancel = () => void pool.query("select pg_cancel_backend($1)", [processId(client)]).catch(() => undefined);
    signal?.addEventListener("abort", cancel, { once: true });
    let failed: unknown;
    try {
      return await work(client);
    } catch (error) {
      failed = error;
      if (signal?.aborted) throw new InterruptedError("interrupted", { cause: error });
      throw error instanceof EngineError ? error : asEngineError(error, 0);
    } finally {
      signal?.removeEventListener("abort", cancel);
      client.off("error", lost);
      client.release(failed !== undefined); // a failed connection may be in the middle of a COPY
    }
  }

  async function run(sql: string): Promise<void> {
    await withClient(undefined, (client) => statement(client, sql));
  }

  async function text(sql: string): Promise<(string | null)[][]> {
    return await withClient(undefined, async (client) => resultOf(await statement(client, sql)).rows);
  }

  async function hasRows(relation: Relation): Promise<boolean> {
    return (await text(`select 1 from ${statements.nameOf(relation)} limit 1`)).length > 0;
  }

  async function count(relation: Relation, columns: readonly CrossingColumn[], signal: AbortSignal): Promise<Counted> {
    return await withClient(signal, async (client) => {
      const sql = `select ${countAndChecksum(columns)} from ${statements.nameOf(relation)}`;
      const [row] = resultOf(await statement(client, sql)).rows;
      return { rowCount: BigInt(row![0]!), checksum: row![1]! };
    });
  }
}

async function readIdentity(pool: pg.Pool, url: string): Promise<string> {
  try {
    const { rows } = await pool.query(
      "select (select system_identifier from pg_control_system())::text || '/' || current_database() as id, current_setting('server_version_num')::int as version",
    );
    return String(rows[0].id);
  } catch (error) {
    await pool.end();
    throw new NotStartedError(`Postgres at ${withoutPassword(url)} does not answer: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** Where the server is, for a message: host, port and database, never user or password. */
export function withoutPassword(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return `${host}${pathname}`;
  } catch {
    return "DATABASE_URL (which is not a URL such as postgres://user:password@host:5432/database)";
  }
}

const rawTypes = { getTypeParser: () => (value: string) => value } as unknown as pg.CustomTypesConfig;

/** `prefixLength`: how many characters stand before the model's own SQL, so that positions count from its start. */
async function statement(client: pg.PoolClient, sql: string, prefixLength = 0): Promise<pg.QueryArrayResult> {
  try {
    return await client.query({ text: sql, rowMode: "array", types: rawTypes });
  } catch (error) {
    throw asEngineError(error, prefixLength);
  }
}

function asEngineError(error: unknown, prefixLength: number): EngineError {
  if (error instanceof pg.DatabaseError) {
    const at = error.position === undefined ? undefined : Number(error.position) - 1 - prefixLength;
    const more = [error.detail, error.hint ? `hint: ${error.hint}` : undefined, error.where?.split("\n")[0]];
    const message = [error.message, ...more.filter((part) => part !== undefined)].join("\n");
    return new EngineError(message, { cause: error, position: at === undefined || at < 0 ? undefined : at });
  }
  return new EngineError(`Postgres went away: ${messageOf(error)}`, { cause: error });
}

function resultOf(result: pg.QueryArrayResult): Result {
  return {
    columns: result.fields.map(({ name, dataTypeID }) => ({ name, type: String(dataTypeID) })),
    rows: result.rows as (string | null)[][],
  };
}

function processId(client: pg.PoolClient): number {
  return (client as unknown as { processID: number }).processID;
}
