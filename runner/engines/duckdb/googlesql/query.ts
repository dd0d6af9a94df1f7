import type { Context, Relation } from "./context.ts";
import { checked, condition, impliedName, operand } from "./expression.ts";
import { fieldsOf, type FromClause, fromOf } from "./from.ts";
import { type GoogleSqlError, mistaken, refused } from "./refusal.ts";
import { type Column, findTable, sameName, type Scope, type Use } from "./scope.ts";
import type { Body, Expression, Name, OrderItem, Query, Select, SelectItem, SetOperator } from "./tree.ts";
import { duckdbType, holdsUnknown, nameOfType, quoted, sameType, type Type, unknown } from "./type.ts";
import { coerced, commonType, structOf, type Value } from "./value.ts";
import { directionSql, orderSql } from "./window.ts";

export type TableColumn = { name: string; type: Type; stored: string | undefined };

/** What holds for a whole statement, or for the part of it below one WITH. */
export type Environment = {
  entries: ReadonlyMap<string, { name: string; columns: Relation["columns"] }>;
  /** Columns of tables by `dataset.table`; undefined: nothing is known. */
  tables: ReadonlyMap<string, TableColumn[]> | undefined;
  tablesRead: { path: string[]; offset: number }[];
  forms: Set<string>;
  /** Only a check: what is refused is gathered here, and what depends on an unknown type is let through. */
  noted: GoogleSqlError[] | undefined;
  nextAlias: () => string;
  queryOf: (query: Query, outer: Scope | undefined) => Relation;
};

type Output = { name: string | undefined; inner: string; value: Value; uses: Use[] };
/** A select list: outputs, or a star over columns that are not known. */
type Listed = { kind: "output"; output: Output } | { kind: "open"; sql: string };

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

