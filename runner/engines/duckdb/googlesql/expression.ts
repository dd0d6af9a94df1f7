import { callOf } from "./call.ts";
import { castOf } from "./cast.ts";
import { compared, inValue, isValue, likeValue, not } from "./comparison.ts";
import { bytesSql, floatValue, integerValue, typedLiteral } from "./constant.ts";
import type { Context } from "./context.ts";
import type { Argument } from "./form.ts";
import { elementOf, fieldOf, pathValue } from "./name.ts";
import { binaryValue, unaryValue } from "./operation.ts";
import { GoogleSqlError, mistaken, refused } from "./refusal.ts";
import { arrayLiteral, caseValue, structLiteral, subqueryValue } from "./structure.ts";
import type { Expression } from "./tree.ts";
import { bool, int64, quotedText, scalar, text, unknown } from "./type.ts";
import { coerced, describeType, type Value } from "./value.ts";

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
