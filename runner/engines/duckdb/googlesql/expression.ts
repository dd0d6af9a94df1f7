import { type Argument, filledOnce, matches, templateOf } from "./form.ts";
import { callOf } from "./call.ts";
import { castOf } from "./cast.ts";
import { numericLiteral, timestampLiteral, dateLiteral, datetimeLiteral, timeLiteral } from "./literal.ts";
import { nameOfOperator, operators } from "./operators.ts";
import type { Context } from "./context.ts";
import { GoogleSqlError, mistaken, refused, unknownType } from "./refusal.ts";
import { type Found, findName, findTable, type Scope, sameName, type Table } from "./scope.ts";
import {
  arrayOf,
  bool,
  fieldNames,
  float64,
  int64,
  nameOfType,
  quoted,
  quotedText,
  scalar,
  text,
  type Type,
  typeOf,
  unknown,
} from "./type.ts";
import type { Expression, Name } from "./tree.ts";
import { arrayValue, coerced, commonType, describeType, structOf, type Value } from "./value.ts";

/** Translates an expression. Throws GoogleSqlError where a part of it is not on the list; a check notes it and goes on. */
export function valueFrom(expression: Expression, context: Context): Value {
  if (!context.noted) return translated(expression, context);
  try {
    return translated(expression, context);
  } catch (error) {
    if (!(error instanceof GoogleSqlError)) throw error;
    context.noted.push(error);
    return { sql: "NULL", type: unknown, at: expression.at };
  }
}

function translated(expression: Expression, context: Context): Value {
  const { at } = expression;
  switch (expression.kind) {
    case "null":
      return { sql: "NULL", type: int64, at, literal: { kind: "null" }, leaf: true };
    case "bool":
      return { sql: expression.value ? "true" : "false", type: bool, at, leaf: true };
    case "integer":
      return integerValue(expression.value, at);
    case "float":
      return floatValue(expression.text, at);
    case "text":
      return {
        sql: quotedText(expression.value),
        type: text,
        at,
        literal: { kind: "text", value: expression.value },
        leaf: true,
      };
    case "bytes":
      return { sql: bytesSql(expression.value), type: scalar("BYTES"), at, leaf: true };
    case "typed":
      return typedLiteral(expression, context);
    case "path":
      return pathValue(expression.parts, context);
    case "field":
      return fieldOf(checked(valueFrom(expression.of, context)), expression.name);
    case "element":
      return elementOf(expression, context);
    case "unary":
      return unaryValue(expression, context);
    case "binary":
      return binaryValue(expression, context);
    case "like":
      return likeValue(expression, context);
    case "between": {
      const { operand, low, high } = expression;
      const [value, from, to] = compared(at, "BETWEEN", context, operand, low, high);
      return not(expression.not, `${value!.sql} BETWEEN ${from!.sql} AND ${to!.sql}`, at);
    }
    case "in":
      return inValue(expression, context);
    case "is":
      return isValue(expression, context);
    case "distinct": {
      const [left, right] = compared(at, "IS DISTINCT FROM", context, expression.left, expression.right);
      return { sql: `(${left!.sql} IS ${expression.not ? "NOT " : ""}DISTINCT FROM ${right!.sql})`, type: bool, at };
    }
    case "case":
      return caseValue(expression, context);
    case "cast":
      return castOf(expression, context);
    case "extract": {
      const part = partName(expression.part);
      const operand: Argument = { kind: "value", value: checked(valueFrom(expression.operand, context)) };
      const zone: Argument[] = expression.zone
        ? [{ kind: "value", value: checked(valueFrom(expression.zone, context)) }]
        : [];
      return callOf(
        {
          name: "EXTRACT",
          shown: `EXTRACT(${part} FROM ...)`,
          safe: false,
          args: [{ kind: "part", name: part }, operand, ...zone],
          at,
        },
        context,
      );
    }
    case "array":
      return arrayLiteral(expression, context);
    case "struct":
      return structLiteral(expression, context);
    case "subquery":
      return subqueryValue(expression, context);
    case "call":
      return callOf(expression, context);
    case "interval":
      throw refused("INTERVAL outside a date function", at, "use date_add, date_sub, timestamp_add or timestamp_sub");
    case "star":
      throw mistaken("*", at, "stands only in count(*)");
    default:
      return expression satisfies never;
  }
}

