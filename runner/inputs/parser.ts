/** A value as a parser hands it over: text for every type but int64 (bigint or number) and bool; null is NULL. */
export type Value = string | number | bigint | boolean | null;

/** A file that an input resolved to: `path` is absolute, `name` its last part. */
export type InputFile = { path: string; name: string };

/** Takes the rows of one table, in the order of the declared columns; await the answer, it holds the writer back. */
export type RowSink = { write(row: readonly Value[]): void | Promise<void> };

/**
 * What `sources/<name>/parser.ts` exports by default. It reads its inputs in a stream and writes every row of every table that
 * `out` names, in the declared order of columns. It throws an Error that names file and line where a file cannot be used.
 * Same inputs and vars, same rows in the same order. It runs in a worker thread and sees no database and no environment.
 */
export type Parser = (work: {
  inputs: Record<string, InputFile[]>;
  vars: Record<string, unknown>;
  out: Record<string, RowSink>;
}) => Promise<void>;

/**
 * What a bundled input's generator exports by default: writes the files of the input into `folder` (empty before), from the
 * files of the inputs it reads and the vars it names. Deterministic. It runs in a worker thread.
 */
export type Generator = (work: {
  folder: string;
  inputs: Record<string, InputFile[]>;
  vars: Record<string, unknown>;
}) => Promise<void>;
