import type { Context } from "./context.ts";
import { operand } from "./expression.ts";
import { refused } from "./refusal.ts";
import type { Expression } from "./tree.ts";
import { duckdbType, type Kind, nameOfType, quotedText, sameType, scalar, type Type, typeOf } from "./type.ts";
import { coerced, describeType, nullValue, type Value } from "./value.ts";

/** Casts that are proven: from, to, the SQL, and the SQL of SAFE_CAST where it differs. `$` is the operand. */
const casts: readonly [from: Kind, to: Kind, sql: string, safe?: string][] = [
  ["STRING", "INT64", "bq_int64($)", "bq_safe_int64($)"],
  ["STRING", "FLOAT64", "bq_float64($)", "bq_safe_float64($)"],
  ["STRING", "NUMERIC", "bq_numeric($)", "bq_safe_numeric($)"],
  ["STRING", "BOOL", "bq_bool($)", "bq_safe_bool($)"],
  ["STRING", "DATE", "bq_date($)", "bq_safe_date($)"],
  ["STRING", "TIMESTAMP", "bq_timestamp($)", "bq_safe_timestamp($)"],
  ["STRING", "DATETIME", "bq_datetime($)", "bq_safe_datetime($)"],
  ["STRING", "BYTES", "encode($)"],
  ["BYTES", "STRING", "decode($)", "TRY(decode($))"],
  ["INT64", "STRING", "CAST($ AS VARCHAR)"],
  ["INT64", "FLOAT64", "CAST($ AS DOUBLE)"],
  ["INT64", "NUMERIC", "CAST($ AS DECIMAL(38,9))"],
  ["INT64", "BOOL", "($ <> 0)"],
  ["BOOL", "STRING", "CAST($ AS VARCHAR)"],
  ["BOOL", "INT64", "CAST($ AS BIGINT)"],
  ["FLOAT64", "STRING", "bq_float_text($)"],
  ["FLOAT64", "NUMERIC", "bq_float_numeric($)", "bq_safe_float_numeric($)"],
  ["FLOAT64", "INT64", "bq_float_int64($)", "TRY_CAST(round($) AS BIGINT)"],
  ["NUMERIC", "STRING", "bq_numeric_text($)"],
  ["NUMERIC", "INT64", "CAST($ AS BIGINT)", "TRY_CAST($ AS BIGINT)"],
  ["NUMERIC", "FLOAT64", "bq_numeric_float($)"],
  ["DATE", "STRING", "bq_date_text($)"],
  ["DATE", "TIMESTAMP", "bq_instant($)"],
  ["DATE", "DATETIME", "bq_utc($)"],
  ["TIMESTAMP", "STRING", "bq_timestamp_text($)"],
  ["TIMESTAMP", "DATE", "CAST(bq_utc($) AS DATE)"],
  ["TIMESTAMP", "DATETIME", "bq_utc($)"],
  ["DATETIME", "STRING", "bq_datetime_text($)"],
  ["DATETIME", "DATE", "CAST($ AS DATE)"],
  ["DATETIME", "TIMESTAMP", "bq_instant($)"],
];

export const castForms: readonly string[] = casts.flatMap(([from, to]) => [`CAST(${from} AS ${to})`, `SAFE_CAST(${from} AS ${to})`]);

