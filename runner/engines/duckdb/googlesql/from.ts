import type { Context } from "./context.ts";
import { comparedValues, condition, operand } from "./expression.ts";
import type { Environment } from "./query.ts";
import { GoogleSqlError, mistaken, refused } from "./refusal.ts";
import { type Column, findTable, sameName, type Scope, type Table, type Unnamed } from "./scope.ts";
import type { From, JoinType, Name } from "./tree.ts";
import { fieldNames, int64, nameOfType, quoted, quotedText, sameType, scalar, type Type, unknown } from "./type.ts";
import { commonType, describeType, type Value } from "./value.ts";

/** What `*` stands for, in order: columns, or all columns of a table that are not known. */
export type Starred = { kind: "column"; column: Column | Unnamed } | { kind: "open"; alias: string; except: string[] };

export type FromClause = { sql: string; tables: Table[]; merged: Map<string, Column>; star: Starred[] };

/** The FROM clause. `contextOf` gives what an expression sees in a scope. */
export function fromOf(
  from: From,
  environment: Environment,
  outer: Scope | undefined,
  contextOf: (scope: Scope | undefined) => Context,
): FromClause {
  const here = { environment, outer, contextOf };
  return build(from, undefined, here);
}

type Here = { environment: Environment; outer: Scope | undefined; contextOf: (scope: Scope | undefined) => Context };

function build(from: From, left: FromClause | undefined, here: Here): FromClause {
  switch (from.kind) {
    case "table":
      return namedTable(from, left, here);
    case "query":
      return derivedTable(from, here);
    case "unnest":
      return unnested(from, left, here).clause;
    case "join":
      return joined(from, here);
    case "unpivot":
      return unpivoted(from, here);
    default:
      return from satisfies never;
  }
}

function namedTable(from: From & { kind: "table" }, left: FromClause | undefined, here: Here): FromClause {
  const { path, at } = from;
  const [first] = path as [Name];
  const scope = scopeOf(left, here);
  if (path.length > 1 && findTable(scope, first.text)) {
    const array = { kind: "path" as const, parts: path, at };
    return unnested({ kind: "unnest", array, alias: from.alias ?? path.at(-1)!, position: undefined, at }, left, here)
      .clause;
  }
  const alias = from.alias?.text ?? path.at(-1)!.text;
  const entry = path.length === 1 ? here.environment.entries.get(first.text.toLowerCase()) : undefined;
  if (entry) return tableClause(`${quoted(entry.name)} AS ${quoted(alias)}`, alias, columnsOf(alias, entry.columns));
  return storedTable(path, alias, here);
}

function storedTable(path: readonly Name[], alias: string, { environment }: Here): FromClause {
  const at = path[0]!.at;
  const shown = path.map(({ text }) => text).join(".");
  if (path.length > 3 || path.some(({ text }) => text === ""))
    throw mistaken(shown, at, "is no table name", "write dataset.table");
  if (path.some(({ text }) => text.includes("*")))
    throw refused(`the wildcard table ${shown}`, at, "join the tables with union all");
  if (path.some(({ text }) => /^(information_schema|pg_catalog|__tables__)$/i.test(text)))
    throw refused(shown, at, "the catalogue differs between the databases");
  const local = path.slice(-2).map(({ text }) => text);
  environment.tablesRead.push({ path: local, offset: at });
  const known = environment.tables?.get(local.join("."));
  const columns = known?.map(({ name, type, stored }): Column => {
    const sql = `${quoted(alias)}.${quoted(name)}`;
    return { name, type, sql: stored === undefined ? sql : `CAST(${sql} AS ${stored})` };
  });
  return tableClause(`${local.map(quoted).join(".")} AS ${quoted(alias)}`, alias, columns);
}

function derivedTable({ query, alias: name }: From & { kind: "query" }, here: Here): FromClause {
  const relation = here.environment.queryOf(query, here.outer);
  const alias = name?.text ?? here.environment.nextAlias();
  return tableClause(`(${relation.sql}) AS ${quoted(alias)}`, alias, columnsOf(alias, relation.columns));
}

