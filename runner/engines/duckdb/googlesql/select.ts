import type { Context, OutputColumn, Relation } from "./context.ts";
import { contextIn, type Environment } from "./environment.ts";
import { condition } from "./expression.ts";
import { fromOf } from "./from.ts";
import { checkGrouped, groupSql, ordinalOf } from "./grouping.ts";
import { mistaken, refused } from "./refusal.ts";
import { sameName, type Scope, type Use } from "./scope.ts";
import { listedOf, listedSql, type Output, unique } from "./select-list.ts";
import type { OrderItem, Select } from "./tree.ts";
import { isGroupable, quoted, type Type, unknown } from "./type.ts";
import { structOf, type Value } from "./value.ts";
import { directionSql, orderSql } from "./window.ts";

export function selectOf(
  select: Select,
  orderBy: readonly OrderItem[],
  environment: Environment,
  outer: Scope | undefined,
): { relation: Relation; order: string } {
  const windows = new Map(select.windows.map(({ name, window }) => [name.text.toLowerCase(), window]));
  const found = { aggregate: false, window: false };
  const contextOf = (scope: Scope | undefined) => contextIn(scope, environment, { windows });
  const from = select.from ? fromOf(select.from, environment, outer, contextOf) : undefined;
  const scope: Scope = { tables: from?.tables ?? [], merged: from?.merged ?? new Map(), outer, uses: undefined };
  const context = contextIn(scope, environment, { windows, found });
  if (from === undefined) checkWithoutFrom(select);
  environment.forms.add(select.distinct ? "SELECT DISTINCT" : "SELECT");

  const where = select.where ? `\nWHERE ${condition(select.where, contextOf(scope), "WHERE")}` : "";
  const listed = unique(select.items.flatMap((item) => listedOf(item, from, context)));
  const outputs = listed.flatMap((entry) => (entry.kind === "output" ? [entry.output] : []));
  const open = outputs.length < listed.length;
  const named = { ...context, aliases: aliasesOf(outputs) };
  if (select.having && select.groupBy.length === 0 && !found.aggregate)
    throw mistaken(
      "HAVING",
      select.having.at,
      "needs GROUP BY or an aggregate function in the select list",
      "use where or qualify",
    );
  const group = select.groupBy.map((expression) => {
    const { sql, isExpression } = groupSql(expression, { listed, context, aliases: named.aliases, environment });
    if (isExpression && (select.having || select.qualify || orderBy.length > 0))
      throw refused(
        "GROUP BY an expression beside HAVING, QUALIFY or ORDER BY",
        expression.at,
        "give the expression a name in the select list and group by that",
      );
    return sql;
  });
  const tracked = <T>(work: () => T): { result: T; uses: Use[] } => {
    const uses: Use[] = [];
    scope.uses = uses;
    const result = work();
    scope.uses = undefined;
    return { result, uses };
  };
  const having = tracked(() => (select.having ? `\nHAVING ${condition(select.having, named, "HAVING")}` : ""));
  const qualify = tracked(() => (select.qualify ? `\nQUALIFY ${condition(select.qualify, named, "QUALIFY")}` : ""));
  const order = tracked(() => orderBy.map((item) => orderItemSql(item, { outputs, open, context: named })));
  if (having.result) environment.forms.add("HAVING");
  if (qualify.result) environment.forms.add("QUALIFY");
  if (from === undefined && found.aggregate) throw mistaken("an aggregate function", select.at, "needs FROM");
  if (select.distinct && outputs.some(({ value }) => !isGroupable(value.type)))
    throw refused("SELECT DISTINCT of an array or struct", select.at, "leave the column out");
  const lost = order.uses.find(({ sql }) => !outputs.some(({ value }) => value.sql === sql));
  if (select.distinct && lost)
    throw mistaken(
      "ORDER BY",
      lost.at,
      "reads a column that SELECT DISTINCT has not kept",
      "order by a name of the select list",
    );
  if (group.length > 0 || found.aggregate) {
    const ungrouped = outputs.filter(({ value }) => !group.includes(value.sql)).flatMap(({ uses }) => uses);
    checkGrouped([...ungrouped, ...having.uses, ...qualify.uses, ...order.uses], group);
  }

  const items = select.asStruct
    ? structItems(select, outputs, open)
    : { sql: listed.map(listedSql), columns: open ? undefined : columnsOf(outputs) };
  const sql =
    `SELECT ${select.distinct ? "DISTINCT " : ""}${items.sql.join(", ")}` +
    (from ? `\nFROM ${from.sql}` : "") +
    where +
    (group.length > 0 ? `\nGROUP BY ${group.join(", ")}` : "") +
    having.result +
    qualify.result;
  const ordered = order.result.length > 0 ? `\nORDER BY ${order.result.join(", ")}` : "";
  return { relation: { sql, columns: items.columns }, order: ordered };
}

function checkWithoutFrom({ where, groupBy, having, qualify, distinct, at }: Select): void {
  for (const [present, clause] of [
    [where, "WHERE"],
    [groupBy.length > 0, "GROUP BY"],
    [having, "HAVING"],
    [qualify, "QUALIFY"],
    [distinct, "DISTINCT"],
  ] as const)
    if (present) throw mistaken(clause, at, "needs FROM");
}

function structItems(
  select: Select,
  outputs: readonly Output[],
  open: boolean,
): { sql: string[]; columns: Relation["columns"] } {
  if (open || select.distinct) throw refused("SELECT AS STRUCT with * or DISTINCT", select.at, "name the columns");
  const type: Type = { kind: "STRUCT", fields: outputs.map(({ name, value }) => ({ name, type: value.type })) };
  const { sql } = structOf(
    outputs.map(({ value }) => value),
    type,
    select.at,
  );
  return { sql: [`${sql} AS "row"`], columns: [{ name: undefined, inner: "row", type }] };
}

function columnsOf(outputs: readonly Output[]): OutputColumn[] {
  return outputs.map(({ name, inner, value }) => ({
    name,
    inner,
    type: value.type,
    ...(value.literal ? { value } : {}),
  }));
}

function aliasesOf(outputs: readonly Output[]): Map<string, Value> {
  const aliases = new Map<string, Value>();
  const double = new Set<string>();
  for (const { name, value } of outputs) {
    if (name === undefined) continue;
    const key = name.toLowerCase();
    const before = aliases.get(key);
    if (before && before.sql !== value.sql) double.add(key);
    const { literal: _, ...rest } = value;
    aliases.set(key, rest);
  }
  for (const key of double) aliases.set(key, { sql: "", type: unknown, at: 0, ambiguous: true });
  return aliases;
}

function orderItemSql(
  item: OrderItem,
  { outputs, open, context }: { outputs: readonly Output[]; open: boolean; context: Context },
): string {
  const index = ordinalOf(item.expression, open ? undefined : outputs.length);
  const alias =
    item.expression.kind === "path" && item.expression.parts.length === 1 ? item.expression.parts[0]!.text : undefined;
  const at =
    index ?? (alias === undefined ? -1 : outputs.findIndex(({ name }) => name !== undefined && sameName(name, alias)));
  const output = outputs[at];
  if (output === undefined || (alias !== undefined && context.aliases?.get(alias.toLowerCase())?.ambiguous))
    return orderSql(item, context);
  orderSql(item, context, output.value); // checks the type
  return open ? `${quoted(output.inner)} ${directionSql(item)}` : `${at + 1} ${directionSql(item)}`;
}
