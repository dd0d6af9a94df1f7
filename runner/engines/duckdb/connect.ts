import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { DuckDBTimestampTZValue } from "@duckdb/node-api";
import { EngineError, messageOf, RowTooLongError } from "../../errors.ts";
import { refuseUncrossable } from "../canonical.ts";
import type { Counted, CrossingColumn, Relation, ResultColumn, Warehouse } from "../engine.ts";
import { positionIn } from "./error-position.ts";
import { type FileOptions, openFile } from "./file.ts";
import { openPool, type Session } from "./pool.ts";
import { stableObjects, swapViews } from "./stable.ts";
import { comments, copyTo, createFromFile, nameOf } from "./statements.ts";
import { countStatement, googleType, quoteName, quoteText, uncrossable } from "./types.ts";

export { FileInUseError } from "./file.ts";

const parallel = 4;

/** Longest rows of a transfer file: most fit the first, with 50 MB of buffers; BigQuery takes none above the second. */
const rowBytes = 16_000_000;
const longRowBytes = 100_000_000;

DuckDBTimestampTZValue.timezoneOffsetInMinutes = 0; // the driver writes times in the machine's zone

/**
 * Opens the DuckDB file as the warehouse; `readOnly` for commands that take no lock. Throws FileInUseError where another
 * process holds the file: DuckDB lets one process write, and none read beside it.
 */
