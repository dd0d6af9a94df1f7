import { comparedSpecial, comparedValues, comparisons } from "./comparison.ts";
import type { Context } from "./context.ts";
import { checked, condition, operand, valueFrom } from "./expression.ts";
import { filledOnce, matches, templateOf } from "./form.ts";
import { nameOfOperator, operators } from "./operators.ts";
import { mistaken, refused, unknownType } from "./refusal.ts";
import type { Expression } from "./tree.ts";
import { bool, unknown } from "./type.ts";
import { coerced, describeType, type Value } from "./value.ts";

export function unaryValue({ operator, operand: of, at }: Expression & { kind: "unary" }, context: Context): Value {
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

export function binaryValue({ operator, left, right, at }: Expression & { kind: "binary" }, context: Context): Value {
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