export function castOf({ operand: of, type: name, safe, format, at }: Expression & { kind: "cast" }, context: Context): Value {
  const type = typeOf(name);
  const value = operand(of, context);
  const shown = `${safe ? "SAFE_CAST" : "CAST"}(${describeType(value)} AS ${nameOfType(type)})`;
  if (format) return formatted({ value, type, format, safe, shown, at }, context);
  if (value.literal?.kind === "null") return { ...nullValue(type, at), leaf: true };
  if (value.literal?.kind === "empty array" && type.kind === "ARRAY") return { sql: `CAST([] AS ${duckdbType(type)})`, type, at };
  if (value.type.kind === "UNKNOWN") return castOfUnknown({ value, type, safe, shown, at }, context);
  const { literal: _, items: __, ...plain } = value;
  if (sameType(value.type, type)) return value.type.kind === "STRUCT" ? structAs(value, type, shown, at) : { ...plain, type: value.type, at };
  const found = casts.find(([from, to]) => from === value.type.kind && to === type.kind);
  if (found === undefined) {
    const members = value.items && (type.kind === "ARRAY" || type.kind === "STRUCT") ? coerced(value, type) : undefined;
    if (members) return { ...members, at };
    throw refused(shown, at, "cast to STRING first, or cast the parts one by one");
  }
  const [from, to, plainSql, safeSql] = found;
  context.form(`${safe ? "SAFE_CAST" : "CAST"}(${from} AS ${to})`);
  const template = safe ? (safeSql ?? plainSql) : plainSql;
  const special = (from === "STRING" && to === "FLOAT64") || (value.type.kind === "FLOAT64" && value.type.special === true);
  if (special && from === "FLOAT64" && to !== "STRING") throw refused(`${shown} of a number that may be NaN`, at, "test is_nan(...) first");
  const result: Type = to === "FLOAT64" && special && !isFinite(value) ? { kind: "FLOAT64", special: true } : type;
  return { sql: template.replaceAll("$", () => value.sql), type: result, at };
}

function isFinite(value: Value): boolean {
  return value.literal?.kind === "text" && Number.isFinite(Number(value.literal.value));
}

function structAs(value: Value, type: Type, shown: string, at: number): Value {
  const converted = coerced(value, type);
  if (converted === undefined) throw refused(shown, at, "build the struct anew, struct(x.a as a)");
  return { ...converted, type, at };
}

/** A column whose type is not known here: DuckDB has one macro with a body for each type it may be. */
function castOfUnknown({ value, type, safe, shown, at }: { value: Value; type: Type; safe: boolean; shown: string; at: number }, context: Context): Value {
  if (type.kind === "ARRAY" || type.kind === "STRUCT" || type.kind === "UNKNOWN" || type.kind === "TIME" || type.kind === "JSON") throw refused(shown, at, "cast the parts one by one");
  context.form(`${safe ? "SAFE_CAST" : "CAST"}(column AS ${type.kind})`);
  return { sql: `bq_${safe ? "safe_" : ""}cast_${type.kind.toLowerCase()}(${value.sql})`, type, at };
}

const formats: Record<string, string> = { YYYY: "%Y", MM: "%m", DD: "%d" };

/** CAST ... FORMAT with YYYY, MM and DD, and - / . or blanks between them. */
function formatted(cast: { value: Value; type: Type; format: Expression; safe: boolean; shown: string; at: number }, context: Context): Value {
  const { value, type, format, safe, shown, at } = cast;
  const refusedHere = () => refused(`${shown} FORMAT`, format.at, "use format_date or parse_date");
  if (format.kind !== "text" || safe) throw refusedHere();
  const pieces = format.value.match(/YYYY|MM|DD|[-/. ]/g) ?? [];
  if (pieces.join("") !== format.value || new Set(pieces.filter((piece) => piece.length > 1)).size !== pieces.filter((piece) => piece.length > 1).length) throw refusedHere();
  if (type.kind === "STRING" && value.type.kind === "DATE") {
    context.form("CAST(DATE AS STRING FORMAT '...')");
    const pattern = pieces.map((piece) => formats[piece] ?? piece).join("");
    return { sql: `strftime(${value.sql}, ${quotedText(pattern)})`, type: scalar("STRING"), at };
  }
  const whole = ["YYYY-MM-DD", "YYYY/MM/DD", "YYYY.MM.DD"].includes(format.value);
  if (type.kind === "DATE" && value.type.kind === "STRING" && whole) {
    context.form("CAST(STRING AS DATE FORMAT '...')");
    return { sql: `bq_date_with(${value.sql}, ${quotedText(pieces[1]!)})`, type: scalar("DATE"), at };
  }
  throw refusedHere();
}