type InnerColumns = { name: string | undefined; inner: string; type: Type }[] | undefined;

function columnsOf(alias: string, columns: InnerColumns): (Column | Unnamed)[] | undefined {
  return columns?.map(
    ({ name, inner, type }) => ({ name, type, sql: `${quoted(alias)}.${quoted(inner)}` }) as Column | Unnamed,
  );
}

function tableClause(sql: string, alias: string, columns: (Column | Unnamed)[] | undefined): FromClause {
  const named = columns?.filter((column): column is Column => column.name !== undefined);
  const star: Starred[] = columns
    ? columns.map((column) => ({ kind: "column", column }))
    : [{ kind: "open", alias, except: [] }];
  return { sql, tables: [{ alias, columns: named, ...(columns ? { whole: columns } : {}) }], merged: new Map(), star };
}

function scopeOf(left: FromClause | undefined, { outer }: Here): Scope | undefined {
  return left ? { tables: left.tables, merged: left.merged, outer, uses: undefined } : outer;
}

/** An array as a table. It is correlated where it names a table to its left. */
function unnested(
  from: From & { kind: "unnest" },
  left: FromClause | undefined,
  here: Here,
): { clause: FromClause; correlated: boolean } {
  const { value, correlated } = arrayOfUnnest(from, left, here);
  if (value.type.kind !== "ARRAY" && value.type.kind !== "UNKNOWN")
    throw mistaken("UNNEST", from.at, `takes an array, not ${describeType(value)}`);
  const element: Type = value.type.kind === "ARRAY" ? value.type.element : unknown;
  const alias = here.environment.nextAlias();
  const context = here.contextOf(undefined);
  context.form(from.position ? "UNNEST(array) WITH OFFSET" : "UNNEST(array)");
  const itself: Column | Unnamed = { name: from.alias?.text, type: element, sql: `${quoted(alias)}."value"` } as Column;
  const position: Column | undefined = from.position && {
    name: from.position.text,
    type: int64,
    sql: `${quoted(alias)}."position"`,
  };
  const fields = element.kind === "STRUCT" ? fieldsOf(itself, element.fields) : [];
  const numbered = position ? `, CAST(unnest(range(len(${value.sql}))) AS BIGINT) AS "position"` : "";
  const sql = `${correlated ? "LATERAL " : ""}(SELECT unnest(${value.sql}) AS "value"${numbered}) AS ${quoted(alias)}`;
  const named = fields.filter((field): field is Column => field.name !== undefined);
  const tables: Table[] = [
    { alias: from.alias?.text, columns: named, ...(from.alias ? { element: itself as Column } : {}) },
  ];
  if (position) tables.push({ alias: undefined, columns: [position] });
  const star: Starred[] = [...(element.kind === "STRUCT" ? fields : [itself]), ...(position ? [position] : [])].map(
    (column) => ({ kind: "column", column }),
  );
  return { clause: { sql, tables, merged: new Map(), star }, correlated };
}

export function fieldsOf(
  value: { sql: string },
  fields: readonly { name: string | undefined; type: Type }[],
): (Column | Unnamed)[] {
  const inner = fieldNames(fields);
  return fields.map(
    ({ name, type }, index) => ({ name, type, sql: `(${value.sql}).${quoted(inner[index]!)}` }) as Column,
  );
}

function arrayOfUnnest(
  { array }: From & { kind: "unnest" },
  left: FromClause | undefined,
  here: Here,
): { value: Value; correlated: boolean } {
  if (left === undefined) return { value: operand(array, here.contextOf(here.outer)), correlated: false };
  const { noted } = here.environment;
  const before = noted?.length ?? 0;
  try {
    const value = operand(array, here.contextOf(here.outer));
    if (noted === undefined || noted.length === before) return { value, correlated: false };
    noted.length = before;
  } catch (error) {
    if (!(error instanceof GoogleSqlError)) throw error;
  }
  return { value: operand(array, here.contextOf(scopeOf(left, here))), correlated: true };
}