/** An expression as an operand of anything but + - *: overflow of floats is tested here. */
export function operand(expression: Expression, context: Context): Value {
  return checked(valueFrom(expression, context));
}

export function checked(value: Value): Value {
  if (!value.unchecked) return value;
  const { unchecked: _, ...rest } = value;
  return { ...rest, sql: `bq_finite(${value.sql})` };
}

/** A condition: BOOL. */
export function condition(expression: Expression, context: Context, clause: string): string {
  const value = operand(expression, context);
  const converted = coerced(value, bool);
  if (converted === undefined) throw mistaken(clause, expression.at, `takes BOOL, not ${describeType(value)}`);
  return converted.sql;
}

function integerValue(value: bigint, at: number): Value {
  if (value >= 2n ** 63n || value < -(2n ** 63n)) throw mistaken(String(value), at, "is no INT64", "use NUMERIC '...'");
  return { sql: `CAST(${value} AS BIGINT)`, type: int64, at, literal: { kind: "integer", value }, leaf: true };
}

function floatValue(written: string, at: number): Value {
  const value = Number(written);
  if (!Number.isFinite(value)) throw mistaken(written, at, "is no FLOAT64");
  return { sql: `CAST('${written}' AS DOUBLE)`, type: float64, at, literal: { kind: "float", value }, leaf: true };
}

function bytesSql(value: string): string {
  return `unhex('${Buffer.from(value, "latin1").toString("hex")}')`;
}