export async function openDuckDB(options: FileOptions): Promise<Warehouse> {
  const { instance, close } = await openFile(options);
  const pool = await openPool(instance, { size: parallel + 1, close });
  let prelude: Promise<string> | undefined;

  return {
    name: "duckdb",
    side: "warehouse",
    identity: "warehouse",
    parallel,
    sharedFolder: undefined,
    database: {
      run: (sql, params) => pool.use(undefined, (session) => session.run(sql, params)),
      all: (sql, params) => pool.use(undefined, (session) => session.all(sql, params)),
    },

    quoted: ({ dataset, name }) => `\`${dataset}\`.\`${name}\``,

    async datasets(prefix) {
      const rows = await all(
        "select schema_name from duckdb_schemas() where database_name = current_database() and starts_with(schema_name, ?) order by 1",
        [prefix],
      );
      return rows.map(([name]) => name!);
    },
    createDataset: (dataset) => run(`create schema if not exists ${quoteName(dataset)}`),
    dropDataset: (dataset) => run(`drop schema if exists ${quoteName(dataset)} cascade`),
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
    columns: columnsOf,

    async createTable(relation, query, { signal }) {
      const { rows } = await runTranslated(query, { signal, around: [`create table ${nameOf(relation)} as `, ""] });
      return BigInt(rows[0]?.[0] ?? 0);
    },
    async createView(relation, query) {
      await runTranslated(query, { around: [`create view ${nameOf(relation)} as `, ""] });
    },
    async setComments(relation, texts) {
      const columns = (await columnsOf(relation)).map(({ name }) => name);
      const said = comments(relation, { columns, comments: texts });
      await pool.transact(undefined, (session) => session.run(said.join(";\n")));
    },
    async explain(query) {
      await runTranslated(query, { around: ["explain ", ""] });
    },
    rows: (query, { limit, signal }) =>
      runTranslated(query, {
        signal,
        around: limit === undefined ? ["", ""] : ["select * from (", `\n) limit ${limit}`],
      }),
    async countRows(queries, { signal }) {
      if (queries.length === 0) return [];
      const counts: string[] = [];
      for (const query of queries) counts.push(`(select count(*) from (${await translated(query)}\n))`);
      const [row] = await translatedSession(signal, (session) => session.all(`select ${counts.join(", ")}`));
      return row!.map((count) => BigInt(count!));
    },

    async count(relation, { columns, signal }) {
      const refused = uncrossable(columns);
      const sql = countStatement(nameOf(relation), { columns, uncrossable: refused });
      const [row] = await pool.use(signal, (session) => session.all(sql));
      const [rowCount, checksum, ...counts] = row!;
      refuseUncrossable(relation, refused, counts);
      return { rowCount: BigInt(rowCount!), checksum: checksum! };
    },
    async exportTo(file, relation, { columns, signal }) {
      const [written] = await pool.use(signal, (session) => session.all(copyTo(file, relation, columns)));
      return BigInt(written![0]!);
    },
    async load(file, relation, { columns, signal, accept, longRows }) {
      const isPipe = statSync(file).isFIFO();
      try {
        return await loadRows(longRows ? longRowBytes : rowBytes);
      } catch (error) {
        if (longRows || !isTooLong(error)) throw error;
        if (isPipe) throw new RowTooLongError(`${nameOf(relation)}: ${messageOf(error)}`, { cause: error });
        return await loadRows(longRowBytes);
      }

      function loadRows(maxRowBytes: number): Promise<Counted> {
        return pool.transact(signal, async (session) => {
          await session.run(createFromFile(file, relation, { columns, maxRowBytes }));
          const arrived = await countIn(session, relation, columns);
          await accept?.(arrived);
          return arrived;
        });
      }
    },

    stableObjects: (dataset) => stableObjects(pool, dataset),
    swapViews: (dataset, views, { record }) => swapViews(pool, dataset, views, record),

    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };

  async function columnsOf({ dataset, name }: Relation): Promise<ResultColumn[]> {
    const rows = await all(
      `select column_name, data_type from duckdb_columns()
       where database_name = current_database() and schema_name = ? and table_name = ? order by column_index`,
      [dataset, name],
    );
    return rows.map(([column, type]) => ({ name: column!, type: googleType(type!) }));
  }

  async function runTranslated(query: string, { signal, around }: { signal?: AbortSignal; around: [string, string] }) {
    const [before, after] = around;
    const sql = await translated(query);
    const locate = (sent: string, byte: number) => positionIn(query, { sent, byte, before: before.length });
    return await translatedSession(signal, (session) => session.read(`${before}${sql}${after}`, { locate }));
  }

  /** A session in which translated queries can run. */
  async function translatedSession<T>(
    signal: AbortSignal | undefined,
    work: (session: Session) => Promise<T>,
  ): Promise<T> {
    const missing = await prelude;
    return await pool.use(signal, async (session) => {
      if (missing) await session.run(missing);
      return await work(session);
    });
  }

  /** The query in DuckDB's words. The translation rests on the types of the tables it reads, so they are looked up first. */
  async function translated(query: string): Promise<string> {
    const { checkGoogleSql, GoogleSqlError, preludeSql, translate } = await import("./googlesql.ts");
    prelude ??= pool.transact(undefined, (session) =>
      installPrelude(session, { sql: preludeSql(), readOnly: options.readOnly }),
    );
    await prelude;
    const tables = await columnsOfTables(checkGoogleSql(query).tables.map(({ path }) => path));
    try {
      return translate(query, tables);
    } catch (error) {
      if (!(error instanceof GoogleSqlError)) throw error;
      throw new EngineError(error.message, { cause: error, position: error.refusals[0]?.offset });
    }
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

  async function countIn(session: Session, relation: Relation, columns: readonly CrossingColumn[]): Promise<Counted> {
    const [row] = await session.all(countStatement(nameOf(relation), { columns, uncrossable: [] }));
    return { rowCount: BigInt(row![0]!), checksum: row![1]! };
  }

  async function run(sql: string): Promise<void> {
    await pool.use(undefined, (session) => session.run(sql));
  }

  async function all(sql: string, params?: readonly string[]): Promise<(string | null)[][]> {
    return await pool.use(undefined, (session) => session.all(sql, params));
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

/** Of a row that does not fit the buffer DuckDB may see only that its quote is not closed. */
function isTooLong(error: unknown): boolean {
  return error instanceof EngineError && /Maximum line size|unterminated quote/i.test(error.message);
}

/**
 * The functions of GoogleSQL stay in the file; only another text of them is run again. A macro of its own says which is there.
 * Answers what to run before each query, where the file can't be written to.
 */
async function installPrelude(
  session: Session,
  { sql, readOnly }: { sql: string; readOnly: boolean },
): Promise<string> {
  const wanted = quoteText(createHash("sha256").update(sql).digest("hex"));
  const [row] = await session.all(
    "select macro_definition from duckdb_functions() where database_name = current_database() and function_name = 'bq_prelude'",
  );
  if (row?.[0] === wanted) return "";
  if (readOnly) return sql.replaceAll("create or replace macro", "create or replace temp macro");
  try {
    await session.run(sql);
    await session.run(`create or replace macro bq_prelude() as ${wanted}`);
    return "";
  } catch (error) {
    throw new EngineError(`the functions of GoogleSQL can't be made: ${messageOf(error)}`, { cause: error });
  }
}
