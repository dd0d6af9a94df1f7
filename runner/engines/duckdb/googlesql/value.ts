import { dateLiteral, datetimeLiteral, numericOfFloat, timeLiteral, timestampLiteral } from "./literal.ts";
import { duckdbType, fieldNames, nameOfType, quoted, sameType, scalar, type Type, unknown } from "./type.ts";

/** A translated expression. `literal` is set where GoogleSQL still sees a constant without a type of its own. */
export type Value = {
  sql: string;
  type: Type;
  at: number;
  literal?:
    | { kind: "null" }
    | { kind: "text"; value: string }
    | { kind: "integer"; value: bigint }
    | { kind: "float"; value: number }
    | { kind: "empty array" };
  /** The members of an array or struct that is written out: each can still take another type. */
  items?: Value[];
  /** The sum or product of floats, not yet tested for overflow. */
  unchecked?: boolean;
  /** A column or a literal: it can't fail. */
  leaf?: boolean;
  /** A name of the select list that stands there twice. */
  ambiguous?: boolean;
};

export function nullValue(type: Type, at: number): Value {
  return { sql: type.kind === "UNKNOWN" ? "NULL" : `CAST(NULL AS ${duckdbType(type)})`, type, at };
}

/** The value as `type`, where GoogleSQL converts on its own; undefined where it does not. */
export function coerced(value: Value, type: Type): Value | undefined {
  if (value.literal?.kind === "null") return { ...nullValue(type, value.at), leaf: true };
  if (value.type.kind === "UNKNOWN" || type.kind === "UNKNOWN") return value;
  if (value.literal?.kind === "empty array" && type.kind === "ARRAY")
    return { sql: `CAST([] AS ${duckdbType(type)})`, type, at: value.at };
  if (type.kind === "ARRAY" || type.kind === "STRUCT") return coercedMembers(value, type);
  if (sameType(value.type, type)) return value;
  const special = value.type.kind === "FLOAT64" && value.type.special ? { special: true } : {};
  const as = (sql: string): Value => ({
    sql,
    type: { ...scalar(type.kind), ...special },
    at: value.at,
    ...(value.leaf ? { leaf: true } : {}),
  });
  if (value.literal?.kind === "text") {
    const converted = coercedText(value.literal.value, type.kind);
    return converted === undefined ? undefined : { ...as(converted), leaf: true };
  }
  if (value.literal?.kind === "float" && type.kind === "NUMERIC") {
    const numeric = numericOfFloat(value.literal.value);
    return numeric === undefined ? undefined : { ...as(numeric), leaf: true };
  }
  const widening = `${value.type.kind} ${type.kind}`;
  if (["INT64 NUMERIC", "INT64 FLOAT64", "NUMERIC FLOAT64", "DATE DATETIME"].includes(widening))
    return as(`CAST(${value.sql} AS ${duckdbType(type)})`);
  return undefined;
}

function coercedText(value: string, kind: Type["kind"]): string | undefined {
  switch (kind) {
    case "DATE":
      return dateLiteral(value);
    case "TIMESTAMP":
      return timestampLiteral(value);
    case "DATETIME":
      return datetimeLiteral(value);
    case "TIME":
      return timeLiteral(value);
    default:
      return undefined;
  }
}

function coercedMembers(value: Value, type: Type): Value | undefined {
  if (type.kind === "STRUCT" && value.type.kind === "STRUCT") {
    if (value.type.fields.length !== type.fields.length) return undefined;
    if (value.items === undefined) {
      const names = [fieldNames(value.type.fields), fieldNames(type.fields)].map((list) =>
        list.join("\n").toLowerCase(),
      );
      return names[0] === names[1] && sameType(value.type, type) ? value : undefined;
    }
    const items = value.items.map((item, index) => coerced(item, type.fields[index]!.type));
    return items.every((item) => item !== undefined) ? structOf(items, type, value.at) : undefined;
  }
  if (type.kind === "ARRAY" && value.type.kind === "ARRAY") {
    if (sameType(value.type, type) && value.type.element.kind !== "STRUCT") return value;
    if (value.items === undefined) {
      return sameType(value.type, type) ? value : undefined;
    }
    const items = value.items.map((item) => coerced(item, type.element));
    return items.every((item) => item !== undefined) ? arrayValue(items, type.element, value.at) : undefined;
  }
  return undefined;
}

export function structOf(items: Value[], type: Type & { kind: "STRUCT" }, at: number): Value {
  const names = fieldNames(type.fields);
  return {
    sql: `struct_pack(${items.map((item, index) => `${quoted(names[index]!)} := ${item.sql}`).join(", ")})`,
    type,
    at,
    items,
  };
}

export function arrayValue(items: Value[], element: Type, at: number): Value {
  const sql =
    items.length === 0
      ? `CAST([] AS ${duckdbType({ kind: "ARRAY", element })})`
      : `[${items.map((item) => item.sql).join(", ")}]`;
  return { sql, type: { kind: "ARRAY", element }, at, items };
}

/** The type that all of them can take; undefined where GoogleSQL finds none. All NULL: INT64. */
export function commonType(values: readonly Value[]): Type | undefined {
  const typed = values.filter((value) => value.literal?.kind !== "null");
  if (typed.length === 0) return scalar("INT64");
  if (typed.some((value) => value.type.kind === "UNKNOWN")) return unknown;
  const special = typed.some((value) => value.type.kind === "FLOAT64" && value.type.special);
  const order: Type["kind"][] = ["INT64", "NUMERIC", "FLOAT64"];
  const fixed = typed.filter((value) => value.literal === undefined);
  const candidates = [...(fixed.length > 0 ? fixed : typed), ...typed].map((value) => value.type);
  const wide = order.map((kind) => candidates.find((type) => type.kind === kind)).filter((type) => type !== undefined);
  for (const type of [...candidates, ...wide]) {
    if (!typed.every((value) => coerced(value, type) !== undefined)) continue;
    return type.kind === "FLOAT64" && special ? { kind: "FLOAT64", special: true } : type;
  }
  return undefined;
}

/** What a message calls the value's type: `STRING`, or `NULL` for a bare one. */
export function describeType(value: Value): string {
  return value.literal?.kind === "null" ? "NULL" : nameOfType(value.type);
}
