import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";
import { EngineError, InterruptedError, messageOf, NotStartedError } from "../../errors.ts";
import type { Database, Relation, Result, ResultColumn, Warehouse } from "../engine.ts";
import { positionIn } from "./error-position.ts";
import { comments, copyTo, createFromFile, nameOf } from "./statements.ts";
import { countAndChecksum, googleType, quoteName, quoteText } from "./types.ts";

const parallel = 4;

/**
 * Opens the DuckDB file as the warehouse; `readOnly` for commands that take no lock. Throws FileInUseError where another
 * process holds the file: DuckDB lets one process write, and none read beside it.
 */
export async function openDuckDB(options: {
  file: string;
  readOnly: boolean;
  memoryLimit: string | undefined;
}): Promise<Warehouse> {
  const instance = await openInstance(options);
  const idle: DuckDBConnection[] = [];
  const waiting: ((connection: DuckDBConnection) => void)[] = [];
  let opened = 0;

  const first = await instance.connect();
  opened = 1;
  idle.push(first);
  await first.run("set global timezone = 'UTC'");
  let prelude: Promise<void> | undefined;

  return {
    name: "duckdb",
    side: "warehouse",
    identity: "warehouse",
    parallel,
    database: databaseOn((work) => withConnection(work)),

    quoted: ({ dataset, name }) => `\`${dataset}\`.\`${name}\``,

    async datasets(prefix) {
      const rows = await all(
        "select schema_name from duckdb_schemas() where database_name = current_database() and starts_with(schema_name, ?) order by 1",
        [prefix],
      );
      return rows.map(([name]) => name!);
    },
    async createDataset(dataset) {
      await run(`create schema if not exists ${quoteName(dataset)}`);
    },
    async dropDataset(dataset) {
      await run(`drop schema if exists ${quoteName(dataset)} cascade`);
    },
    async dropRelation(relation) {
      const kind = await kindOf(relation);
      if (kind) await run(`drop ${kind} ${nameOf(relation)}`);
    },
    async relations(datasets) {
      if (datasets.length === 0) return [];
      const rows = await all(
        `select table_schema, table_name, table_type from information_schema.tables
         where table_catalog = current_database() and table_schema in (${datasets.map(quoteText).join(", ")}) order by 1, 2`,
      );
      return rows.map(([dataset, name, type]) => ({
        dataset: dataset!,
        name: name!,
        kind: type === "VIEW" ? "view" : "table",
      }));
    },
    async columns({ dataset, name }) {
      const rows = await all(
        `select column_name, data_type from duckdb_columns()
         where database_name = current_database() and schema_name = ? and table_name = ? order by column_index`,
        [dataset, name],
      );
      return rows.map(([column, type]) => ({ name: column!, type: googleType(type!) }));
    },

    async createTable(relation, query, { signal }) {
      const sql = await translated(query);
      const prefix = `create table ${nameOf(relation)} as `;
      return await withConnection(async (connection) => {
        const result = await guarded(connection, signal, { sent: prefix + sql, query }, () =>
          connection.runAndReadAll(prefix + sql),
        );
        return BigInt(String(result.getRowsJson()[0]?.[0] ?? 0));
      });
    },
    async createView(relation, query) {
      const sql = await translated(query);
      const prefix = `create view ${nameOf(relation)} as `;
      await withConnection((connection) =>
        guarded(connection, undefined, { sent: prefix + sql, query }, () => connection.run(prefix + sql)),
      );
    },
    async setComments(relation, texts) {
      for (const statement of comments(relation, texts)) await run(statement);
    },
    async explain(query) {
      const sql = await translated(query);
      await withConnection((connection) =>
        guarded(connection, undefined, { sent: `explain ${sql}`, query }, () => connection.run(`explain ${sql}`)),
      );
    },
    async rows(query, { limit, signal }) {
      const sql = await translated(query);
      const sent = limit === undefined ? sql : `select * from (${sql}\n) limit ${limit}`;
      return await withConnection((connection) =>
        guarded(connection, signal, { sent, query }, () => readResult(connection, sent)),
      );
    },
    async countRows(queries, { signal }) {
      if (queries.length === 0) return [];
      const translatedQueries: string[] = [];
      for (const query of queries) translatedQueries.push(await translated(query));
      const sent = `select ${translatedQueries.map((sql) => `(select count(*) from (${sql}\n))`).join(", ")}`;
      const { rows } = await withConnection((connection) =>
        guarded(connection, signal, { sent, query: undefined }, () => readResult(connection, sent)),
      );
      return rows[0]!.map((count) => BigInt(count!));
    },

    async exportTo(file, relation, { columns, signal }) {
      return await withConnection((connection) =>
        guarded(connection, signal, undefined, async () => {
          const written = await connection.runAndReadAll(copyTo(file, relation, columns));
          const counted = await count(connection, relation, columns);
          const lines = BigInt(String(written.getRowsJson()[0]?.[0] ?? 0));
          if (lines !== counted.rowCount)
            throw new EngineError(`${nameOf(relation)}: ${lines} rows were written to a file, the table has ${counted.rowCount}`);
          return counted;
        }),
      );
    },
    async load(file, relation, { columns, signal }) {
      return await withConnection((connection) =>
        guarded(connection, signal, undefined, async () => {
          await connection.run(createFromFile(file, relation, columns));
          return await count(connection, relation, columns);
        }),
      );
    },

    async stableObjects(dataset) {
      const rows = await all(
        `select table_name, 'table', null from duckdb_tables() where database_name = current_database() and schema_name = ?
         union all
         select view_name, 'view', sql from duckdb_views() where database_name = current_database() and schema_name = ? and not internal
         order by 1`,
        [dataset, dataset],
      );
      return rows.map(([name, kind, sql]) => ({
        name: name!,
        kind: kind as "table" | "view",
        reads: sql === null || sql === undefined ? undefined : relationReadBy(sql),
      }));
    },
    async swapViews(dataset, views, { record }) {
      await withConnection(async (connection) => {
        await connection.run("begin transaction");
        try {
          await connection.run(`create schema if not exists ${quoteName(dataset)}`);
          const standing = await readResult(
            connection,
            `select view_name from duckdb_views() where database_name = current_database()
             and schema_name = ${quoteText(dataset)} and not internal`,
          );
          const kept = new Set(views.map(({ name }) => name));
          for (const [name] of standing.rows)
            if (!kept.has(name!)) await connection.run(`drop view ${nameOf({ dataset, name: name! })}`);
          for (const view of views) {
            const relation = { dataset, name: view.name, kind: "view" as const };
            const columns = view.columns.map(quoteName).join(", ") || "*";
            await connection.run(`create or replace view ${nameOf(relation)} as select ${columns} from ${nameOf(view.reads)}`);
            for (const statement of comments(relation, view.comments)) await connection.run(statement);
          }
          await record(databaseOn((work) => work(connection)));
          await connection.run("commit");
        } catch (error) {
          await connection.run("rollback").catch(() => undefined); // the first error is the one to tell
          throw new EngineError(messageOf(error), { cause: error });
        }
      });
    },

    async [Symbol.asyncDispose]() {
      for (const connection of idle) connection.closeSync();
      instance.closeSync();
    },
  };

  /** The query in DuckDB's words. The translation rests on the types of the tables it reads, so they are looked up first. */
  async function translated(query: string): Promise<string> {
    const { checkGoogleSql, preludeSql, translate } = await import("./googlesql.ts");
    prelude ??= withConnection((connection) => installPrelude(connection, preludeSql()));
    await prelude;
    return translate(query, await columnsOfTables(checkGoogleSql(query).tables.map(({ path }) => path)));
  }

  async function columnsOfTables(paths: readonly string[][]): Promise<Map<string, ResultColumn[]>> {
    const found = new Map<string, ResultColumn[]>();
    const names = paths.map((path) => path.slice(-2)).filter(({ length }) => length === 2);
    if (names.length === 0) return found;
    const rows = await all(
      `select schema_name, table_name, column_name, data_type from duckdb_columns() where database_name = current_database()
       and (schema_name, table_name) in (${names.map((name) => `(${name.map(quoteText).join(", ")})`).join(", ")}) order by 1, 2, column_index`,
    );
    for (const [dataset, table, name, type] of rows) {
      const key = `${dataset}.${table}`;
      found.set(key, [...(found.get(key) ?? []), { name: name!, type: googleType(type!) }]);
    }
    return found;
  }

  async function withConnection<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    let connection = idle.pop();
    if (!connection && opened < parallel + 1) {
      opened += 1;
      connection = await instance.connect();
    }
    connection ??= await new Promise<DuckDBConnection>((resolve) => waiting.push(resolve));
    try {
      return await work(connection);
    } finally {
      const next = waiting.shift();
      if (next) next(connection);
      else idle.push(connection);
    }
  }

  async function run(sql: string): Promise<void> {
    await withConnection(async (connection) => {
      await guarded(connection, undefined, undefined, () => connection.run(sql));
    });
  }

  async function all(sql: string, params?: readonly DuckDBValue[]): Promise<(string | null)[][]> {
    return await withConnection(async (connection) => (await readResult(connection, sql, params)).rows);
  }

  async function kindOf({ dataset, name }: Relation): Promise<string | undefined> {
    const rows = await all(
      `select case table_type when 'VIEW' then 'view' else 'table' end from information_schema.tables
       where table_catalog = current_database() and table_schema = ? and table_name = ?`,
      [dataset, name],
    );
    return rows[0]?.[0] ?? undefined;
  }
}

