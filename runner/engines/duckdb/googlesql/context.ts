import type { GoogleSqlError } from "./refusal.ts";
import type { Scope } from "./scope.ts";
import type { Type } from "./type.ts";
import type { Query, Window } from "./tree.ts";
import type { Value } from "./value.ts";

/**
 * What a query gives. `columns` is undefined where it holds `*` of a table whose columns are not known; `inner` is DuckDB's name of a
 * column; `value` is set for a bare literal, which can still take another type in a set operation.
 */
export type Relation = { sql: string; columns: OutputColumn[] | undefined };
export type OutputColumn = { name: string | undefined; inner: string; type: Type; value?: Value };

/** What an expression is translated in. */
export type Context = {
  scope: Scope | undefined;
  /** Names of the select list, where they can be used: HAVING, QUALIFY, ORDER BY. They go before columns. */
  aliases: Map<string, Value> | undefined;
  windows: Map<string, Window>;
  /** Set by an aggregate function outside OVER. */
  found: { aggregate: boolean; window: boolean };
  /** Only a check: what is refused is gathered here, and what depends on an unknown type is let through. */
  noted: GoogleSqlError[] | undefined;
  query(query: Query): Relation;
  /** Notes that a listed form is used. */
  form(name: string): void;
  nearest(name: string): string;
};
