import type { Context } from "./context.ts";
import { checked, operand } from "./expression.ts";
import type { FromClause } from "./from.ts";
import { mistaken, refused } from "./refusal.ts";
import { findTable, sameName, type Use } from "./scope.ts";
import { impliedName } from "./structure.ts";
import type { Name, SelectItem } from "./tree.ts";
import { duckdbType, holdsUnknown, nameOfType, quoted, type Type } from "./type.ts";
import { fieldsOf } from "./unnest.ts";
import type { Value } from "./value.ts";

export type Output = { name: string | undefined; inner: string; value: Value; uses: Use[] };

/** A select list: outputs, or a star over columns that are not known. */
export type Listed = { kind: "output"; output: Output } | { kind: "open"; sql: string };

export function listedSql(entry: Listed): string {
  if (entry.kind === "open") return entry.sql;
  const { inner, value, uses } = entry.output;
  // DuckDB forgets the type of what it computes from constants, where that is NULL
  const isConstant = (uses.length === 0 && !value.leaf) || /\bNULL\b/.test(value.sql);
  const sql = isConstant && !holdsUnknown(value.type) ? `CAST(${value.sql} AS ${duckdbType(value.type)})` : value.sql;
  return `${sql} AS ${quoted(inner)}`;
}

/** DuckDB's name for each output: its own, but no name twice, and f0_, f1_, ... where it has none. */
export function unique(listed: Listed[]): Listed[] {
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

export function listedOf(item: SelectItem, from: FromClause | undefined, context: Context): Listed[] {
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
