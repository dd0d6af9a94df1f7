import type { Model, Side } from "../project/model.ts";

/** A table or view; `dataset` is a schema in Postgres and DuckDB, a dataset in BigQuery. */
export type Relation = { dataset: string; name: string };

/** The types that cross engines. Addresses travel as string; floats are not among them. */
export type CrossingType =
  | { kind: "int64" | "bool" | "string" | "bytes" | "date" | "timestamp" }
  | { kind: "numeric"; precision: number; scale: number };

export type CrossingColumn = { name: string; type: CrossingType };

/**
 * Rows of a relation, and the sum over its rows of the first 15 hex digits of md5 of the canonical row text, as decimal text.
 * Empty: 0n and "0". Every engine computes both alike (engines/canonical.ts).
 */
export type Counted = { rowCount: bigint; checksum: string };

export type ResultColumn = { name: string; type: string };

/** Values as the engine's canonical text, null for NULL: numbers and times lose nothing on the way to a person. */
export type Result = { columns: ResultColumn[]; rows: (string | null)[][] };

/** What a model's table is made of, in the engine's own words for types. */
export type TableShape = Pick<
  Model,
  "indexes" | "primaryKey" | "unlogged" | "partitionBy" | "clusterBy" | "labels" | "columns"
>;

export type Comments = { table: string | undefined; columns: Record<string, string> };

/** Runs statements in the engine's own SQL; what records/ is written against. `params` are `?` in order. */
export type Database = {
  run(sql: string, params?: readonly (string | number | bigint | boolean | null)[]): Promise<void>;
  all(sql: string, params?: readonly (string | number | bigint | boolean | null)[]): Promise<(string | null)[][]>;
};

/**
 * One database of the graph. Model SQL is what a person wrote, with relations named by `quoted`; everything that differs
 * between databases is behind these methods. Every method that runs a query takes the signal and cancels on the server.
 * All throw EngineError, with the offset into the given SQL where the database names a place.
 */
export type Engine = AsyncDisposable & {
  readonly name: "postgres" | "duckdb" | "bigquery";
  readonly side: Side;
  /** Tables are reusable only under the same identity: the cluster of a Postgres; constant for a warehouse. */
  readonly identity: string;
  /** How many statements it is given at once. */
  readonly parallel: number;
  /** A folder in which a server on this machine reads and writes transfer files itself; undefined: rows go through this process. */
  readonly sharedFolder: string | undefined;

  /** The relation as model SQL of this side spells it. */
  quoted(relation: Relation): string;
  /** Names of datasets that begin with `prefix`. */
  datasets(prefix: string): Promise<string[]>;
  createDataset(dataset: string): Promise<void>;
  dropDataset(dataset: string): Promise<void>;
  dropRelation(relation: Relation): Promise<void>;
  /** What stands in these datasets, and still has its rows. */
  relations(datasets: readonly string[]): Promise<(Relation & { kind: "table" | "view" })[]>;
  /** Columns in order, with the type as a header of this side would write it; empty where there is no such relation. */
  columns(relation: Relation): Promise<ResultColumn[]>;

  /** Leaves either the whole table, with keys, indexes and statistics, or nothing. */
  createTable(relation: Relation, query: string, options: { shape: TableShape; signal: AbortSignal }): Promise<bigint>;
  createView(relation: Relation, query: string): Promise<void>;
  setComments(relation: Relation & { kind: "table" | "view" }, comments: Comments): Promise<void>;
  /** Does the query run? Throws with the position where it does not; nothing is kept. */
  explain(query: string): Promise<void>;
  /** At most `limit` rows of model SQL, in the query's order. */
  rows(query: string, options: { limit?: number; signal: AbortSignal }): Promise<Result>;
  /** Rows that each query returns, counted by one statement. */
  countRows(queries: readonly string[], options: { signal: AbortSignal }): Promise<bigint[]>;

  /** Counts what a transfer of these columns sends; throws where a value can't cross (engines/canonical.ts). */
  count(relation: Relation, options: { columns: readonly CrossingColumn[]; signal: AbortSignal }): Promise<Counted>;
  /** Writes the columns of a table or view to a transfer file or into a pipe, in no promised order; answers the rows written. */
  exportTo(
    file: string,
    relation: Relation,
    options: { columns: readonly CrossingColumn[]; signal: AbortSignal },
  ): Promise<bigint>;
  /**
   * Makes the table from a transfer file or pipe: the whole of it or nothing. Says what arrived, computed over the table;
   * `accept` hears it before anyone can see the table, which is gone where it throws. Throws RowTooLongError where a pipe has a
   * longer row than was prepared for; `longRows` prepares for longer ones (100 MB) at the cost of memory.
   */
  load(
    file: string,
    relation: Relation,
    options: {
      columns: readonly CrossingColumn[];
      signal: AbortSignal;
      accept?: (arrived: Counted) => Promise<void>;
      longRows?: boolean;
    },
  ): Promise<Counted>;
};

/** What the stable dataset is to show: views by name, each reading one built table. */
export type StableView = { name: string; reads: Relation; columns: string[]; comments: Comments };

/** The engine that holds the stable dataset and the records. */
export type Warehouse = Engine & {
  readonly database: Database;
  /** Views of the stable dataset, and anything else that stands there. */
  stableObjects(dataset: string): Promise<{ name: string; kind: "table" | "view"; reads: Relation | undefined }[]>;
  /**
   * Makes the stable dataset show exactly `views`. DuckDB does all of it, `record` included, in one transaction; BigQuery swaps
   * each view atomically but not the set.
   */
  swapViews(
    dataset: string,
    views: readonly StableView[],
    options: { record: (database: Database) => Promise<void> },
  ): Promise<void>;
};
