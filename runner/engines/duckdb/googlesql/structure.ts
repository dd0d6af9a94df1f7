import { compared } from "./comparison.ts";
import type { Context } from "./context.ts";
import { condition, operand } from "./expression.ts";
import { mistaken, refused } from "./refusal.ts";
import type { Expression } from "./tree.ts";
import { arrayOf, bool, int64, nameOfType, type Type, typeOf, unknown } from "./type.ts";
import { arrayValue, coerced, commonType, describeType, structOf, type Value } from "./value.ts";

export function caseValue(
  { operand: of, whens, otherwise, at }: Expression & { kind: "case" },
  context: Context,
): Value {
  const tests = of
    ? compared(at, "CASE", context, of, ...whens.map(({ when }) => when)).map(({ sql }) => sql)
    : ["", ...whens.map(({ when }) => condition(when, context, "WHEN"))];
  const results = [
    ...whens.map(({ result }) => operand(result, context)),
    ...(otherwise ? [operand(otherwise, context)] : []),
  ];
  const { values, type } = unified("CASE", results, at);
  context.form(of ? "CASE x WHEN" : "CASE WHEN");
  const branches = whens.map((_, index) => `WHEN ${tests[index + 1]} THEN ${values[index]!.sql}`).join(" ");
  const last = otherwise ? ` ELSE ${values.at(-1)!.sql}` : "";
  return { sql: `(CASE ${of ? `${tests[0]} ` : ""}${branches}${last} END)`, type, at };
}

/** The values in the one type they can all take. */
export function unified(construct: string, values: readonly Value[], at: number): { values: Value[]; type: Type } {
  const type = commonType(values);
  if (type === undefined)
    throw mistaken(
      construct,
      at,
      `has no common type for ${[...new Set(values.map(describeType))].join(" and ")}`,
      "cast them to one type",
    );
  const converted = values.map((value) => coerced(value, type));
  if (converted.some((value) => value === undefined))
    throw refused(`${construct} of ${nameOfType(type)}`, at, "cast them to one type");
  return { values: converted as Value[], type };
}

export function arrayLiteral({ element, items, at }: Expression & { kind: "array" }, context: Context): Value {
  const values = items.map((item) => operand(item, context));
  context.form("[...]");
  if (element) {
    const type = typeOf(element);
    const converted = values.map((value) => coerced(value, type));
    const wrong = converted.indexOf(undefined);
    if (wrong >= 0)
      throw mistaken(
        `ARRAY<${nameOfType(type)}>`,
        values[wrong]!.at,
        `can't hold ${describeType(values[wrong]!)}`,
        "cast it",
      );
    const { items: _, ...array } = arrayValue(converted as Value[], type, at);
    return array;
  }
  if (values.length === 0)
    return { sql: "CAST([] AS BIGINT[])", type: arrayOf(int64), at, literal: { kind: "empty array" } };
  const { values: converted, type } = unified("[...]", values, at);
  if (type.kind === "ARRAY") throw mistaken("[[...]]", at, "an array can't hold arrays", "put a struct between them");
  return { ...arrayValue(converted, type, at), items: values };
}

export function structLiteral({ type, items, at }: Expression & { kind: "struct" }, context: Context): Value {
  const values = items.map(({ expression }) => operand(expression, context));
  if (values.length === 0) throw refused("an empty struct", at, "leave it out");
  context.form("STRUCT(...)");
  if (type) {
    const struct = typeOf(type) as Type & { kind: "STRUCT" };
    if (struct.fields.length !== values.length)
      throw mistaken("STRUCT", at, `has ${struct.fields.length} fields and is given ${values.length} values`);
    const converted = values.map((value, index) => coerced(value, struct.fields[index]!.type));
    const wrong = converted.indexOf(undefined);
    if (wrong >= 0)
      throw mistaken(
        "STRUCT",
        values[wrong]!.at,
        `${nameOfType(struct.fields[wrong]!.type)} can't hold ${describeType(values[wrong]!)}`,
        "cast it",
      );
    const { items: _, ...value } = structOf(converted as Value[], struct, at);
    return value;
  }
  const fields = items.map(({ expression, name }, index) => ({
    name: name?.text ?? impliedName(expression),
    type: values[index]!.type,
  }));
  return structOf(values, { kind: "STRUCT", fields }, at);
}

/** The name that a column takes from its expression: the last part of a path. */
export function impliedName(expression: Expression): string | undefined {
  if (expression.kind === "path") return expression.parts.at(-1)!.text;
  return expression.kind === "field" ? expression.name.text : undefined;
}

export function subqueryValue({ as, query, at }: Expression & { kind: "subquery" }, context: Context): Value {
  const inner = context.query(query);
  if (as === "exists") {
    context.form("EXISTS (query)");
    return { sql: `EXISTS (${inner.sql})`, type: bool, at };
  }
  if (inner.columns !== undefined && inner.columns.length !== 1)
    throw mistaken("a subquery", at, `gives ${inner.columns.length} columns where one value is expected`);
  const type = inner.columns?.[0]?.type ?? unknown;
  if (as === "array") {
    if (type.kind === "ARRAY")
      throw mistaken("ARRAY(query)", at, "an array can't hold arrays", "put a struct between them");
    context.form("ARRAY(query)");
    return { sql: `ARRAY(${inner.sql})`, type: type.kind === "UNKNOWN" ? unknown : arrayOf(type), at };
  }
  context.form("(query) as a value");
  return { sql: `(${inner.sql})`, type, at };
}