function joined(from: From & { kind: "join" }, here: Here): FromClause {
  const { type, at } = from;
  const left = build(from.left, undefined, here);
  const isArray = from.right.kind === "unnest";
  const array = isArray ? unnested(from.right as From & { kind: "unnest" }, left, here) : undefined;
  const right = array?.clause ?? build(from.right, left, here);
  const lateral = array?.correlated || right.sql.startsWith("LATERAL ");
  if (isArray && lateral && (type === "right" || type === "full"))
    throw mistaken(`${type.toUpperCase()} JOIN UNNEST`, at, "can't follow the tables whose array it reads");
  for (const table of right.tables) {
    if (
      table.alias !== undefined &&
      left.tables.some((other) => other.alias !== undefined && sameName(other.alias, table.alias!))
    )
      throw mistaken(table.alias, at, "names two tables of one FROM", "give one an alias");
  }
  here.contextOf(undefined).form(type === "cross" ? "CROSS JOIN, comma" : `${type.toUpperCase()} JOIN`);
  const tables = [...left.tables, ...right.tables];
  const merged = mergedOf(left, right);
  const both: FromClause = { sql: "", tables, merged, star: [...left.star, ...right.star] };
  if (type === "cross") return { ...both, sql: `${left.sql}\nCROSS JOIN ${right.sql}` };
  if (from.using.length > 0) return joinedUsing({ type, using: from.using }, left, right, both, here);
  if (from.on === undefined)
    return {
      ...both,
      sql: type === "left" ? `${left.sql}\nLEFT JOIN ${right.sql} ON true` : `${left.sql}\nCROSS JOIN ${right.sql}`,
    };
  const on = condition(from.on, here.contextOf({ tables, merged, outer: here.outer, uses: undefined }), "ON");
  if (lateral && type !== "inner")
    throw refused("LEFT JOIN UNNEST ... ON", at, "filter the array first, unnest(array(select ... where ...))");
  const parenthesized = from.right.kind === "join" ? `(${right.sql})` : right.sql;
  return { ...both, sql: `${left.sql}\n${type.toUpperCase()} JOIN ${parenthesized} ON ${on}` };
}

/** A merged column of one side stays so, unless the other side has the name as well. */
function mergedOf(left: FromClause, right: FromClause): Map<string, Column> {
  const merged = new Map<string, Column>();
  for (const [own, other] of [
    [left, right],
    [right, left],
  ] as const)
    for (const [name, column] of own.merged) if (!has(other, name)) merged.set(name, column);
  return merged;
}

function has(clause: FromClause, name: string): boolean {
  return (
    clause.merged.has(name) ||
    clause.tables.some((table) => table.columns?.some((column) => sameName(column.name, name)))
  );
}

function joinedUsing(
  { type, using }: { type: JoinType; using: Name[] },
  left: FromClause,
  right: FromClause,
  both: FromClause,
  here: Here,
): FromClause {
  const context = here.contextOf(undefined);
  context.form("USING (columns)");
  const first: Starred[] = [];
  const tests = using.map((name) => {
    const [leftColumn, rightColumn] = [usingColumn(left, name), usingColumn(right, name)];
    const values = comparedValues(
      name.at,
      "USING",
      context,
      [leftColumn, rightColumn].map(({ sql, type: of }) => ({ sql, type: of, at: name.at })),
    );
    if (
      !sameType(leftColumn.type, rightColumn.type) &&
      type !== "inner" &&
      ![leftColumn, rightColumn].some((column) => column.type.kind === "UNKNOWN")
    )
      throw refused(
        `USING (${name.text}) of ${nameOfType(leftColumn.type)} and ${nameOfType(rightColumn.type)}`,
        name.at,
        "cast one side first",
      );
    const sql =
      type === "right"
        ? rightColumn.sql
        : type === "full"
          ? `coalesce(${leftColumn.sql}, ${rightColumn.sql})`
          : leftColumn.sql;
    const column: Column = {
      name: leftColumn.name,
      type: leftColumn.type.kind === "UNKNOWN" ? rightColumn.type : leftColumn.type,
      sql,
    };
    both.merged.set(name.text.toLowerCase(), column);
    first.push({ kind: "column", column });
    return `${values[0]!.sql} = ${values[1]!.sql}`;
  });
  const rest = both.star.flatMap((entry): Starred[] => {
    if (entry.kind === "open")
      return [
        {
          ...entry,
          except: [
            ...entry.except,
            ...using.filter((name) => belongsTo(entry.alias, name, left, right)).map(({ text }) => text),
          ],
        },
      ];
    return using.some(({ text }) => entry.column.name !== undefined && sameName(entry.column.name, text))
      ? []
      : [entry];
  });
  const parenthesized = right.tables.length > 1 ? `(${right.sql})` : right.sql;
  return {
    ...both,
    sql: `${left.sql}\n${type.toUpperCase()} JOIN ${parenthesized} ON ${tests.join(" AND ")}`,
    star: [...first, ...rest],
  };
}

