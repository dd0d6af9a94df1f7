import { casts } from "./casts.ts";
import type { Context } from "./context.ts";
import { operand } from "./expression.ts";
import { refused, unknownType } from "./refusal.ts";
import type { Expression } from "./tree.ts";
import { duckdbType, nameOfType, quotedText, sameType, scalar, type Type, typeOf } from "./type.ts";
import { coerced, describeType, nullValue, type Value } from "./value.ts";

export function castOf(
  { operand: of, type: name, safe, format, at }: Expression & { kind: "cast" },
  context: Context,
): Value {
  const type = typeOf(name);
  const value = operand(of, context);
  const shown = `${safe ? "SAFE_CAST" : "CAST"}(${describeType(value)} AS ${nameOfType(type)})`;
  if (format) return formatted({ value, type, format, safe, shown, at }, context);
  if (value.literal?.kind === "null") return { ...nullValue(type, at), leaf: true };
  if (value.literal?.kind === "empty array" && type.kind === "ARRAY")
    return { sql: `CAST([] AS ${duckdbType(type)})`, type, at };
  if (value.type.kind === "UNKNOWN") {
    if (!context.noted) throw unknownType(shown, at);
    return { sql: value.sql, type, at };
  }
  const { literal: _, items: __, ...plain } = value;
  if (sameType(value.type, type))
    return value.type.kind === "STRUCT" ? structAs(value, type, shown, at) : { ...plain, type: value.type, at };
  const found = casts.find(([from, to]) => from === value.type.kind && to === type.kind);
  if (found === undefined) {
    const members = value.items && (type.kind === "ARRAY" || type.kind === "STRUCT") ? coerced(value, type) : undefined;
    if (members) return { ...members, at };
    throw refused(shown, at, "cast to STRING first, or cast the parts one by one");
  }
  const [from, to, plainSql, safeSql] = found;
  context.form(`${safe ? "SAFE_CAST" : "CAST"}(${from} AS ${to})`);
  const template = safe ? (safeSql ?? plainSql) : plainSql;
  const special =
    (from === "STRING" && to === "FLOAT64") || (value.type.kind === "FLOAT64" && value.type.special === true);
  if (special && from === "FLOAT64" && to !== "STRING")
    throw refused(`${shown} of a number that may be NaN`, at, "test is_nan(...) first");
  const result: Type = to === "FLOAT64" && special && !isFiniteText(value) ? { kind: "FLOAT64", special: true } : type;
  return { sql: template.replaceAll("$", () => value.sql), type: result, at };
}

function isFiniteText(value: Value): boolean {
  return value.literal?.kind === "text" && Number.isFinite(Number(value.literal.value));
}

function structAs(value: Value, type: Type, shown: string, at: number): Value {
  const converted = coerced(value, type);
  if (converted === undefined) throw refused(shown, at, "build the struct anew, struct(x.a as a)");
  return { ...converted, type, at };
}

const formats: Record<string, string> = { YYYY: "%Y", MM: "%m", DD: "%d" };

/** CAST ... FORMAT with YYYY, MM and DD, and - / . or blanks between them. */
function formatted(
  cast: { value: Value; type: Type; format: Expression; safe: boolean; shown: string; at: number },
  context: Context,
): Value {
  const { value, type, format, safe, shown, at } = cast;
  const refusedHere = () => refused(`${shown} FORMAT`, format.at, "use format_date or parse_date");
  if (format.kind !== "text" || safe) throw refusedHere();
  const pieces = format.value.match(/YYYY|MM|DD|[-/. ]/g) ?? [];
  if (
    pieces.join("") !== format.value ||
    new Set(pieces.filter((piece) => piece.length > 1)).size !== pieces.filter((piece) => piece.length > 1).length
  )
    throw refusedHere();
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
