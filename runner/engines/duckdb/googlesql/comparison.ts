import type { Context } from "./context.ts";
import { operand } from "./expression.ts";
import { mistaken, refused } from "./refusal.ts";
import type { Expression } from "./tree.ts";
import { bool, float64, nameOfType, text, unknown } from "./type.ts";
import { coerced, commonType, describeType, type Value } from "./value.ts";

export const comparisons = new Set(["=", "!=", "<", "<=", ">", ">="]);

/** NaN equals nothing in GoogleSQL, itself in DuckDB. */
export function comparedSpecial(operator: string, sides: Value[], at: number, context: Context): Value {
  const [left, right] = sides.map((side) => coerced(side, float64));
  if (left === undefined || right === undefined)
    throw mistaken(operator, at, `can't compare ${sides.map(describeType).join(" with ")}`, "cast one side");
  context.form(`FLOAT64 ${operator} FLOAT64`);
  const sql = `${left.sql} ${operator === "!=" ? "<>" : operator} ${right.sql}`;
  return { sql: `bq_unless_nan(${left.sql}, ${right.sql}, ${sql}, ${operator === "!="})`, type: bool, at };
}

const comparable = new Set([
  "INT64",
  "FLOAT64",
  "NUMERIC",
  "BOOL",
  "STRING",
  "BYTES",
  "DATE",
  "TIMESTAMP",
  "DATETIME",
  "TIME",
  "UNKNOWN",
]);

/** Operands brought to one type that can be compared. */
export function compared(at: number, operator: string, context: Context, ...expressions: Expression[]): Value[] {
  return comparedValues(
    at,
    operator,
    context,
    expressions.map((expression) => operand(expression, context)),
  );
}

export function comparedValues(at: number, operator: string, context: Context, values: Value[]): Value[] {
  if (values.some((value) => value.literal?.kind === "null") && comparisons.has(operator))
    throw mistaken(operator, at, "takes no bare NULL", "write IS NULL, or cast it to a type");
  const type = commonType(values);
  const shown = values.map(describeType);
  if (type === undefined) throw mistaken(operator, at, `can't compare ${shown.join(" with ")}`, "cast one side");
  if (!comparable.has(type.kind))
    throw refused(`${operator} of ${nameOfType(type)}`, at, "compare the parts one by one");
  if (type.kind === "FLOAT64" && type.special)
    throw refused(`${operator} of a number that may be NaN`, at, "test is_nan(...) or is_inf(...)");
  if (type.kind !== "UNKNOWN") context.form(`${type.kind} ${operator} ${type.kind}`);
  return values.map((value) => coerced(value, type)!);
}

export function not(negated: boolean, sql: string, at: number): Value {
  return { sql: negated ? `(NOT (${sql}))` : `(${sql})`, type: bool, at };
}

export function likeValue(
  { operand: of, patterns, quantifier, not: negated, at }: Expression & { kind: "like" },
  context: Context,
): Value {
  const value = operand(of, context);
  const tests = patterns.map((expression) => {
    const pattern = operand(expression, context);
    if ([value, pattern].some(({ literal }) => literal?.kind === "null"))
      throw mistaken("LIKE", at, "takes no bare NULL", "cast it to STRING");
    const [left, right] = [coerced(value, text), coerced(pattern, text)];
    if (left === undefined || right === undefined || left.type.kind === "BYTES" || right.type.kind === "BYTES") {
      if (value.type.kind === "BYTES") throw refused("LIKE of BYTES", at, "use starts_with on the hex text");
      throw mistaken("LIKE", at, `takes STRING, not ${describeType(value)} and ${describeType(pattern)}`);
    }
    if (pattern.literal?.kind === "text") {
      const written = pattern.literal.value;
      if (/(?:^|[^\\])(?:\\\\)*\\$/.test(written))
        throw mistaken(`LIKE '${written}'`, at, "the pattern ends in a backslash");
      if (!written.includes("\\")) return `${left.sql} LIKE ${right.sql}`;
    }
    return `${left.sql} LIKE ${right.sql} ESCAPE '\\'`;
  });
  context.form(quantifier === undefined ? "LIKE" : `LIKE ${quantifier.toUpperCase()} (...)`);
  if (negated && quantifier !== undefined)
    throw refused(`NOT LIKE ${quantifier.toUpperCase()}`, at, "write not (... like ...)");
  return not(negated, tests.map((test) => `(${test})`).join(quantifier === "all" ? " AND " : " OR "), at);
}

export function inValue(
  { operand: of, of: set, not: negated, at }: Expression & { kind: "in" },
  context: Context,
): Value {
  switch (set.kind) {
    case "list": {
      const [value, ...items] = compared(at, "IN", context, of, ...set.items);
      context.form("IN (list)");
      return not(negated, `${value!.sql} IN (${items.map((item) => item.sql).join(", ")})`, at);
    }
    case "query": {
      const value = operand(of, context);
      const query = context.query(set.query);
      if (query.columns !== undefined && query.columns.length !== 1)
        throw mistaken("IN", at, `the query gives ${query.columns.length} columns, not one`);
      const column: Value = { sql: "", type: query.columns?.[0]?.type ?? unknown, at };
      const type = commonType([value, column]);
      if (type === undefined)
        throw mistaken(
          "IN",
          at,
          `can't compare ${describeType(value)} with ${nameOfType(column.type)}`,
          "cast one side",
        );
      if (!comparable.has(type.kind) || (type.kind === "FLOAT64" && type.special))
        throw refused(`IN of ${nameOfType(type)}`, at);
      context.form("IN (query)");
      return not(negated, `${coerced(value, type)!.sql} IN (${query.sql})`, at);
    }
    case "unnest": {
      const value = operand(of, context);
      const array = operand(set.array, context);
      if (array.type.kind !== "ARRAY" && array.type.kind !== "UNKNOWN")
        throw mistaken("IN UNNEST", at, `takes an array, not ${describeType(array)}`);
      const element: Value = { sql: "", type: array.type.kind === "ARRAY" ? array.type.element : unknown, at };
      const type = array.literal?.kind === "empty array" ? value.type : commonType([value, element]);
      if (type === undefined)
        throw mistaken(
          "IN UNNEST",
          at,
          `can't compare ${describeType(value)} with ${nameOfType(element.type)}`,
          "cast one side",
        );
      if (!comparable.has(type.kind) || (type.kind === "FLOAT64" && type.special))
        throw refused(`IN UNNEST of ${nameOfType(type)}`, at);
      context.form("IN UNNEST(array)");
      return not(negated, `${coerced(value, type)!.sql} IN (SELECT unnest(${array.sql}))`, at);
    }
    default:
      return set satisfies never;
  }
}

export function isValue({ operand: of, what, not: negated, at }: Expression & { kind: "is" }, context: Context): Value {
  const value = operand(of, context);
  context.form(`IS [NOT] ${what.toUpperCase()}`);
  const no = negated ? "NOT " : "";
  if (what === "null" || what === "unknown") return { sql: `(${value.sql} IS ${no}NULL)`, type: bool, at };
  const converted = coerced(value, bool);
  if (converted === undefined) throw mistaken(`IS ${what.toUpperCase()}`, at, `takes BOOL, not ${describeType(value)}`);
  return { sql: `(${converted.sql} IS ${negated ? "" : "NOT "}DISTINCT FROM ${what})`, type: bool, at };
}
