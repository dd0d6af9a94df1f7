import { EngineError } from "../../errors.ts";
import type { Uncrossable } from "../canonical.ts";
import type { CrossingColumn, CrossingType } from "../engine.ts";

/** Throws where Postgres would cut the name off, which no later statement would find again. */
export function quoteName(name: string): string {
  if (Buffer.byteLength(name) > 63)
    throw new EngineError(`a name in Postgres has at most 63 bytes, which ${name} exceeds`);
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

/** The name of a type as a header writes it, from what format_type() says, or pg_type. */
export function headerType(type: string): string {
  return headerTypes[type] ?? type;
}

const headerTypes: Record<string, string> = {
  "timestamp with time zone": "timestamptz",
  "timestamp without time zone": "timestamp",
  "character varying": "varchar",
  int8: "bigint",
  int4: "integer",
  int2: "smallint",
  bool: "boolean",
  float8: "double precision",
  float4: "real",
};

/** Canonical text of a value for the checksum (engines/canonical.ts), null for NULL. An address is text the moment it crosses. */
function canonicalText({ name, type }: CrossingColumn): string {
  const column = quoteName(name);
  switch (type.kind) {
    case "int64":
    case "date":
      return `${column}::text`;
    case "bool":
      return `case when ${column} then 't' when not ${column} then 'f' end`;
    case "string":
      return `replace(${column}::text, '~', '~~')`;
    case "bytes":
      return `encode(${column}, 'hex')`;
    case "timestamp":
      return `case when isfinite(${column}) then (extract(epoch from ${column}) * 1000000)::bigint::text end`;
    case "numeric":
      return `trim_scale(${column})::text`;
    default:
      return type satisfies never;
  }
}

/**
 * Answers row count, checksum, and how many rows have each of the values that can't cross. From PostgreSQL 18 on (`version`
 * 180000) bytes cast to an integer, which is quicker than reading hex digits.
 */
export function countStatement(
  relation: string,
  {
    columns,
    uncrossable,
    version,
  }: { columns: readonly CrossingColumn[]; uncrossable: readonly Uncrossable[]; version: number },
): string {
  const text = columns.map((column) => `coalesce(${canonicalText(column)}, '~0')`).join(" || '~,' || ");
  const digits =
    version >= 180000
      ? `substr(decode(md5(${text}), 'hex'), 1, 8)::bigint >> 4 & x'0fffffffffffffff'::bigint`
      : `('x' || substr(md5(${text}), 1, 15))::bit(60)::bigint`;
  const counts = uncrossable.map(({ condition }) => `, count(*) filter (where ${condition})`).join("");
  return `select count(*), coalesce(sum(${digits}), 0)${counts} from ${relation}`;
}

/** What of these columns could not cross (engines/canonical.ts). */
export function uncrossable(columns: readonly CrossingColumn[]): Uncrossable[] {
  return columns.flatMap((column) => {
    const found = uncrossableValue(column);
    return found ? [{ column: column.name, ...found }] : [];
  });
}

function uncrossableValue({ name, type }: CrossingColumn): { condition: string; what: string } | undefined {
  const column = quoteName(name);
  switch (type.kind) {
    case "date":
      return { condition: `${column} not between '0001-01-01' and '9999-12-31'`, what: outsideYears };
    case "timestamp":
      return {
        condition: `${column} not between '0001-01-01 00:00:00+00' and '9999-12-31 23:59:59.999999+00'`,
        what: outsideYears,
      };
    case "numeric":
      return {
        condition: `${column} in ('NaN', 'Infinity', '-Infinity') or scale(trim_scale(${column})) > ${type.scale}`,
        what: `NaN, infinite or with more than ${type.scale} decimals`,
      };
    default:
      return undefined;
  }
}

const outsideYears = "infinite or outside the years 1 to 9999";

/** How a column is written to a transfer file: COPY's own text of the type, with addresses as text. */
export function exported({ name, type }: CrossingColumn): string {
  const column = quoteName(name);
  return type.kind === "string" ? `${column}::text` : column;
}
