import type { Relation } from "./context.ts";
import { contextIn, type Environment } from "./environment.ts";
import { ordinalOf } from "./grouping.ts";
import { mistaken, refused } from "./refusal.ts";
import { type Column, sameName, type Scope } from "./scope.ts";
import { selectOf } from "./select.ts";
import { setOf } from "./set-operation.ts";
import type { Body, Expression, Name, Query } from "./tree.ts";
import { quoted } from "./type.ts";
import { orderSql } from "./window.ts";

/** The names a statement gives: a column without a name is f0_, f1_, ... as in BigQuery. */
export function statementOf(query: Query, environment: Environment): Relation {
  const relation = relationOf(query, environment, undefined);
  const columns = relation.columns;
  if (columns === undefined) return relation;
  const seen = new Set<string>();
  for (const { name } of columns) {
    if (name === undefined) continue;
    if (seen.has(name.toLowerCase()))
      throw mistaken(name, query.at, "is the name of two columns of the result", "give one an alias");
    seen.add(name.toLowerCase());
  }
  return relation;
}

export function relationOf(query: Query, given: Environment, outer: Scope | undefined): Relation {
  const { environment, sql: entries } = withEntries(query, given);
  const { relation, order } =
    query.body.kind === "select"
      ? selectOf(query.body, query.orderBy, environment, outer)
      : orderedBody(query, environment, outer);
  const limit = limitSql(query, environment);
  return { ...relation, sql: `${entries}${relation.sql}${order}${limit}` };
}

function withEntries(query: Query, given: Environment): { environment: Environment; sql: string } {
  let environment = given;
  if (query.with === undefined) return { environment, sql: "" };
  environment.forms.add("WITH");
  const texts = query.with.entries.map(({ name, query: inner }, index) => {
    if (query.with!.entries.slice(0, index).some((other) => sameName(other.name.text, name.text)))
      throw mistaken(name.text, name.at, "is defined twice in one WITH");
    const self = query.with!.recursive ? recursiveColumns(inner, environment) : undefined;
    const relation = relationOf(inner, self ? withEntry(environment, name, self) : environment, undefined);
    environment = withEntry(environment, name, self ?? relation.columns);
    return `${quoted(name.text)} AS (${relation.sql})`;
  });
  return { environment, sql: `WITH ${query.with.recursive ? "RECURSIVE " : ""}${texts.join(",\n")}\n` };
}

function withEntry(environment: Environment, name: Name, columns: Relation["columns"]): Environment {
  const entries = new Map(environment.entries).set(name.text.toLowerCase(), { name: name.text, columns });
  const inner: Environment = { ...environment, entries, queryOf: (query, outer) => relationOf(query, inner, outer) };
  return inner;
}

/** A recursive entry has the columns of its first part; undefined where the entry does not name itself. */
function recursiveColumns(query: Query, environment: Environment): Relation["columns"] {
  if (
    query.body.kind !== "set" ||
    !query.body.operator.startsWith("union") ||
    query.with ||
    query.limit ||
    query.orderBy.length > 0
  )
    return undefined;
  const { left, operator, at } = query.body;
  const { columns } = bodyOf(left, environment, undefined);
  if (columns === undefined)
    throw refused("WITH RECURSIVE over unknown columns", at, "name the columns of the first part");
  if (operator !== "union all")
    throw refused("WITH RECURSIVE ... UNION DISTINCT", at, "use union all and distinct outside");
  environment.forms.add("WITH RECURSIVE ... UNION ALL");
  return columns.map((column) => ({ ...column, name: column.name ?? column.inner }));
}

function limitSql({ limit }: Query, environment: Environment): string {
  if (limit === undefined) return "";
  environment.forms.add("LIMIT ... OFFSET ...");
  const number = (expression: Expression) => {
    if (expression.kind !== "integer" || expression.value < 0n)
      throw refused("LIMIT or OFFSET that is not a number", expression.at, "write a number");
    return expression.value;
  };
  return `\nLIMIT ${number(limit.count)}${limit.skip ? ` OFFSET ${number(limit.skip)}` : ""}`;
}

/** A set operation, or a query in parentheses, with ORDER BY over its columns. */
function orderedBody(
  query: Query,
  environment: Environment,
  outer: Scope | undefined,
): { relation: Relation; order: string } {
  const relation = bodyOf(query.body, environment, outer);
  if (query.orderBy.length === 0) return { relation, order: "" };
  const alias = environment.nextAlias();
  const columns = relation.columns?.flatMap(({ name, inner, type }): Column[] =>
    name === undefined ? [] : [{ name, type, sql: `${quoted(alias)}.${quoted(inner)}` }],
  );
  const scope: Scope = { tables: [{ alias, columns }], merged: new Map(), outer: undefined, uses: undefined };
  const context = contextIn(scope, environment);
  const order = query.orderBy.map((item) => {
    const index = ordinalOf(item.expression, relation.columns?.length);
    if (index === undefined) return orderSql(item, context);
    const column = relation.columns![index]!;
    return orderSql(item, context, { sql: `${quoted(alias)}.${quoted(column.inner)}`, type: column.type, at: item.at });
  });
  const sql = `SELECT * FROM (${relation.sql}) AS ${quoted(alias)}`;
  return { relation: { ...relation, sql }, order: `\nORDER BY ${order.join(", ")}` };
}

export function bodyOf(body: Body, environment: Environment, outer: Scope | undefined): Relation {
  switch (body.kind) {
    case "select":
      return selectOf(body, [], environment, outer).relation;
    case "query": {
      const relation = relationOf(body.query, environment, outer);
      return { ...relation, sql: `(${relation.sql})` };
    }
    case "set":
      return setOf(body, environment, outer);
    default:
      return body satisfies never;
  }
}
