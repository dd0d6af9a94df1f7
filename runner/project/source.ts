import type { Place } from "../errors.ts";

/** Types of loaded tables, the ones that cross engines: int64, bool, string, bytes, date, timestamp, numeric(p, s). */
export type LoadedColumn = { name: string; type: string; description: string | undefined };

/**
 * Where one input of a source comes from. Its name is the name of the var that points at it (`--vars 'routes: [a.dat]'`).
 * `bundled` is what the target that says `inputs: bundled` uses: files in the project or in an npm package, or a generator.
 */
export type Input = {
  name: string;
  kind: "file" | "files" | "folder";
  /** One sentence for a person: what to put there. */
  what: string;
  /** Only for a folder: which file names belong to it, matched against the whole name. */
  pattern: RegExp | undefined;
  /** False: recorded by hash, never copied into the store (personal data). */
  keep: boolean;
  bundled: { files: string[] } | { generator: string; reads: string[]; vars: string[] } | undefined;
};

export type SourceTable = {
  name: string;
  description: string | undefined;
  columns: LoadedColumn[];
  /** Rows that could not be used, with their reason: the report says how many. */
  rejects: boolean;
};

/** Data from outside, declared in `sources/<name>/source.yaml`. */
export type Source = {
  name: string;
  file: string;
  description: string | undefined;
  /** Shown after a build that used it; licences of some sources demand it. */
  attribution: string[];
  inputs: Input[];
  tables: SourceTable[];
  tags: string[];
  /** File of the parser, relative to the project folder; its text is part of the parser fingerprint. */
  parser: string;
  /** Vars that the parser is given. */
  vars: string[];
  place: Place;
};

/** A source as a cache can hold it: its patterns are text. */
export type KeptSource = Omit<Source, "inputs"> & {
  inputs: (Omit<Input, "pattern"> & { pattern: string | undefined })[];
};

export function withPatterns(source: KeptSource): Source {
  const inputs = source.inputs.map((input) => ({
    ...input,
    pattern: input.pattern === undefined ? undefined : new RegExp(input.pattern, "u"),
  }));
  return { ...source, inputs };
}