function typedLiteral({ type, value, at }: Expression & { kind: "typed" }, context: Context): Value {
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

function pathValue(parts: Name[], context: Context): Value {
  const [first, second] = parts as [Name, Name | undefined];
  const alias = context.aliases?.get(first.text.toLowerCase());
  if (alias && second && findTable(context.scope, first.text))
    throw refused(
      `${first.text}.${second.text}`,
      first.at,
      `${first.text} is a table and a name of the select list; rename one`,
    );
  if (alias?.ambiguous) throw mistaken(first.text, first.at, "names two columns of the select list");
  if (alias) return withFields({ ...alias, at: first.at }, parts.slice(1));
  const found = findName(context.scope, first.text);
  switch (found.kind) {
    case "column": {
      const { sql, type } = found.column;
      return noted({ sql, type, at: first.at, leaf: true }, parts.slice(1), found.scope);
    }
    case "table":
      if (second) return noted(columnOf(found.table, first, second), parts.slice(2), found.scope);
      throw refused(
        `${first.text}, a whole row as a value`,
        first.at,
        "name its columns, struct(a, b); a column of the table's own name needs the table in front",
      );
    case "ambiguous":
      throw mistaken(first.text, first.at, "is a column of more than one table", "write the table in front");
    case "open":
      return openColumn(parts, found, context);
    case "nothing":
      throw mistaken(first.text, first.at, "is no column or table here", context.nearest(first.text));
    default:
      return found satisfies never;
  }
}

/** The column, or a field of it; its scope is told that it was read. */
function noted(column: Value, fields: readonly Name[], scope: Scope): Value {
  const value = withFields(column, fields);
  scope.uses?.push({ column: column.sql, sql: value.sql, at: column.at });
  return value;
}

/** A name that only a table with unknown columns can have, or a query further out. */
function openColumn(parts: Name[], { tables, outside, scope }: Found & { kind: "open" }, context: Context): Value {
  const [first, second] = parts as [Name, Name | undefined];
  const known = second && findTable(context.scope, first.text);
  if (known) return noted(columnOf(known.table, first, second), parts.slice(2), known.scope);
  const sure = tables.length === 1 && !outside;
  if (second !== undefined && !sure)
    throw refused(`${first.text}.${second.text}`, first.at, "write the table in front");
  const sql = sure ? `${quoted(tables[0]!.alias!)}.${quoted(first.text)}` : quoted(first.text);
  return noted({ sql, type: unknown, at: first.at, leaf: true }, parts.slice(1), scope);
}

function columnOf(table: Table, alias: Name, name: Name): Value {
  if (table.columns === undefined)
    return { sql: `${quoted(table.alias!)}.${quoted(name.text)}`, type: unknown, at: alias.at, leaf: true };
  const columns = table.columns.filter((column) => sameName(column.name, name.text));
  if (columns.length === 1) return { sql: columns[0]!.sql, type: columns[0]!.type, at: alias.at, leaf: true };
  if (columns.length > 1) throw mistaken(`${alias.text}.${name.text}`, alias.at, "is more than one column");
  throw mistaken(`${alias.text}.${name.text}`, name.at, `${alias.text} has no such column`);
}

function withFields(value: Value, names: readonly Name[]): Value {
  return names.reduce(fieldOf, value);
}

function fieldOf(value: Value, name: Name): Value {
  if (value.type.kind === "UNKNOWN")
    return { sql: `(${value.sql}).${quoted(name.text)}`, type: unknown, at: value.at, leaf: true };
  if (value.type.kind !== "STRUCT") throw mistaken(`.${name.text}`, name.at, `${describeType(value)} has no fields`);
  const { fields } = value.type;
  const found = fields.flatMap((field, index) =>
    field.name !== undefined && sameName(field.name, name.text) ? [index] : [],
  );
  if (found.length !== 1)
    throw mistaken(
      `.${name.text}`,
      name.at,
      found.length === 0 ? "is no field of the struct" : "is more than one field of the struct",
    );
  const index = found[0]!;
  return {
    sql: `(${value.sql}).${quoted(fieldNames(fields)[index]!)}`,
    type: fields[index]!.type,
    at: value.at,
    ...(value.leaf ? { leaf: true } : {}),
  };
}

function elementOf({ of, index, by, at }: Expression & { kind: "element" }, context: Context): Value {
  const array = operand(of, context);
  const position = operand(index, context);
  const number = coerced(position, int64);
  if (array.type.kind === "UNKNOWN")
    throw refused("an element of a value of unknown type", at, "read it from unnest(...) with offset");
  if (array.type.kind !== "ARRAY" || number === undefined) {
    if (array.type.kind === "JSON") throw refused("a JSON subscript", at, "use json_value(...)");
    throw mistaken(`[${by}]`, at, `${describeType(array)} has no element at ${describeType(position)}`);
  }
  context.form(by === "index" ? "array[n]" : `array[${by}(n)]`);
  const shift = by === "ordinal" || by === "safe_ordinal" ? "" : " + 1";
  const macro = by.startsWith("safe_") ? "bq_safe_element" : "bq_element";
  return { sql: `${macro}(${array.sql}, ${number.sql}${shift})`, type: array.type.element, at };
}

function unaryValue({ operator, operand: of, at }: Expression & { kind: "unary" }, context: Context): Value {
  const value = valueFrom(of, context);
  if (value.literal?.kind === "null")
    throw mistaken(operator.toUpperCase(), at, "takes no bare NULL", "cast it to a type");
  if (operator === "not") {
    const converted = coerced(checked(value), bool);
    if (converted === undefined) throw mistaken("NOT", at, `takes BOOL, not ${describeType(value)}`);
    return { sql: `(NOT ${converted.sql})`, type: bool, at };
  }
  const name = operator === "~" ? "~" : `unary ${operator}`;
  return resolved(name, [value], at, context);
}

const comparisons = new Set(["=", "!=", "<", "<=", ">", ">="]);

function binaryValue({ operator, left, right, at }: Expression & { kind: "binary" }, context: Context): Value {
  if (operator === "and" || operator === "or") {
    const [first, second] = [left, right].map((side) => condition(side, context, operator.toUpperCase()));
    return { sql: `(${first} ${operator.toUpperCase()} ${second})`, type: bool, at };
  }
  if (comparisons.has(operator)) {
    const sides = [operand(left, context), operand(right, context)];
    if (sides.some(({ type }) => type.kind === "FLOAT64" && type.special))
      return comparedSpecial(operator, sides, at, context);
    const [first, second] = comparedValues(at, operator, context, sides);
    return { sql: `(${first!.sql} ${operator === "!=" ? "<>" : operator} ${second!.sql})`, type: bool, at };
  }
  const values = [valueFrom(left, context), valueFrom(right, context)];
  const bare = values.find((value) => value.literal?.kind === "null");
  if (bare) throw mistaken(operator, at, "takes no bare NULL", "cast it to a type");
  return resolved(operator, values, at, context);
}

const arithmetic = new Set(["+", "-", "*", "unary -", "unary +"]);

/** An operator of the list. Sums and products of floats stay unchecked until something else uses them. */
function resolved(operator: string, values: Value[], at: number, context: Context): Value {
  const open = arithmetic.has(operator) && values.some((value) => value.unchecked);
  const args = open ? values : values.map(checked);
  const found = matches(
    operators.filter(({ name }) => name === operator),
    args.map((value) => ({ kind: "value", value })),
  )[0];
  const shown = `${operator} of ${values.map(describeType).join(" and ")}`;
  if (found === undefined) throw refused(shown, at, "cast both sides to one type that `runner doctor` lists for it");
  if (values.some((value) => value.type.kind === "UNKNOWN")) {
    if (!context.noted) throw unknownType(shown, at);
    return { sql: "NULL", type: unknown, at };
  }
  context.form(nameOfOperator(found.form));
  const sql = filledOnce(templateOf(found) ?? "", found);
  const unchecked = found.type.kind === "FLOAT64" && arithmetic.has(operator);
  return { sql, type: found.type, at, ...(unchecked ? { unchecked: true } : {}) };
}

/** NaN equals nothing in GoogleSQL, itself in DuckDB. */
function comparedSpecial(operator: string, sides: Value[], at: number, context: Context): Value {
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

function not(negated: boolean, sql: string, at: number): Value {
  return { sql: negated ? `(NOT (${sql}))` : `(${sql})`, type: bool, at };
}

function likeValue(
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

function inValue({ operand: of, of: set, not: negated, at }: Expression & { kind: "in" }, context: Context): Value {
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

function isValue({ operand: of, what, not: negated, at }: Expression & { kind: "is" }, context: Context): Value {
  const value = operand(of, context);
  context.form(`IS [NOT] ${what.toUpperCase()}`);
  const no = negated ? "NOT " : "";
  if (what === "null" || what === "unknown") return { sql: `(${value.sql} IS ${no}NULL)`, type: bool, at };
  const converted = coerced(value, bool);
  if (converted === undefined) throw mistaken(`IS ${what.toUpperCase()}`, at, `takes BOOL, not ${describeType(value)}`);
  return { sql: `(${converted.sql} IS ${negated ? "" : "NOT "}DISTINCT FROM ${what})`, type: bool, at };
}

function caseValue({ operand: of, whens, otherwise, at }: Expression & { kind: "case" }, context: Context): Value {
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

function arrayLiteral({ element, items, at }: Expression & { kind: "array" }, context: Context): Value {
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

function structLiteral({ type, items, at }: Expression & { kind: "struct" }, context: Context): Value {
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

function subqueryValue({ as, query, at }: Expression & { kind: "subquery" }, context: Context): Value {
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

/** `MONTH`, `WEEK(MONDAY)`: a date part, in capitals. */
export function partName(expression: Expression): string {
  if (expression.kind === "path" && expression.parts.length === 1) return expression.parts[0]!.text.toUpperCase();
  if (expression.kind === "call" && expression.args.length === 1) {
    const inner = expression.args[0]!;
    if (inner.kind === "path" && inner.parts.length === 1)
      return `${expression.name}(${inner.parts[0]!.text.toUpperCase()})`;
  }
  throw mistaken("a date part", expression.at, "is expected here", "write DAY, MONTH or the like");
}
