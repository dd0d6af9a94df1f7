import { computed, kindOfColumn } from "./columns.ts";
import type { Dialect } from "./dialect.ts";
import { firstIn, spotOf } from "./place.ts";
import type { Expr } from "./query.ts";
import { type Context, type Kind, nothingKnown, type Scope } from "./relation.ts";

const aggregates = new Set(["sum", "avg"]);
const orderedAggregates = new Set([
  "array_agg",
  "string_agg",
  "json_agg",
  "jsonb_agg",
  "json_object_agg",
  "jsonb_object_agg",
  "xmlagg",
  "array_concat_agg",
  "listagg",
]);
const orderedWindows = new Set(["row_number", "ntile", "lag", "lead", "first_value", "last_value", "nth_value"]);
const carrying = new Set([
  "coalesce",
  "ifnull",
  "nullif",
  "if",
  "case",
  "greatest",
  "least",
  "round",
  "trunc",
  "ceil",
  "ceiling",
  "floor",
  "abs",
  "min",
  "max",
  "any_value",
  "neg",
  "lag",
  "lead",
  "first_value",
  "last_value",
  "nth_value",
]);
const arithmetic = new Set(["+", "-", "*", "/", "%", "^"]);
const comparisons = new Set(["=", "<>", "!=", "<", "<=", ">", ">=", "between", "in"]);

/** What is known of a value; on the way, everything in it that is a mistake is found. */
export function kindOf(expr: Expr, scope: Scope, context: Context): Kind {
  const { work } = context;
  const { dialect } = work;
  switch (expr.kind) {
    case "column":
      return kindOfColumn(expr, scope, work);
    case "star":
      return nothingKnown;
    case "literal":
      return { type: expr.type === "other" ? "unknown" : expr.type, origins: [] };
    case "cast": {
      const inner = kindOf(expr.args[0], scope, context);
      const clock = clockIn(expr);
      if (clock)
        work.findings.push({
          at: firstIn(expr) ?? { word: clock.word },
          message: clock.message,
          expected: clock.expected,
        });
      if (dialect.isFloat(expr.type)) return { type: "float", origins: [] };
      if (dialect.isNumeric(expr.type)) return { type: "numeric", origins: [] };
      return dialect.isInteger(expr.type)
        ? { type: "integer", origins: [] }
        : { type: "unknown", origins: inner.origins };
    }
    case "query": {
      for (const arg of expr.args) exact(arg, kindOf(arg, scope, context), context);
      context.checkQuery(expr.query, { ...context, outer: scope, isTop: false });
      if (expr.use === "array" && expr.query.order.length === 0)
        work.findings.push({
          at: expr.at ?? { word: "array" },
          message: "array(SELECT) without order by is in any order",
          expected: "expected order by at its end",
        });
      return nothingKnown;
    }
    case "operator": {
      const kinds = expr.args.map((arg) => kindOf(arg, scope, context));
      if (expr.name === "parameter")
        work.findings.push({
          at: expr.at ?? { word: "@" },
          message: "a query parameter has no value here",
          expected: 'expected {{var "name" "type"}}',
        });
      for (const [index, arg] of expr.args.entries())
        if (!isOperandOf(expr.name, arg)) exact(arg, kinds[index]!, context);
      return kindOfOperator(expr.name, kinds, dialect);
    }
    case "call":
      return kindOfCall(expr, scope, context);
    default:
      return expr satisfies never;
  }
}

/** True where a float may stand: as a number or a cast in the one operation that makes the column, or where nothing is computed. */
function isOperandOf(operator: string, arg: Expr): boolean {
  if (arithmetic.has(operator)) return arg.kind === "literal" || arg.kind === "cast";
  return arg.kind === "literal" || !comparisons.has(operator);
}

function kindOfOperator(name: string, kinds: readonly Kind[], { dividesToFloat }: Dialect): Kind {
  const types = kinds.map(({ type }) => type);
  const origins = kinds.flatMap((kind) => kind.origins);
  if (name === "/" && dividesToFloat && !types.includes("numeric")) return { type: "division", origins };
  if (!arithmetic.has(name) && !carrying.has(name)) return nothingKnown;
  if (types.includes("float")) return { type: "float", origins };
  if (types.includes("division")) return { type: "division", origins };
  if (types.includes("numeric")) return { type: "numeric", origins };
  return types.every((type) => type === "integer") ? { type: "integer", origins } : { type: "unknown", origins };
}

function kindOfCall(expr: Extract<Expr, { kind: "call" }>, scope: Scope, context: Context): Kind {
  const { work } = context;
  const kinds = expr.args.map((arg) => kindOf(arg, scope, context));
  const refused = work.dialect.refused(expr);
  if (refused) work.findings.push({ at: spotOf(expr, expr.name), ...refused });
  if (expr.over)
    for (const part of [...expr.over.partition, ...(expr.over.order ?? [])])
      exact(part, kindOf(part, scope, context), context);
  if (orderedAggregates.has(expr.name) && !expr.isOrdered && !expr.over?.order?.length)
    work.findings.push({
      at: spotOf(expr, expr.name),
      message: `${expr.name} without order by is in any order`,
      expected: `expected ${expr.name}(... order by ...)`,
    });
  if (orderedWindows.has(expr.name) && expr.over && expr.over.order?.length === 0)
    work.findings.push({
      at: spotOf(expr, expr.name),
      message: `${expr.name} over rows in any order`,
      expected: "expected order by in its window",
    });
  const [first] = kinds;
  if (aggregates.has(expr.name) && first) {
    if (first.type === "float" || first.type === "division")
      work.findings.push({
        at: spotOf(expr, expr.name),
        message: `${expr.name} over a float depends on the order of the rows`,
        expected:
          first.type === "division"
            ? "expected integers or NUMERIC: divide after the sum, or cast an operand to NUMERIC"
            : "expected integers or NUMERIC",
      });
    else computed(first, work);
    if (expr.name === "avg")
      return { type: first.type === "numeric" || !work.dialect.dividesToFloat ? "numeric" : "division", origins: [] };
    return { type: first.type, origins: [] };
  }
  if (work.dialect.floatFunctions.has(expr.name))
    return {
      type: expr.name.includes("divide") && kinds.some(({ type }) => type === "numeric") ? "numeric" : "division",
      origins: [],
    };
  if (carrying.has(expr.name)) return kindOfOperator(expr.name, kinds, work.dialect);
  return expr.name === "count" || expr.name === "countif" || expr.name === "row_number"
    ? { type: "integer", origins: [] }
    : nothingKnown;
}

/** In places where a float would be computed with or compared, it is a mistake; columns of other files are asked about later. */
export function exact(expr: Expr, kind: Kind, { work }: Context): void {
  if (kind.type === "float" && expr.kind !== "literal")
    work.findings.push({
      at: firstIn(expr) ?? 0,
      message: "a float is computed with or compared",
      expected: "a float is a column's last operation; keep NUMERIC or integers until then",
    });
  else computed(kind, work);
}

function clockIn(
  expr: Extract<Expr, { kind: "cast" }>,
): { word: string; message: string; expected: string } | undefined {
  const [inner] = expr.args;
  if (
    inner.kind !== "literal" ||
    !/^(now|today|tomorrow|yesterday|current_date|current_timestamp)$/i.test(inner.text) ||
    !/date|time/.test(expr.type)
  )
    return undefined;
  return {
    word: inner.text.toLowerCase(),
    message: `'${inner.text}' reads the clock`,
    expected: 'expected {{var "as_of" "timestamp"}}',
  };
}
