import {
  DuckDBBlobValue,
  type DuckDBConnection,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBInstance,
  DuckDBListValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  type DuckDBType,
  type DuckDBValue,
} from "@duckdb/node-api";
import { preludeSql } from "../../../runner/engines/duckdb/googlesql.ts";

/** A value as test/googlesql/README.md writes it. */
export type Answer = null | boolean | number | string | { hex: string } | Answer[];

/** A database of its own with the functions of GoogleSQL; the session's time zone is far from UTC on purpose. */
export async function openWithFunctions(): Promise<DuckDBConnection & AsyncDisposable> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run("set global timezone = 'America/Los_Angeles'");
  await connection.run(preludeSql());
  return Object.assign(connection, {
    async [Symbol.asyncDispose]() {
      connection.closeSync();
      instance.closeSync();
    },
  });
}

export async function answersOf(
  connection: DuckDBConnection,
  sql: string,
): Promise<{ rows: Answer[][]; types: string[] }> {
  const reader = await connection.runAndReadAll(sql);
  return { rows: reader.getRows().map((row) => row.map(answerOf)), types: reader.columnTypes().map(googleSqlType) };
}

function answerOf(value: DuckDBValue): Answer {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "bigint") return value >= -(2n ** 53n) && value <= 2n ** 53n ? Number(value) : String(value);
  if (typeof value === "number")
    return Number.isFinite(value) ? value : Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  if (value instanceof DuckDBListValue) return value.items.map(answerOf);
  if (value instanceof DuckDBStructValue) return Object.values(value.entries).map(answerOf);
  if (value instanceof DuckDBBlobValue) return { hex: Buffer.from(value.bytes).toString("hex") };
  if (value instanceof DuckDBDecimalValue) return decimalText(value.value, value.scale);
  if (value instanceof DuckDBDateValue) return momentText(BigInt(value.days) * 86_400_000_000n).slice(0, 10);
  if (value instanceof DuckDBTimestampTZValue) return `${momentText(value.micros)}+00`;
  if (value instanceof DuckDBTimestampValue) return momentText(value.micros);
  if (value instanceof DuckDBTimeValue) return momentText(value.micros).slice(11);
  throw new TypeError(`no text for ${String(value)}`);
}

function decimalText(scaled: bigint, scale: number): string {
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(scale + 1, "0");
  const text = `${digits.slice(0, digits.length - scale)}.${digits.slice(digits.length - scale)}`;
  return (scaled < 0n ? "-" : "") + text.replace(/\.?0*$/, "");
}

function momentText(micros: bigint): string {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const iso = new Date(Number((micros - fraction) / 1000n)).toISOString();
  const year =
    iso.startsWith("+") || iso.startsWith("-") ? iso.slice(1, 7).replace(/^0+(?=\d{4})/, "") : iso.slice(0, 4);
  const digits =
    fraction % 1000n === 0n ? String(fraction / 1000n).padStart(3, "0") : String(fraction).padStart(6, "0");
  return `${year}-${iso.slice(-19, -14)} ${iso.slice(-13, -5)}${fraction === 0n ? "" : `.${digits}`}`;
}

function googleSqlType(type: DuckDBType): string {
  const name = String(type);
  if (name.endsWith("[]")) return `ARRAY<${name.startsWith("STRUCT") ? "STRUCT" : (names[name.slice(0, -2)] ?? name)}>`;
  return name.startsWith("STRUCT") ? "STRUCT" : (names[name] ?? name);
}

const names: Record<string, string> = {
  BIGINT: "INT64",
  DOUBLE: "FLOAT64",
  "DECIMAL(38,9)": "NUMERIC",
  BOOLEAN: "BOOL",
  VARCHAR: "STRING",
  BLOB: "BYTES",
  DATE: "DATE",
  "TIMESTAMP WITH TIME ZONE": "TIMESTAMP",
  TIMESTAMP: "DATETIME",
  TIME: "TIME",
};

/** Equal, where the last digits of a float may differ: libraries round logarithms and powers in their own way. */
export function isSame(left: Answer | Answer[][], right: Answer | Answer[][]): boolean {
  if (typeof left === "number" && typeof right === "number")
    return left === right || Math.abs(left - right) <= 4e-15 * Math.max(Math.abs(left), Math.abs(right));
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((value, index) => isSame(value, right[index]!));
  return JSON.stringify(left) === JSON.stringify(right);
}