/** Another process has the file open. `pid` is that process, where DuckDB says so. */
export class FileInUseError extends NotStartedError {
  readonly pid: number | undefined;
  constructor(file: string, pid: number | undefined, cause: unknown) {
    super(`${file} is in use${pid === undefined ? "" : ` by process ${pid}`}`, { cause });
    this.pid = pid;
  }
}

async function openInstance(options: {
  file: string;
  readOnly: boolean;
  memoryLimit: string | undefined;
}): Promise<DuckDBInstance> {
  const { file, readOnly, memoryLimit } = options;
  if (!readOnly && file !== ":memory:") {
    await mkdir(dirname(file), { recursive: true }).catch((error: unknown) => {
      throw new NotStartedError(`cannot make ${dirname(file)}: ${messageOf(error)}; choose a folder that can be written to`);
    });
  }
  try {
    return await DuckDBInstance.create(file, {
      storage_compatibility_version: "v1.4.0", // macros with typed parameters (prelude.sql) are stored from this version on
      ...(readOnly ? { access_mode: "READ_ONLY" } : {}),
      ...(memoryLimit === undefined ? {} : { memory_limit: memoryLimit }),
    });
  } catch (error) {
    const message = messageOf(error);
    if (/Could not set lock|being used by another process/i.test(message)) {
      const pid = /PID (\d+)/.exec(message)?.[1];
      throw new FileInUseError(file, pid === undefined ? undefined : Number(pid), error);
    }
    if (existsSync(file) && !isDuckDBFile(file))
      throw new NotStartedError(`${file} is not a DuckDB database; move it away, a build makes it anew`, { cause: error });
    throw new NotStartedError(`cannot open ${file}: ${message}`, { cause: error });
  }
}