/** Is it this unknown table that the column of USING was taken from? */
function belongsTo(alias: string, name: Name, left: FromClause, right: FromClause): boolean {
  return [left, right].some((side) => usingColumn(side, name).sql === `${quoted(alias)}.${quoted(name.text)}`);
}

function usingColumn(side: FromClause, name: Name): Column {
  const merged = side.merged.get(name.text.toLowerCase());
  if (merged) return merged;
  const found = side.tables
    .flatMap((table) => [...(table.columns ?? []), ...(table.element ? [table.element] : [])])
    .filter((column) => sameName(column.name, name.text));
  if (found.length === 1) return found[0]!;
  if (found.length > 1)
    throw mistaken(`USING (${name.text})`, name.at, "is in more than one table of one side", "use ON");
  const open = side.tables.filter((table) => table.columns === undefined);
  if (open.length === 1)
    return { name: name.text, type: unknown, sql: `${quoted(open[0]!.alias!)}.${quoted(name.text)}` };
  if (open.length > 1)
    throw refused(`USING (${name.text}) after several tables`, name.at, "use ON with the table in front of the column");
  throw mistaken(`USING (${name.text})`, name.at, "is not a column of both sides");
}

/** One row for each column and row that is not NULL there. */
function unpivoted(from: From & { kind: "unpivot" }, here: Here): FromClause {
  const { at } = from;
  const of = build(from.of, undefined, here);
  const columns = of.star.map((entry) => {
    if (entry.kind === "open")
      throw refused("UNPIVOT of a table whose columns are not known", at, "select the columns in a step before");
    return entry.column;
  });
  const taken = from.columns.map(({ column }) => {
    const found = columns.filter(({ name }) => name !== undefined && sameName(name, column.text));
    if (found.length !== 1) throw mistaken(column.text, column.at, "is no column here");
    return found[0]!;
  });
  const type = commonType(taken.map((column) => ({ sql: column.sql, type: column.type, at })));
  if (type === undefined || !taken.every((column) => sameType(column.type, type)))
    throw refused("UNPIVOT of several types", at, "cast the columns to one type first");
  here.contextOf(undefined).form("UNPIVOT");
  const alias = from.alias?.text ?? here.environment.nextAlias();
  const inner = here.environment.nextAlias();
  const kept = columns.filter((column) => !taken.includes(column));
  const labels = from.columns.map(({ column, label }) => quotedText(label?.text ?? column.text));
  const list = [
    ...kept.map((column, index) => `${column.sql} AS ${quoted(`kept${index}`)}`),
    `unnest([${taken.map(({ sql }) => sql).join(", ")}]) AS "value"`,
    `unnest([${labels.join(", ")}]) AS "name"`,
  ];
  const sql = `(SELECT * FROM (SELECT ${list.join(", ")} FROM ${of.sql}) AS ${quoted(inner)} WHERE "value" IS NOT NULL) AS ${quoted(alias)}`;
  const output: (Column | Unnamed)[] = [
    ...kept.map(
      (column, index) =>
        ({ name: column.name, type: column.type, sql: `${quoted(alias)}.${quoted(`kept${index}`)}` }) as Column,
    ),
    { name: from.value.text, type, sql: `${quoted(alias)}."value"` },
    { name: from.name.text, type: scalar("STRING"), sql: `${quoted(alias)}."name"` },
  ];
  return tableClause(sql, alias, output);
}
