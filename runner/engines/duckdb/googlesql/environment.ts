import type { Context, Relation } from "./context.ts";
import type { GoogleSqlError } from "./refusal.ts";
import type { Scope } from "./scope.ts";
import type { Query } from "./tree.ts";
import type { Type } from "./type.ts";

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

export function contextIn(scope: Scope | undefined, environment: Environment, more: Partial<Context> = {}): Context {
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
