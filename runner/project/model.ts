import type { Mistake, Place } from "../errors.ts";

/** The two ends of the graph; which database answers as the warehouse is the target's choice. */
export const sides = ["postgres", "warehouse"] as const;
export type Side = (typeof sides)[number];

export const materializations = ["table", "view", "ephemeral"] as const;
export type Materialization = (typeof materializations)[number];

/**
 * What a column says of personal data. `personal` is what holds where nothing is said: masked when shown, never published.
 * The others are declassifiers; `minGroup` is the smallest number that `size`, a column of the same model, may have.
 */
export type Pii =
  | { kind: "none" }
  | { kind: "personal" }
  | { kind: "aggregate"; minGroup: number; size: string }
  | { kind: "keyed_hash"; detail: unknown }
  | { kind: "truncate"; detail: unknown };

/** `type` is as written in the header, in the dialect of the model's folder: `cidr`, `bigint`, `int64`, `numeric(38, 9)`. */
export type Column = {
  name: string;
  type: string;
  description: string | undefined;
  pii: Pii;
  /** False: the column stays in its engine and is left out of the transferred copy. */
  crosses: boolean;
  place: Place;
};

export const testKinds = ["unique", "not_null", "accepted_values", "relationships", "expression"] as const;
export type TestKind = (typeof testKinds)[number];

/** A test of one model's rows; it fails by the rows it finds. `name` is unique in the project: `not_null_vendors_asn`. */
export type Test = {
  name: string;
  model: string;
  kind: TestKind;
  columns: string[];
  values: (string | number | boolean)[] | undefined;
  to: { model: string; column: string } | undefined;
  /** For `expression`: a condition over one row, true where the row is good; null counts as a failure. */
  expression: string | undefined;
  where: string | undefined;
  severity: "error" | "warn";
  warnIf: Threshold;
  errorIf: Threshold;
  place: Place;
};

/** A bound on the number of failing rows: `{operator: ">", value: 10}` is written `">10"`. */
export type Threshold = { operator: ">" | ">=" | "=" | "!=" | "<" | "<="; value: number };

/**
 * The SQL of a template, cut into pieces, each with the place it came from. Joining them with a name for each reference and a
 * literal for each var gives the text that an engine is sent; the same pieces lead an error back into the file.
 */
export type Piece =
  | { kind: "text"; text: string; place: Place }
  | { kind: "ref"; name: string; place: Place }
  | { kind: "source"; source: string; table: string; place: Place }
  | { kind: "var"; name: string; type: string; place: Place }
  | { kind: "ident"; text: string; place: Place }
  | { kind: "this"; place: Place };

export type Index = { columns: string[]; unique: boolean; using: string | undefined };

/** Which checks a file passed, and what of it a plan needs, all without a database. */
export type Model = {
  name: string;
  side: Side;
  /** Relative to the project folder, with `/`. */
  file: string;
  description: string | undefined;
  materialized: Materialization;
  grain: string[];
  published: boolean;
  exported: boolean;
  summary: boolean;
  tags: string[];
  /** Declared columns in order; empty where none are declared. */
  columns: Column[];
  tests: Test[];
  indexes: Index[];
  primaryKey: string[];
  unlogged: boolean;
  partitionBy: string | undefined;
  clusterBy: string[];
  labels: Record<string, string>;
  /** An environment variable: where it names a dataset, the model is taken from there and not built. */
  takenFrom: { env: string; ifMissing: "fail" | "empty" } | undefined;
  pieces: Piece[];
  /** Names of models and seeds it reads, each once, in the order of first mention, then `depends_on`. */
  reads: string[];
  readsSources: { source: string; table: string }[];
  /** Vars that its template uses, with the declared type. */
  vars: { name: string; type: string }[];
  /** Settings that shape the table, in a canonical text; part of the code fingerprint. */
  shape: string;
  place: Place;
};

/** A query of the project that is not a model: `test/sql/*.sql` (returns the failing rows) or `test/gates/*.sql` ((key, value)). */
export type Query = {
  name: string;
  file: string;
  side: Side;
  description: string | undefined;
  pieces: Piece[];
  reads: string[];
  readsSources: { source: string; table: string }[];
  vars: { name: string; type: string }[];
};

export type SqlTest = Query & {
  /**
   * Run once for each such column, of which `{{ident "column"}}` is the name and `{{this}}` the table; else undefined, and run once.
   */
  forEach: "published text column" | undefined;
  severity: "error" | "warn";
  warnIf: Threshold;
  errorIf: Threshold;
};

/** Limits of a gate; a limit is a number or the name of a var that holds it. `change` is in percent of the live value. */
export type Gate = Query & {
  min: number | undefined;
  max: number | undefined;
  maxChangePercent: number | undefined;
  maxKeysLost: number | undefined;
};

export type { Mistake, Place };
