import { EngineError } from "../errors.ts";
import type { Column } from "../project/model.ts";
import type { CrossingColumn, CrossingType, Relation } from "./engine.ts";

/*
 * The one text of each value that all engines agree on.
 *
 * Transfer file: CSV in UTF-8, comma, LF, no header, NULL is the unquoted empty field, the empty string a quoted one; a bool is
 * `true`/`false` or `t`/`f`, a date `YYYY-MM-DD`, a timestamp `YYYY-MM-DD hh:mm:ss.ffffff+00` (UTC), bytes `\x` and hex digits.
 *
 * Row text for the checksum: the values joined by `~,`; NULL is `~0` and `~` in a text is doubled, so that no two rows have one
 * text. Bytes are hex digits, a bool is `t`/`f`, a date is itself, a timestamp is microseconds since 1970 UTC, a numeric has no
 * zeros at its end.
 *
 * What BigQuery can't hold does not cross: dates and times outside the years 1 to 9999, NaN and infinities. Nor does the
 * character NUL, which Postgres can't hold. The side that sends names the column.
 */

/** The type in which a column of either side's dialect crosses, or what to do where it can't. */
export function crossingType(declared: string): CrossingType | { refused: string } {
  const type = declared.toLowerCase().replace(/\s+/g, " ").trim();
  const numeric = /^(?:numeric|decimal|bignumeric) ?(?:\( ?(\d+) ?(?:, ?(\d+) ?)?\))?$/.exec(type);
  if (numeric) {
    const precision = numeric[1] === undefined ? 38 : Number(numeric[1]);
    const scale = numeric[1] === undefined ? 9 : Number(numeric[2] ?? 0);
    if (precision > 38) return { refused: `numeric of ${precision} digits does not cross, 38 is the most` };
    if (scale > precision)
      return { refused: `numeric with more decimals (${scale}) than digits (${precision}) does not cross` };
    return { kind: "numeric", precision, scale };
  }
  switch (type) {
    case "bigint":
    case "int8":
    case "integer":
    case "int":
    case "int4":
    case "smallint":
    case "int2":
    case "int64":
      return { kind: "int64" };
    case "boolean":
    case "bool":
      return { kind: "bool" };
    case "text":
    case "varchar":
    case "character varying":
    case "string":
    case "cidr":
    case "inet":
      return { kind: "string" };
    case "bytea":
    case "bytes":
      return { kind: "bytes" };
    case "date":
      return { kind: "date" };
    case "timestamp with time zone":
    case "timestamptz":
    case "timestamp":
      return { kind: "timestamp" };
    default:
      return { refused: `type ${declared} does not cross` };
  }
}

/** The columns of a model's copy in the other engine: those that cross, in their order. Throws where a type can't. */
export function crossingColumns(
  model: string,
  columns: readonly Pick<Column, "name" | "type" | "crosses">[],
): CrossingColumn[] {
  return columns
    .filter((column) => column.crosses)
    .map((column) => {
      const type = crossingType(column.type);
      if ("refused" in type)
        throw new EngineError(
          `${model}.${column.name}: ${type.refused}; say crosses: false to leave the column out of the copy`,
        );
      return { name: column.name, type };
    });
}

/** A value of the column that can't cross: a condition on a row in the engine's SQL, and how to call such a value. */
export type Uncrossable = { column: string; condition: string; what: string };

/** Throws where `counts`, how many rows have each of these values, are not all 0. */
export function refuseUncrossable(
  { dataset, name }: Relation,
  uncrossable: readonly Uncrossable[],
  counts: readonly (string | null)[],
): void {
  const found = uncrossable.flatMap(({ column, what }, index) =>
    Number(counts[index]) > 0 ? [`${dataset}.${name}.${column} has ${counts[index]} values ${what}`] : [],
  );
  if (found.length > 0) throw new EngineError(`${found.join("; ")}, which do not cross engines`);
}
