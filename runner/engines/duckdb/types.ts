import type { CrossingColumn, CrossingType } from "../engine.ts";

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The DuckDB type that holds a crossing type. BigQuery's TIMESTAMP is an instant, so it is TIMESTAMPTZ. */
export function duckdbType(type: CrossingType): string {
  switch (type.kind) {
    case "int64":
      return "BIGINT";
    case "bool":
      return "BOOLEAN";
    case "string":
      return "VARCHAR";
    case "bytes":
      return "BLOB";
    case "date":
      return "DATE";
    case "timestamp":
      return "TIMESTAMPTZ";
    case "numeric":
      return `DECIMAL(${type.precision}, ${type.scale})`;
    default:
      return type satisfies never;
  }
}

/** The GoogleSQL name of a DuckDB type, as the header of a warehouse model writes it. */
export function googleType(type: string): string {
  switch (type) {
    case "TINYINT":
    case "SMALLINT":
    case "INTEGER":
    case "BIGINT":
      return "int64";
    case "BOOLEAN":
      return "bool";
    case "VARCHAR":
      return "string";
    case "BLOB":
      return "bytes";
    case "DATE":
      return "date";
    case "TIME":
      return "time";
    case "TIMESTAMP WITH TIME ZONE":
      return "timestamp";
    case "TIMESTAMP":
      return "datetime";
    case "DOUBLE":
    case "FLOAT":
      return "float64";
    case "DECIMAL(38,9)":
      return "numeric";
    default:
      if (type.startsWith("DECIMAL(")) return type.replace("DECIMAL", "numeric").replace(",", ", ");
      if (type.endsWith("[]")) return `array<${googleType(type.slice(0, -2))}>`;
      return type.toLowerCase();
  }
}

/** Canonical text of a value for the checksum (engines/canonical.ts). */
function canonicalText({ name, type }: CrossingColumn): string {
  const column = quoteName(name);
  switch (type.kind) {
    case "int64":
    case "date":
      return `coalesce(${column}::varchar, '~')`;
    case "bool":
      return `case when ${column} is null then '~' when ${column} then 't' else 'f' end`;
    case "string":
      return `coalesce(length(${column}) || ':' || ${column}, '~')`;
    case "bytes":
      return `coalesce(lower(hex(${column})), '~')`;
    case "timestamp":
      return `coalesce(epoch_us(${column})::varchar, '~')`;
    case "numeric":
      return type.scale === 0
        ? `coalesce(${column}::varchar, '~')`
        : `coalesce(rtrim(rtrim(${column}::varchar, '0'), '.'), '~')`;
    default:
      return type satisfies never;
  }
}

/** SELECT list of (row count, checksum) over a relation with these columns. */
export function countAndChecksum(columns: readonly CrossingColumn[]): string {
  const text = columns.map(canonicalText).join(" || ',' || ");
  return `count(*)::varchar, coalesce(sum(('0x' || substr(md5(${text}), 1, 15))::bigint::hugeint), 0)::varchar`;
}

/** How a column is written to a transfer file. */
export function exported({ name, type }: CrossingColumn): string {
  const column = quoteName(name);
  switch (type.kind) {
    case "bytes":
      return `'\\x' || lower(hex(${column})) as ${column}`;
    case "timestamp":
    case "date":
    case "bool":
      return `${column}::varchar as ${column}`;
    default:
      return column;
  }
}

/** A column as read_csv is told to read it, and how it becomes the stored value. */
export function imported({ name, type }: CrossingColumn): { read: string; stored: string } {
  const column = quoteName(name);
  if (type.kind === "bytes") return { read: "VARCHAR", stored: `unhex(substr(${column}, 3)) as ${column}` };
  return { read: duckdbType(type), stored: column };
}
