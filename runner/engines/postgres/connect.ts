import { existsSync } from "node:fs";
import { dirname, isAbsolute } from "node:path";
import { pipeline } from "node:stream/promises";
import { from as copyFromStream, to as copyToStream } from "pg-copy-streams";
import pg from "pg";
import { EngineError, NotStartedError } from "../../errors.ts";
import { refuseUncrossable } from "../canonical.ts";
import type { Counted, CrossingColumn, Engine, Relation, Result } from "../engine.ts";
import { readingStream, writingStream } from "../pipe.ts";
import { giveTo, serverAccount } from "./account.ts";
import { openPool, type Pool, reasonOf, type Session } from "./pool.ts";
import * as statements from "./statements.ts";
import { countStatement, headerType, uncrossable } from "./types.ts";

const parallel = 4;

/**
 * Opens the Postgres side of the graph on a server that runs. `embedded`: it is the project's own cluster, which reads and writes
 * transfer files itself if it is on a socket. `close` is called after the last connection is closed (that cluster stops then).
 * Throws NotStartedError, without the password, where the server does not answer.
 */
export async function openPostgres(options: {
  url: string;
  embedded?: boolean;
  close?: () => Promise<void>;
}): Promise<Engine> {
  checkUrl(options.url);
  const pool = openPool({ url: options.url, size: 2 * parallel + 2 }); // a transfer counts on a second connection
  const { identity, version } = await introduce(pool, options.url);
  const sharedFolder = options.embedded ? socketFolderOf(options.url) : undefined;

  return {
    name: "postgres",
    side: "postgres",
    identity,
    parallel,
    sharedFolder,

    quoted: statements.nameOf,
    datasets: async (prefix) => (await text(statements.datasets(prefix))).map(([name]) => name!),
    createDataset: (dataset) => run(statements.createDataset(dataset)),
    dropDataset: (dataset) => run(statements.dropDataset(dataset)),
    async dropRelation(relation) {
      const [found] = await text(statements.relationNamed(relation));
      if (found) await run(`drop ${found[0]} ${statements.nameOf(relation)} cascade`);
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
      return await pool.use(signal, (session) =>
        inTransaction(session, async () => {
          const prefix = statements.createTableAs(relation, shape.unlogged);
          const made = await session.run(prefix + query, { query, from: prefix.length });
          for (const sql of statements.finishTable(relation, shape)) await session.run(sql);
          if ((made.rowCount ?? 0) > 1000) await session.run(`analyze ${statements.nameOf(relation)}`); // small ones plan well without
          return BigInt(made.rowCount ?? 0);
        }),
      );
    },
    async createView(relation, query) {
      const prefix = `create view ${statements.nameOf(relation)} as `;
      await pool.use(undefined, (session) => session.run(prefix + query, { query, from: prefix.length }));
    },
    async setComments(relation, comments) {
      const columns = (await text(statements.columns(relation))).map(([name]) => name!);
      await run(statements.comments(relation, { columns, comments }).join(";\n"));
    },
    async explain(query) {
      await pool.use(undefined, (session) => session.run(`explain ${query}`, { query, from: "explain ".length }));
    },
    async rows(query, { limit, signal }) {
      const prefix = limit === undefined ? "" : "select * from (";
      const sql = limit === undefined ? query : `${prefix}${query}\n) as limited limit ${limit}`;
      return await pool.use(signal, async (session) =>
        resultOf(await session.run(sql, { query, from: prefix.length })),
      );
    },
    async countRows(queries, { signal }) {
      if (queries.length === 0) return [];
      const sql = `select ${queries.map((query) => `(select count(*) from (${query}\n) as counted)`).join(", ")}`;
      const { rows } = await pool.use(signal, async (session) => resultOf(await session.run(sql)));
      return rows[0]!.map((value) => BigInt(value!));
    },

    async count(relation, { columns, signal }) {
      const refused = uncrossable(columns);
      return await pool.use(signal, async (session) => {
        const sql = countStatement(statements.nameOf(relation), { columns, uncrossable: refused, version });
        const [row] = resultOf(await session.run(sql)).rows;
        const [rowCount, checksum, ...counts] = row!;
        refuseUncrossable(relation, refused, counts);
        return { rowCount: BigInt(rowCount!), checksum: checksum! };
      });
    },
    async exportTo(file, relation, { columns, signal }) {
      return await pool.use(signal, async (session) => {
        if (dirname(file) === sharedFolder) {
          await giveFile(file);
          return BigInt((await session.run(statements.copyTo(relation, columns, file))).rowCount ?? 0);
        }
        const rows = session.client.query(copyToStream(statements.copyTo(relation, columns)));
        await pipeline(rows, writingStream(file), { signal: session.ended });
        return BigInt(rows.rowCount);
      });
    },
    async load(file, relation, { columns, signal, accept }) {
      return await pool.use(signal, (session) =>
        inTransaction(session, async () => {
          await session.run(statements.createFor(relation, columns, false));
          if (dirname(file) === sharedFolder) {
            await giveFile(file);
            await session.run(statements.copyFrom(relation, file));
          } else {
            const rows = await readingStream(file); // a COPY that was begun must be given rows, or an end
            const copying = session.client.query(copyFromStream(statements.copyFrom(relation)));
            await pipeline(rows, copying, { signal: session.ended });
          }
          const arrived = await countIn(session, relation, columns);
          await accept?.(arrived);
          await session.run(`analyze ${statements.nameOf(relation)}`);
          return arrived;
        }),
      );
    },

    async [Symbol.asyncDispose]() {
      await pool[Symbol.asyncDispose]();
      await options.close?.();
    },
  };

  async function run(sql: string): Promise<void> {
    await pool.use(undefined, (session) => session.run(sql));
  }

  async function text(sql: string): Promise<(string | null)[][]> {
    return await pool.use(undefined, async (session) => resultOf(await session.run(sql)).rows);
  }

  async function hasRows(relation: Relation): Promise<boolean> {
    return (await text(`select 1 from ${statements.nameOf(relation)} limit 1`)).length > 0;
  }

  async function countIn(session: Session, relation: Relation, columns: readonly CrossingColumn[]): Promise<Counted> {
    const sql = countStatement(statements.nameOf(relation), { columns, uncrossable: [], version });
    const [row] = resultOf(await session.run(sql)).rows;
    return { rowCount: BigInt(row![0]!), checksum: row![1]! };
  }
}

