import type { Type } from "./type.ts";

/** A column that can be named. `sql` reads it, qualified; `table` is the range variable it belongs to. */
export type Column = { name: string; type: Type; sql: string };

/** A column of a subquery that gave it no name: only `*` reads it. */
export type Unnamed = { name: undefined; type: Type; sql: string };

/**
 * One item of FROM. `columns` is undefined where the table's columns are not known. `element` is set for an UNNEST: its alias names
 * the value itself.
 */
export type Table = {
  alias: string | undefined;
  columns: Column[] | undefined;
  /** What `alias.*` stands for, columns without a name among them. */
  whole?: (Column | Unnamed)[];
  element?: Column;
};

/** Names that an expression sees, from the innermost query outwards. */
export type Scope = {
  tables: Table[];
  /** Columns of USING: without a table in front they mean both sides. */
  merged: Map<string, Column>;
  outer: Scope | undefined;
  /** Where set: the columns of this scope that were read since, outside aggregate functions. */
  uses: Use[] | undefined;
};

/** A column that was read, and what of it where it is a struct. */
export type Use = { column: string; sql: string; at: number };

export const sameName = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();

export function findTable(scope: Scope | undefined, alias: string): { table: Table; scope: Scope } | undefined {
  for (let at = scope; at; at = at.outer) {
    const table = tableIn(at, alias);
    if (table) return { table, scope: at };
  }
  return undefined;
}

function tableIn(scope: Scope, alias: string): Table | undefined {
  return scope.tables.find((table) => table.alias !== undefined && sameName(table.alias, alias));
}

/**
 * Where the first name of a path leads. A table of FROM goes before a column of the same name. `open`: only a table whose columns are not
 * known can have it, or a query further out.
 */
export type Found =
  | { kind: "table"; table: Table; scope: Scope }
  | { kind: "column"; column: Column; scope: Scope }
  | { kind: "ambiguous" }
  | { kind: "open"; tables: Table[]; outside: boolean; scope: Scope }
  | { kind: "nothing" };

export function findName(from: Scope | undefined, name: string): Found {
  for (let scope = from; scope; scope = scope.outer) {
    const table = tableIn(scope, name);
    if (table?.element) return { kind: "column", column: table.element, scope };
    if (table) return { kind: "table", table, scope };
    const merged = scope.merged.get(name.toLowerCase());
    if (merged) return { kind: "column", column: merged, scope };
    const columns = scope.tables.flatMap((one) => (one.columns ?? []).filter((column) => sameName(column.name, name)));
    if (columns.length > 1) return { kind: "ambiguous" };
    if (columns.length === 1) return { kind: "column", column: columns[0]!, scope };
    const tables = scope.tables.filter((one) => one.columns === undefined);
    if (tables.length > 0)
      return { kind: "open", tables, outside: findName(scope.outer, name).kind !== "nothing", scope };
  }
  return { kind: "nothing" };
}
