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
    const found = at.tables.find((table) => table.alias !== undefined && sameName(table.alias, alias));
    if (found) return found;
  }
  return undefined;
}

export type Found = { kind: "column"; column: Column } | { kind: "ambiguous" } | { kind: "open"; tables: Table[] } | { kind: "nothing" };

/** Where a name without a table in front leads. `open`: only a table with unknown columns can have it. */
export function findColumn(scope: Scope | undefined, name: string): Found {
  for (let at = scope; at; at = at.outer) {
    const merged = at.merged.get(name.toLowerCase());
    if (merged) return { kind: "column", column: merged };
    const columns = at.tables.flatMap((table) => [
      ...(table.columns ?? []).filter((column) => sameName(column.name, name)),
      ...(table.element && table.alias !== undefined && sameName(table.alias, name) ? [table.element] : []),
    ]);
    if (columns.length > 1) return { kind: "ambiguous" };
    if (columns.length === 1) return { kind: "column", column: columns[0]! };
    const open = at.tables.filter((table) => table.columns === undefined);
    if (open.length > 0) return { kind: "open", tables: open };
  }
  return { kind: "nothing" };
}
