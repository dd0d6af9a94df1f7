import { EngineError } from "../errors.ts";
import type { Column } from "../project/model.ts";
import type { CrossingColumn, CrossingType } from "./engine.ts";

/*
 * The one text of each value that all engines agree on.
 *
 * Transfer file: CSV in UTF-8, comma, LF, no header, NULL is the unquoted empty field, text is always quoted; a bool is
 * `true`/`false`, a date `YYYY-MM-DD`, a timestamp `YYYY-MM-DD hh:mm:ss.ffffff+00` (UTC), bytes `\x` and hex digits.
 *
 * Row text for the checksum: the values joined by a comma; NULL is `~`, text is its length in code points, a colon and itself
 * (so that no two rows have one text), bytes are hex digits, a bool is `t`/`f`, a date is itself, a timestamp is microseconds
 * since 1970 UTC, a numeric has no trailing zeros.
 */

/** The type in which a column of either side's dialect crosses, or what to do where it can't. */
export function crossingType(declared: string): CrossingType | { refused: string } {
  const type = declared.toLowerCase().replace(/\s+/g, " ").trim();
  const numeric = /^(?:numeric|decimal|bignumeric) ?(?:\( ?(\d+) ?(?:, ?(\d+) ?)?\))?$/.exec(type);
  if (numeric) {
    const precision = numeric[1] === undefined ? 38 : Number(numeric[1]);
    const scale = numeric[1] === undefined ? 9 : Number(numeric[2] ?? 0);
    if (precision > 38) return { refused: `numeric of ${precision} digits does not cross, 38 is the most` };
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
export function crossingColumns(model: string, columns: readonly Pick<Column, "name" | "type" | "crosses">[]): CrossingColumn[] {
  return columns
    .filter((column) => column.crosses)
    .map((column) => {
      const type = crossingType(column.type);
      if ("refused" in type)
        throw new EngineError(`${model}.${column.name}: ${type.refused}; say crosses: false to leave the column out of the copy`);
      return { name: column.name, type };
    });
}
