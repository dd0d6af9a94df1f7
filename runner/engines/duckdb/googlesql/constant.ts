import type { Context } from "./context.ts";
import { dateLiteral, datetimeLiteral, numericLiteral, timeLiteral, timestampLiteral } from "./literal.ts";
import { mistaken, refused } from "./refusal.ts";
import type { Expression } from "./tree.ts";
import { float64, int64, scalar } from "./type.ts";
import type { Value } from "./value.ts";

export function integerValue(value: bigint, at: number): Value {
  if (value >= 2n ** 63n || value < -(2n ** 63n)) throw mistaken(String(value), at, "is no INT64", "use NUMERIC '...'");
  return { sql: `CAST(${value} AS BIGINT)`, type: int64, at, literal: { kind: "integer", value }, leaf: true };
}

export function floatValue(written: string, at: number): Value {
  const value = Number(written);
  if (!Number.isFinite(value)) throw mistaken(written, at, "is no FLOAT64");
  return { sql: `CAST('${written}' AS DOUBLE)`, type: float64, at, literal: { kind: "float", value }, leaf: true };
}

export function bytesSql(value: string): string {
  return `unhex('${Buffer.from(value, "latin1").toString("hex")}')`;
}

export function typedLiteral({ type, value, at }: Expression & { kind: "typed" }, context: Context): Value {
  const readers: Record<string, (value: string) => string | undefined> = {
    DATE: dateLiteral,
    TIMESTAMP: timestampLiteral,
    DATETIME: datetimeLiteral,
    TIME: timeLiteral,
    NUMERIC: numericLiteral,
    DECIMAL: numericLiteral, // biome-ignore format: a table
  };
  const reader = readers[type];
  if (reader === undefined) throw refused(`a ${type} literal`, at, "use NUMERIC, STRING or INT64");
  const sql = reader(value);
  context.form(`${type} '...'`);
  if (sql === undefined) {
    if (type === "TIMESTAMP" && /[A-Za-z]{2}/.test(value))
      throw refused(`the time zone in TIMESTAMP '${value}'`, at, "write the offset, +00");
    throw mistaken(`${type} '${value}'`, at, `can't be read as ${type}`);
  }
  return { sql, type: scalar(type === "DECIMAL" ? "NUMERIC" : (type as "DATE")), at, leaf: true };
}
