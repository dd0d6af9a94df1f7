import type { Uncrossable } from "../canonical.ts";
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
      return `coalesce(${column}::varchar, '~0')`;
    case "bool":
      return `case when ${column} then 't' when not ${column} then 'f' else '~0' end`;
    case "string": // replace() costs more than all the rest and is needed nearly never
      return `coalesce(if(contains(${column}, '~'), replace(${column}, '~', '~~'), ${column}), '~0')`;
    case "bytes":
      return `coalesce(lower(hex(${column})), '~0')`;
    case "timestamp":
      return `coalesce(if(isfinite(${column}), epoch_us(${column}), null)::varchar, '~0')`;
    case "numeric": {
      const text = `${column}::varchar`;
      const trimmed = type.scale === 0 ? text : `rtrim(rtrim(${text}, '0'), '.')`;
      const withZero = `regexp_replace(${trimmed}, '^(-?)(\\.|$)', '\\10\\2')`; // DuckDB leaves it out where all digits are decimals
      return `coalesce(${type.precision === type.scale ? withZero : trimmed}, '~0')`;
    }
    default:
      return type satisfies never;
  }
}

/**
 * Answers row count, checksum, and how many rows have each of the values that can't cross. The first 15 hex digits of md5 are
 * taken from md5_number, which has the bytes in reverse: turning them around takes a quarter of the time of cutting and reading
 * the digits.
 */
export function countStatement(
  relation: string,
  { columns, uncrossable }: { columns: readonly CrossingColumn[]; uncrossable: readonly Uncrossable[] },
): string {
  const text = `concat(${columns.map(canonicalText).join(", '~,', ")})`;
  const bytes = [0, 1, 2, 3, 4, 5, 6].map(
    (byte) => `((("md5 of row" >> ${8 * byte}) & 255)::bigint << ${52 - 8 * byte})`,
  );
  const digits = [...bytes, `("md5 of row" >> 60)::bigint`].join(" | ");
  const counts = uncrossable.map(({ condition }) => `, count(*) filter (where ${condition})`).join("");
  return (
    `select count(*)::varchar, coalesce(sum(${digits}), 0)::varchar${counts} ` +
    `from (select *, (md5_number(${text}) & 18446744073709551615::uhugeint)::ubigint as "md5 of row" from ${relation})`
  );
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
    case "string":
      return { condition: `contains(${column}, chr(0))`, what: "with a NUL character, which Postgres can't hold" };
    case "date":
      return { condition: `${column} not between '0001-01-01' and '9999-12-31'`, what: outsideYears };
    case "timestamp":
      return {
        condition: `${column} not between '0001-01-01 00:00:00+00' and '9999-12-31 23:59:59.999999+00'`,
        what: outsideYears,
      };
    default:
      return undefined;
  }
}

const outsideYears = "infinite or outside the years 1 to 9999";

/** How a column is written to a transfer file. */
export function exported({ name, type }: CrossingColumn): string {
  const column = quoteName(name);
  switch (type.kind) {
    case "bytes":
      return `'\\x' || lower(hex(${column})) as ${column}`;
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
