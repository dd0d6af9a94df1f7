import type { CrossingColumn, CrossingType } from "../engine.ts";

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Sessions run with standard_conforming_strings on, so only the quote itself is special. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function postgresType(type: CrossingType): string {
  switch (type.kind) {
    case "int64":
      return "bigint";
    case "bool":
      return "boolean";
    case "string":
      return "text";
    case "bytes":
      return "bytea";
    case "date":
      return "date";
    case "timestamp":
      return "timestamptz";
    case "numeric":
      return `numeric(${type.precision}, ${type.scale})`;
    default:
      return type satisfies never;
  }
}

/** The name of a type as a header writes it, from what format_type() says. */
export function headerType(type: string): string {
  switch (type) {
    case "timestamp with time zone":
      return "timestamptz";
    case "timestamp without time zone":
      return "timestamp";
    case "character varying":
      return "varchar";
    default:
      return type;
  }
}

/** Canonical text of a value for the checksum (engines/canonical.ts). A cidr or inet is text the moment it crosses. */
function canonicalText({ name, type }: CrossingColumn): string {
  const column = quoteName(name);
  switch (type.kind) {
    case "int64":
    case "date":
      return `coalesce(${column}::text, '~')`;
    case "bool":
      return `case when ${column} is null then '~' when ${column} then 't' else 'f' end`;
    case "string":
      return `coalesce(length(${column}::text) || ':' || ${column}::text, '~')`;
    case "bytes":
      return `coalesce(encode(${column}, 'hex'), '~')`;
    case "timestamp":
      return `coalesce((extract(epoch from ${column}) * 1000000)::bigint::text, '~')`;
    case "numeric":
      return `coalesce(trim_scale(${column})::text, '~')`;
    default:
      return type satisfies never;
  }
}

/** SELECT list of (row count, checksum) over a relation with these columns. */
export function countAndChecksum(columns: readonly CrossingColumn[]): string {
  const text = columns.map(canonicalText).join(" || ',' || ");
  return `count(*)::text, coalesce(sum(('x' || substr(md5(${text}), 1, 15))::bit(60)::bigint), 0)::text`;
}

/** How a column is written to a transfer file: COPY's own text of the type, with addresses as text. */
export function exported({ name, type }: CrossingColumn): string {
  const column = quoteName(name);
  return type.kind === "string" ? `${column}::text` : column;
}
