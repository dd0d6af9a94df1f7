import type { Type } from "./type.ts";

/** A column that can be named. `sql` reads it, qualified; `table` is the range variable it belongs to. */
export type Column = { name: string; type: Type; sql: string };

/**
 * One item of FROM. `columns` is undefined where the table's columns are not known. `element` is set for an UNNEST: its alias names
 * the value itself.
 */
export type Table = { alias: string | undefined; columns: Column[] | undefined; element?: Column };

/** Names that an expression sees, from the innermost query outwards. */
export type Scope = {
  tables: Table[];
  /** Columns of USING: without a table in front they mean both sides. */
  merged: Map<string, Column>;
  outer: Scope | undefined;
};

export const sameName = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();

export function findTable(scope: Scope | undefined, alias: string): Table | undefined {
  for (let at = scope; at; at = at.outer) {
    const found = tableIn(at, alias);
    if (found) return found;
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
  | { kind: "table"; table: Table }
  | { kind: "column"; column: Column }
  | { kind: "ambiguous" }
  | { kind: "open"; tables: Table[]; outside: boolean }
  | { kind: "nothing" };

export function findName(scope: Scope | undefined, name: string): Found {
  for (let at = scope; at; at = at.outer) {
    const table = tableIn(at, name);
    if (table) return table.element ? { kind: "column", column: table.element } : { kind: "table", table };
    const merged = at.merged.get(name.toLowerCase());
    if (merged) return { kind: "column", column: merged };
    const columns = at.tables.flatMap((one) => (one.columns ?? []).filter((column) => sameName(column.name, name)));
    if (columns.length > 1) return { kind: "ambiguous" };
    if (columns.length === 1) return { kind: "column", column: columns[0]! };
    const open = at.tables.filter((one) => one.columns === undefined);
    if (open.length > 0) return { kind: "open", tables: open, outside: findName(at.outer, name).kind !== "nothing" };
  }
  return { kind: "nothing" };
}
