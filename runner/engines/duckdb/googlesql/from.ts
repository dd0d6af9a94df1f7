import type { Context, OutputColumn } from "./context.ts";
import type { Environment } from "./environment.ts";
import { joined } from "./join.ts";
import { mistaken, refused } from "./refusal.ts";
import { type Column, findTable, type Scope, type Table, type Unnamed } from "./scope.ts";
import type { From, Name } from "./tree.ts";
import { quoted } from "./type.ts";
import { unnested } from "./unnest.ts";
import { unpivoted } from "./unpivot.ts";

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

export type Here = {
  environment: Environment;
  outer: Scope | undefined;
  contextOf: (scope: Scope | undefined) => Context;
};

export function build(from: From, left: FromClause | undefined, here: Here): FromClause {
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

function columnsOf(alias: string, columns: OutputColumn[] | undefined): (Column | Unnamed)[] | undefined {
  return columns?.map(
    ({ name, inner, type }) => ({ name, type, sql: `${quoted(alias)}.${quoted(inner)}` }) as Column | Unnamed,
  );
}

export function tableClause(sql: string, alias: string, columns: (Column | Unnamed)[] | undefined): FromClause {
  const named = columns?.filter((column): column is Column => column.name !== undefined);
  const star: Starred[] = columns
    ? columns.map((column) => ({ kind: "column", column }))
    : [{ kind: "open", alias, except: [] }];
  return { sql, tables: [{ alias, columns: named, ...(columns ? { whole: columns } : {}) }], merged: new Map(), star };
}

export function scopeOf(left: FromClause | undefined, { outer }: Here): Scope | undefined {
  return left ? { tables: left.tables, merged: left.merged, outer, uses: undefined } : outer;
}
