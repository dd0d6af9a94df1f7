import type { Context } from "./context.ts";
import { operand } from "./expression.ts";
import { mistaken, refused } from "./refusal.ts";
import { nameOfType } from "./type.ts";
import type { FrameBound, OrderItem, Window } from "./tree.ts";
import type { Value } from "./value.ts";

/** What a window function asks of its window: an order, and whether it takes a frame. */
export type WindowRule = "any" | "ordered" | "ordered, no frame" | "no order needed, no frame";

/** The inside of OVER (...). */
export function windowSql(
  window: Window,
  call: { name: string; rule: WindowRule | undefined },
  context: Context,
): string {
  const { partitionBy, orderBy, frame, at } = withBase(window, context);
  const rule = call.rule ?? "any";
  if (rule.startsWith("ordered") && orderBy.length === 0)
    throw mistaken(`${call.name}() OVER`, at, "needs ORDER BY in its window");
  if (rule.endsWith("no frame") && frame)
    throw mistaken(`${call.name}() OVER`, frame.at, "takes no frame", "leave ROWS or RANGE out");
  const partition = partitionBy.map((expression) => {
    const value = operand(expression, context);
    if (["FLOAT64", "ARRAY", "STRUCT", "JSON"].includes(value.type.kind))
      throw refused(`PARTITION BY ${nameOfType(value.type)}`, expression.at, "partition by INT64, STRING or DATE");
    return value.sql;
  });
  const parts = [
    ...(partition.length > 0 ? [`PARTITION BY ${partition.join(", ")}`] : []),
    ...(orderBy.length > 0 ? [`ORDER BY ${orderBy.map((item) => orderSql(item, context)).join(", ")}`] : []),
    ...(frame ? [frameSql(frame, orderBy.length > 0)] : []),
  ];
  context.form(frame ? `OVER (${frame.unit.toUpperCase()} ...)` : "OVER (PARTITION BY ... ORDER BY ...)");
  return parts.join(" ");
}

function withBase(window: Window, context: Context): Window {
  if (window.base === undefined) return window;
  const base = context.windows.get(window.base.text.toLowerCase());
  if (base === undefined)
    throw mistaken(window.base.text, window.base.at, "is no window of this query", "add WINDOW ... AS (...)");
  const whole = withBase(base, context);
  if (window.partitionBy.length > 0 || (window.orderBy.length > 0 && whole.orderBy.length > 0))
    throw mistaken(window.base.text, window.base.at, "already has what this window adds");
  const orderBy = window.orderBy.length > 0 ? window.orderBy : whole.orderBy;
  return { ...whole, orderBy, frame: window.frame ?? whole.frame, base: undefined };
}

function frameSql({ unit, from, to, at }: NonNullable<Window["frame"]>, ordered: boolean): string {
  const counted = [from, to].some((bound) => "count" in bound);
  if (unit === "range" && counted) throw refused("RANGE with a distance", at, "use ROWS, or join on the range");
  if (!ordered && unit === "range" && (from.kind === "current row" || to.kind === "current row"))
    throw refused("RANGE without ORDER BY", at, "add ORDER BY");
  if (!ordered && unit === "rows" && (counted || from.kind === "current row" || to.kind === "current row"))
    throw refused("ROWS without ORDER BY", at, "add ORDER BY: without it the answer is left to chance");
  return `${unit.toUpperCase()} BETWEEN ${boundSql(from)} AND ${boundSql(to)}`;
}

function boundSql(bound: FrameBound): string {
  if (!("count" in bound)) return bound.kind.toUpperCase();
  const { count } = bound;
  if (count.kind !== "integer" || count.value < 0n)
    throw refused("a frame bound that is not a number", count.at, "write a number");
  return `${count.value} ${bound.kind.toUpperCase()}`;
}

/** GoogleSQL sorts NULL first, descending last; DuckDB is always told. */
export function orderSql(item: OrderItem, context: Context, given?: Value): string {
  const value = given ?? operand(item.expression, context);
  if (["ARRAY", "STRUCT", "JSON"].includes(value.type.kind))
    throw mistaken("ORDER BY", item.at, `can't sort ${nameOfType(value.type)}`);
  if (value.type.kind === "FLOAT64" && value.type.special)
    throw refused("ORDER BY a number that may be NaN", item.at, "test is_nan(...) first");
  context.form("ORDER BY ... [ASC|DESC] [NULLS FIRST|LAST]");
  return `${value.sql} ${directionSql(item)}`;
}

export function directionSql({ descending, nulls }: OrderItem): string {
  return `${descending ? "DESC" : "ASC"} NULLS ${(nulls ?? (descending ? "last" : "first")).toUpperCase()}`;
}