/** The magic word stands at byte 8 of a DuckDB file. */
function isDuckDBFile(file: string): boolean {
  try {
    return readFileSync(file).subarray(8, 12).toString("latin1") === "DUCK";
  } catch {
    return false; // unreadable: the message of the open says why
  }
}

/** The functions of GoogleSQL stay in the file; only another text of them is run again. A macro of its own says which is there. */
async function installPrelude(connection: DuckDBConnection, sql: string): Promise<void> {
  const wanted = quoteText(createHash("sha256").update(sql).digest("hex"));
  const { rows } = await readResult(
    connection,
    "select macro_definition from duckdb_functions() where database_name = current_database() and function_name = 'bq_prelude'",
  );
  if (rows[0]?.[0] === wanted) return;
  await connection.run("begin transaction");
  try {
    await connection.run(sql);
    await connection.run(`create or replace macro bq_prelude() as ${wanted}`);
    await connection.run("commit");
  } catch (error) {
    await connection.run("rollback").catch(() => undefined); // the first error is the one to tell
    throw new EngineError(`the functions of GoogleSQL can't be made: ${messageOf(error)}`, { cause: error });
  }
}

async function readResult(connection: DuckDBConnection, sql: string, params?: readonly DuckDBValue[]): Promise<Result> {
  const reader = await connection.runAndReadAll(sql, params ? [...params] : undefined);
  const types = reader.columnTypes();
  return {
    columns: reader.columnNames().map((name, index) => ({ name, type: googleType(String(types[index])) })),
    rows: reader.getRowsJson().map((row) => row.map(textOf)),
  };
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

async function count(
  connection: DuckDBConnection,
  relation: Relation,
  columns: Parameters<typeof countAndChecksum>[0],
): Promise<{ rowCount: bigint; checksum: string }> {
  const { rows } = await readResult(connection, `select ${countAndChecksum(columns)} from ${nameOf(relation)}`);
  const [rowCount, checksum] = rows[0]!;
  return { rowCount: BigInt(rowCount!), checksum: checksum! };
}

/** Runs one statement, interrupts it when the signal fires, and turns what DuckDB throws into an EngineError. */
async function guarded<T>(
  connection: DuckDBConnection,
  signal: AbortSignal | undefined,
  statement: { sent: string; query: string | undefined } | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (signal?.aborted) throw new InterruptedError("interrupted", { cause: signal.reason });
  const interrupt = () => connection.interrupt();
  signal?.addEventListener("abort", interrupt, { once: true });
  try {
    return await work();
  } catch (error) {
    if (signal?.aborted) throw new InterruptedError("interrupted", { cause: error });
    if (error instanceof EngineError) throw error;
    const message = messageOf(error);
    const position =
      statement?.query === undefined ? undefined : positionIn(statement.query, { sent: statement.sent, message });
    throw new EngineError(message.replace(/\n\nLINE \d+:[\s\S]*$/, ""), { cause: error, position });
  } finally {
    signal?.removeEventListener("abort", interrupt);
  }
}

function databaseOn(withConnection: <T>(work: (connection: DuckDBConnection) => Promise<T>) => Promise<T>): Database {
  return {
    async run(sql, params) {
      await withConnection(async (connection) => {
        await connection.run(sql, params ? [...params] : undefined);
      });
    },
    all: (sql, params) => withConnection(async (connection) => (await readResult(connection, sql, params)).rows),
  };
}

/** The built table that a stable view reads, out of the text that swapViews wrote. */
function relationReadBy(sql: string): Relation | undefined {
  const name = '(?:"((?:[^"]|"")+)"|([A-Za-z_]\\w*))';
  const match = new RegExp(`\\bFROM ${name}\\.${name};?\\s*$`, "i").exec(sql);
  if (!match) return undefined;
  const plain = (quoted: string | undefined, bare: string | undefined) => quoted?.replaceAll('""', '"') ?? bare!;
  return { dataset: plain(match[1], match[2]), name: plain(match[3], match[4]) };
}