/** The server runs as a user of its own where this process is root's. */
async function giveFile(file: string): Promise<void> {
  if (existsSync(file)) await giveTo(serverAccount(), file);
}

/** The folder of the server's socket, which belongs to its user. */
function socketFolderOf(url: string): string | undefined {
  const host = decodeURIComponent(new URL(url).hostname);
  return isAbsolute(host) ? host : undefined;
}

/** Commits what the work did, or leaves nothing of it. */
async function inTransaction<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.run("begin");
  try {
    const result = await work();
    await session.run("commit");
    return result;
  } catch (error) {
    if (!session.ended.aborted) await session.client.query("rollback").catch(() => undefined); // the first error is the one to tell
    throw error;
  }
}

async function introduce(pool: Pool, url: string): Promise<{ identity: string; version: number }> {
  try {
    return await pool.use(undefined, async (session) => {
      const { rows } = await session.run(
        `select (select system_identifier from pg_control_system())::text || '/' || current_database(),
           current_setting('server_version_num'), current_setting('server_version'), current_setting('server_encoding')`,
      );
      const [identity, version, versionText, encoding] = rows[0] as string[];
      if (Number(version) < oldest)
        throw new NotStartedError(
          `Postgres at ${placeOf(url)} has version ${versionText}; ${oldest / 10000} or later is needed`,
        );
      if (encoding !== "UTF8")
        throw new NotStartedError(`the database at ${placeOf(url)} has the encoding ${encoding}; UTF8 is needed`);
      return { identity: identity!, version: Number(version) };
    });
  } catch (error) {
    await pool[Symbol.asyncDispose]();
    if (error instanceof NotStartedError) throw error;
    const cause = error instanceof EngineError ? error.cause : error;
    throw new NotStartedError(`Postgres at ${placeOf(url)} does not answer: ${reasonOf(cause)}`, { cause });
  }
}

const oldest = 140000; // from here on extract(epoch) is exact

/** A `#`, `?` or `/` that stands bare in a password would make the rest of it a part of the address. */
function checkUrl(url: string): void {
  const way =
    "it has the form postgres://user:password@host:5432/database, with %23, %3F, %2F, %40 and %25 for # ? / @ and % in a password";
  let parsed: URL;
  try {
    parsed = new URL(url);
    decodeURIComponent(url);
  } catch {
    throw new NotStartedError(`DATABASE_URL is not a URL; ${way}`); // without a cause, which would hold the password
  }
  if (!/^postgres(ql)?:$/.test(parsed.protocol)) throw new NotStartedError(`DATABASE_URL is not for Postgres; ${way}`);
  if (parsed.hash || parsed.search.includes("@") || parsed.pathname.includes("@"))
    throw new NotStartedError(`DATABASE_URL can't be read; ${way}`);
}

/** Where the server is, for a message: host, port and database, never user or password. */
function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return decodeURIComponent(`${host}${pathname}`);
}

function resultOf(result: pg.QueryArrayResult): Result {
  return {
    columns: result.fields.map(({ name, dataTypeID }) => ({ name, type: typeNames.get(dataTypeID) ?? "text" })),
    rows: result.rows as (string | null)[][],
  };
}

/** Names as a header writes them, of the types that `pg` knows. */
const typeNames = new Map(Object.entries(pg.types.builtins).map(([name, id]) => [id, headerType(name.toLowerCase())]));
