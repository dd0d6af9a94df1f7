import { nearestTo } from "../nearest.ts";
import { type Kind, namesOf, nothingKnown, type Relation, type Scope, type Work } from "./relation.ts";
import type { Expr } from "./query.ts";

/** What is known of a column, by the steps and tables around it. One that none of them has is a mistake. */
export function kindOfColumn(expr: Extract<Expr, { kind: "column" }>, scope: Scope, work: Work): Kind {
  const { qualifier, name, at } = expr;
  if (work.dialect.systemColumns.has(name.toLowerCase())) {
    work.findings.push({
      at: at ?? { word: name },
      message: `${name} says where or when a row was stored`,
      expected: "expected a column of the table",
    });
    return nothingKnown;
  }
  if (name.startsWith("@")) {
    work.findings.push({
      at: at ?? { word: name },
      message: `the query parameter ${name} has no value here`,
      expected: `expected {{var "${name.slice(1)}" "type"}}`,
    });
    return nothingKnown;
  }
  if (qualifier !== undefined) {
    for (let from: Scope | undefined = scope; from; from = from.outer) {
      const named = from.relations.find(({ alias }) => alias === qualifier);
      if (named)
        return named.isFunction ? nothingKnown : columnOf(named.relation, name, { at, alias: qualifier, work });
    }
    return nothingKnown;
  }
  const [only, ...others] = scope.relations;
  if (!only || scope.relations.some(({ alias, isFunction }) => isFunction || alias === name)) return nothingKnown;
  if (others.length === 0 && scope.outer === undefined)
    return columnOf(only.relation, name, { at, alias: only.alias, work });
  const holder = scope.relations.find(({ relation }) => relation.kinds.has(name));
  if (holder) return holder.relation.kinds.get(name)!;
  const known = scope.relations.map(({ relation }) => namesOf(relation));
  if (
    scope.outer === undefined &&
    known.every((names) => names !== undefined && !names.includes(undefined) && !names.includes(name))
  )
    work.findings.push({
      at: at ?? { word: name },
      message: `no step has a column "${name}"`,
      expected: nearestTo(
        name,
        known.flatMap((names) => names as string[]),
        "columns",
      ),
    });
  return nothingKnown;
}

function columnOf(
  relation: Relation,
  name: string,
  { at, alias, work }: { at: number | undefined; alias: string; work: Work },
): Kind {
  if (relation.of !== undefined) return useOf(relation, name, { at, isLast: true, work });
  const names = namesOf(relation);
  if (names && !names.includes(undefined) && !names.some((known) => isSame(known!, name)))
    work.findings.push({
      at: at ?? { word: name },
      message: `"${alias}" has no column "${name}"`,
      expected: nearestTo(name, names as string[], "columns"),
    });
  return relation.kinds.get(name) ?? nothingKnown;
}

/** Identifiers that differ in case only are left to the database. */
function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Notes that a column of another file is read; whether it is there is asked when all files are known. */
export function useOf(
  { of }: Relation,
  column: string,
  { at, isLast, work }: { at: number | undefined; isLast: boolean; work: Work },
): Kind {
  if (of === undefined) return nothingKnown;
  const key = `${of} ${column}`;
  const known = work.uses.get(key);
  if (!known) work.uses.set(key, { of, column, isLast, at });
  else if (!isLast) known.isLast = false;
  return { type: "unknown", origins: [{ of, column }] };
}

/** What is computed from: a float among these columns of other files is asked for later. */
export function computed({ origins }: Kind, work: Work): void {
  for (const { of, column } of origins) {
    const use = work.uses.get(`${of} ${column}`);
    if (use) use.isLast = false;
  }
}
