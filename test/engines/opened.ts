import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import pg from "pg";
import { openDuckDB } from "../../runner/engines/duckdb/connect.ts";
import type { Engine, TableShape, Warehouse } from "../../runner/engines/engine.ts";
import { openCluster } from "../../runner/engines/postgres/cluster.ts";
import { openPostgres } from "../../runner/engines/postgres/connect.ts";
import { openRowFile } from "../../runner/inputs/rows.ts";

/** Rows as a driver gives them, each value as text: a reader that is not ours. */
export type ReadElsewhere = (sql: string) => Promise<(string | null)[][]>;

export type Opened<E extends Engine = Engine> = AsyncDisposable & {
  engine: E;
  folder: string;
  /** Closes the engine's file where it has to, so that another can look in; the engine may not be used again. */
  elsewhere: ReadElsewhere;
};

/** An embedded Postgres of its own. */
export async function openTestPostgres(
  options: { listen?: "socket" | "port" } = {},
): Promise<Opened & { url: string }> {
  const folder = await openFolder();
  const cluster = await openCluster({ stateDir: folder.path, ...options });
  await cluster.ensureDatabase("test");
  const url = cluster.url("test");
  const engine = await openPostgres({ url, embedded: true, close: () => cluster.release() });
  return {
    engine,
    url,
    folder: folder.path,
    elsewhere: (sql) => queryPostgres(url, sql),
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

export async function openTestDuckDB(): Promise<Opened<Warehouse> & { file: string }> {
  const folder = await openFolder();
  const file = join(folder.path, "test.duckdb");
  const engine = await openDuckDB({ file, readOnly: false, memoryLimit: undefined });
  let isClosed = false;
  const close = async () => {
    if (!isClosed) await engine[Symbol.asyncDispose]();
    isClosed = true;
  };
  return {
    engine,
    file,
    folder: folder.path,
    async elsewhere(sql) {
      await close();
      return await queryDuckDB(file, sql);
    },
    async [Symbol.asyncDispose]() {
      await close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

export async function queryPostgres(url: string, sql: string): Promise<(string | null)[][]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("set timezone = 'UTC'");
    const types = { getTypeParser: () => (value: string) => value } as unknown as pg.CustomTypesConfig;
    const { rows } = await client.query({ text: sql, rowMode: "array", types });
    return rows;
  } finally {
    await client.end();
  }
}

export async function queryDuckDB(file: string, sql: string): Promise<(string | null)[][]> {
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  try {
    await connection.run("set timezone = 'UTC'");
    const reader = await connection.runAndReadAll(sql);
    return reader.getRows().map((row) => row.map((value) => (value === null ? null : String(value))));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** A folder that the server's user can enter too. */
export async function openFolder() {
  const path = await mkdtemp(join(tmpdir(), "engine é-"));
  await chmod(path, 0o755);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) };
}

export const signal = new AbortController().signal;

export const plain: TableShape = {
  columns: [],
  indexes: [],
  primaryKey: [],
  unlogged: false,
  partitionBy: undefined,
  clusterBy: [],
  labels: {},
};

/** A table `numbers` with `i` from 1 to `rowCount`. */
export async function makeNumbers(
  engine: Engine,
  folder: string,
  { dataset, rowCount }: { dataset: string; rowCount: number },
) {
  const file = join(folder, "numbers.csv");
  const sink = openRowFile(file, "numbers", [{ name: "i", type: "int64", description: undefined }]);
  for (let i = 1; i <= rowCount; i += 1) await sink.write([i]);
  await sink.close();
  await engine.load(file, { dataset, name: "numbers" }, { columns: [{ name: "i", type: { kind: "int64" } }], signal });
  await rm(file);
}