function bodyOf(body: Body, environment: Environment, outer: Scope | undefined): Relation {
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

const setKeywords: Record<SetOperator, string> = {
  "union all": "UNION ALL",
  "union distinct": "UNION",
  "except distinct": "EXCEPT",
  "intersect distinct": "INTERSECT",
};

/** Set operations of one kind in a row: each column takes the type that fits all of them. */
function setOf(body: Body & { kind: "set" }, environment: Environment, outer: Scope | undefined): Relation {
  const { operator, at } = body;
  const sides = operandsOf(body, operator).map((side) => bodyOf(side, environment, outer));
  const word = operator.toUpperCase();
  environment.forms.add(word);
  const join = (texts: readonly string[]) =>
    texts.reduce((done, text, index) => `${index > 1 ? `(${done})` : done}\n${setKeywords[operator]}\n${text}`);
  const first = sides[0]!.columns;
  const closed = sides.flatMap(({ columns }) => (columns ? [columns] : []));
  if (first === undefined || closed.length < sides.length) {
    const columns = first?.map((column) => ({ ...column, type: unknown }));
    return { columns, sql: join(sides.map(({ sql }) => `(${sql})`)) };
  }
  const odd = closed.find(({ length }) => length !== first.length);
  if (odd) throw mistaken(word, at, `joins ${first.length} columns with ${odd.length}`);
  const types = first.map((_, index) => {
    const columns = closed.map((side) => side[index]!);
    return commonColumn(columns, { word, index, at });
  });
  if (operator !== "union all")
    for (const type of types)
      if (!isGroupable(type)) throw refused(`${word} of ${nameOfType(type)}`, at, "use union all");
  const columns = first.map((column, index) => ({ ...plain(column), type: types[index]! }));
  return { columns, sql: join(sides.map((side) => `(${converted(side, types, environment)})`)) };
}

function operandsOf(body: Body, operator: SetOperator): Body[] {
  if (body.kind !== "set" || body.operator !== operator) return [body];
  return [...operandsOf(body.left, operator), body.right];
}

type OutputColumn = NonNullable<Relation["columns"]>[number];

function plain({ name, inner, type }: OutputColumn): OutputColumn {
  return { name, inner, type };
}

function asValue(column: OutputColumn, at: number): Value {
  return { ...(column.value ?? { sql: "" }), type: column.type, at };
}

function commonColumn(columns: OutputColumn[], { word, index, at }: { word: string; index: number; at: number }): Type {
  const type = commonType(columns.map((column) => asValue(column, at)));
  if (type === undefined)
    throw mistaken(
      word,
      at,
      `column ${index + 1} is ${columns.map((column) => nameOfType(column.type)).join(" and ")}`,
      "cast one side",
    );
  return type;
}

/** The side with its columns in these types. A bare literal is written again, as GoogleSQL reads it for that type. */
function converted(side: Relation, types: readonly Type[], environment: Environment): string {
  const columns = side.columns!;
  const bare = (column: OutputColumn) => column.value?.literal !== undefined;
  if (
    columns.every(
      (column, index) =>
        types[index]!.kind === "UNKNOWN" ||
        (sameType(column.type, types[index]!) && column.value?.literal?.kind !== "null"),
    )
  )
    return side.sql;
  const alias = environment.nextAlias();
  const list = columns.map((column, index) => {
    const read = `${quoted(alias)}.${quoted(column.inner)}`;
    const value = coerced(bare(column) ? asValue(column, 0) : { sql: read, type: column.type, at: 0 }, types[index]!);
    return `${value?.sql ?? read} AS ${quoted(column.inner)}`;
  });
  return `SELECT ${list.join(", ")} FROM (${side.sql}) AS ${quoted(alias)}`;
}

export function isGroupable(type: Type): boolean {
  return (
    type.kind !== "ARRAY" &&
    type.kind !== "STRUCT" &&
    type.kind !== "JSON" &&
    !(type.kind === "FLOAT64" && type.special)
  );
}

function contextIn(scope: Scope | undefined, environment: Environment, more: Partial<Context> = {}): Context {
  return {
    scope,
    aliases: undefined,
    windows: new Map(),
    found: { aggregate: false, window: false },
    noted: environment.noted,
    query: (query) => environment.queryOf(query, scope),
    form: (name) => environment.forms.add(name),
    nearest: () => "name a column of a table in FROM",
    ...more,
  };
}

function selectOf(
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

/** Beside GROUP BY or an aggregate function only grouped columns can be read; an expression counts where it is a whole column of the list. */
function checkGrouped(uses: readonly Use[], group: readonly string[]): void {
  const loose = uses.find(({ column, sql }) => !group.includes(sql) && !group.includes(column));
  if (loose)
    throw mistaken(
      "a column",
      loose.at,
      "is neither grouped nor aggregated",
      "add it to GROUP BY, or use any_value(...)",
    );
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

function listedSql(entry: Listed): string {
  if (entry.kind === "open") return entry.sql;
  const { inner, value, uses } = entry.output;
  // DuckDB forgets the type of what it computes from constants, where that is NULL
  const isConstant = (uses.length === 0 && !value.leaf) || /\bNULL\b/.test(value.sql);
  const sql = isConstant && !holdsUnknown(value.type) ? `CAST(${value.sql} AS ${duckdbType(value.type)})` : value.sql;
  return `${sql} AS ${quoted(inner)}`;
}

/** DuckDB's name for each output: its own, but no name twice, and f0_, f1_, ... where it has none. */
function unique(listed: Listed[]): Listed[] {
  const taken = new Set(
    listed.flatMap((entry) =>
      entry.kind === "output" && entry.output.name !== undefined ? [entry.output.name.toLowerCase()] : [],
    ),
  );
  const used = new Set<string>();
  let unnamed = 0;
  return listed.map((entry) => {
    if (entry.kind === "open") return entry;
    let inner = entry.output.name;
    if (inner === undefined) {
      do inner = `f${unnamed++}_`;
      while (taken.has(inner));
    } else {
      for (let copy = 2; used.has(inner.toLowerCase()); copy++)
        inner = taken.has(`${entry.output.name}__${copy}`.toLowerCase()) ? inner : `${entry.output.name}__${copy}`;
    }
    used.add(inner.toLowerCase());
    return { kind: "output", output: { ...entry.output, inner } };
  });
}

function listedOf(item: SelectItem, from: FromClause | undefined, context: Context): Listed[] {
  if (item.kind === "star") return starOf(item, from, context);
  const { value, uses } = usesOf(context, () => checked(operand(item.expression, context)));
  const name = item.alias?.text ?? impliedName(item.expression);
  return [{ kind: "output", output: { name, inner: "", value, uses } }];
}

/** The value, and the columns it reads outside aggregate functions. */
function usesOf({ scope }: Context, work: () => Value): { value: Value; uses: Use[] } {
  const uses: Use[] = [];
  if (scope) scope.uses = uses;
  const value = work();
  if (scope) scope.uses = undefined;
  return { value, uses };
}

type Expanded = { name: string | undefined; sql: string; type: Type } | { open: string; except: string[] };

function starOf(item: SelectItem & { kind: "star" }, from: FromClause | undefined, context: Context): Listed[] {
  const { except, replace, at } = item;
  context.form(except.length > 0 ? "* EXCEPT (...)" : replace.length > 0 ? "* REPLACE (...)" : "*");
  const expanded = expandedStar(item, from, context);
  const closed = expanded.flatMap((entry) => ("open" in entry ? [] : [entry]));
  const open = expanded.flatMap((entry) => ("open" in entry ? [entry] : []));
  const known = (name: Name) => closed.some((entry) => entry.name !== undefined && sameName(entry.name, name.text));
  for (const name of [...except, ...replace.map((one) => one.name)]) {
    if (known(name) || open.length === 1) continue;
    if (open.length === 0) throw mistaken(name.text, name.at, "is no column of the star");
    throw refused(`* EXCEPT or REPLACE over several tables`, at, "name the columns");
  }
  const replaced = new Map(
    replace.map(({ expression, name }) => [
      name.text.toLowerCase(),
      usesOf(context, () => checked(operand(expression, context))),
    ]),
  );
  const outside = (names: readonly Name[]) => names.filter((name) => !known(name)).map(({ text }) => text);
  const listed = expanded.flatMap((entry): Listed[] => {
    if ("open" in entry) {
      const leftOut = [...entry.except, ...outside(except)];
      const changed = outside(replace.map(({ name }) => name)).map(
        (name) => `${replaced.get(name.toLowerCase())!.value.sql} AS ${quoted(name)}`,
      );
      const sql = `${quoted(entry.open)}.*${leftOut.length > 0 ? ` EXCLUDE (${leftOut.map(quoted).join(", ")})` : ""}${changed.length > 0 ? ` REPLACE (${changed.join(", ")})` : ""}`;
      return [{ kind: "open", sql }];
    }
    if (entry.name !== undefined && except.some(({ text }) => sameName(text, entry.name!))) return [];
    const { sql, type } = entry;
    const itself = { value: { sql, type, at }, uses: [{ column: sql, sql, at }] };
    const taken = (entry.name !== undefined && replaced.get(entry.name.toLowerCase())) || itself;
    return [{ kind: "output", output: { name: entry.name, inner: "", ...taken } }];
  });
  if (listed.length === 0) throw mistaken("*", at, "leaves no column");
  return listed;
}

function expandedStar(
  { of, at }: SelectItem & { kind: "star" },
  from: FromClause | undefined,
  context: Context,
): Expanded[] {
  if (of === undefined) {
    if (from === undefined) throw mistaken("*", at, "needs FROM");
    return from.star.map((entry) =>
      entry.kind === "open" ? { open: entry.alias, except: entry.except } : entry.column,
    );
  }
  if (of.kind === "path" && of.parts.length === 1) {
    const name = of.parts[0]!.text;
    const table = findTable(context.scope, name)?.table;
    if (table && !table.element) return table.whole ?? [{ open: table.alias!, except: [] }];
  }
  const value = operand(of, context);
  if (value.type.kind !== "STRUCT") throw mistaken(".*", at, `${nameOfType(value.type)} has no fields`);
  return fieldsOf(value, value.type.fields);
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

/** `1`: the first column; undefined where the expression is not a number. */
function ordinalOf(expression: Expression, count: number | undefined): number | undefined {
  if (expression.kind !== "integer") return undefined;
  const index = Number(expression.value) - 1;
  if (count === undefined) throw refused("a column number after *", expression.at, "name the column");
  if (index < 0 || index >= count)
    throw mistaken(String(expression.value), expression.at, "is no column number of this query");
  return index;
}

type Grouping = {
  listed: Listed[];
  context: Context;
  aliases: Map<string, Value> | undefined;
  environment: Environment;
};

/** GROUP BY takes a name of the select list before a column, a number, or an expression over columns. */
function groupSql(
  expression: Expression,
  { listed, context, aliases, environment }: Grouping,
): { sql: string; isExpression: boolean } {
  environment.forms.add("GROUP BY");
  const open = listed.some((entry) => entry.kind === "open");
  const index = ordinalOf(expression, open ? undefined : listed.length);
  const entry = index === undefined ? undefined : listed[index];
  const alias =
    expression.kind === "path" && expression.parts.length === 1
      ? aliases?.get(expression.parts[0]!.text.toLowerCase())
      : undefined;
  if (alias?.ambiguous) throw mistaken("GROUP BY", expression.at, "names two columns of the select list");
  const named = entry?.kind === "output" ? entry.output.value : alias;
  const value =
    named ?? operand(expression, { ...context, aliases: undefined, found: { aggregate: false, window: false } });
  if (!named && (value.literal || ["bool", "bytes", "typed"].includes(expression.kind)))
    throw mistaken("GROUP BY", expression.at, "can't take a literal", "leave it out");
  if (!isGroupable(value.type))
    throw refused(`GROUP BY ${nameOfType(value.type)}`, expression.at, "group by its parts");
  return { sql: value.sql, isExpression: !named && expression.kind !== "path" && expression.kind !== "field" };
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
