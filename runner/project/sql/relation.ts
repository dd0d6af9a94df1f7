import type { Finding, Expr, Output, Query } from "./query.ts";
import type { Dialect } from "./dialect.ts";

/** An output column, or all columns of a table of the project. */
export type OutputName = { name: string; at: number | undefined } | { allOf: string; at: number | undefined };

/** A column that is taken from a table of the project by name. `isLast`: nothing is computed from it, it goes straight out. */
export type Use = { of: string; column: string; isLast: boolean; at: number | undefined };

/** What is known of a value: a float of the machine, or what it is made of. `origin` is a column of another file, unchanged. */
export type Kind = {
  type: "float" | "division" | "integer" | "numeric" | "unknown";
  origins: { of: string; column: string }[];
};

/** A table, a step or a subquery. `of` is the node it is, where it is one as a whole. */
export type Relation = { of: string | undefined; outputs: OutputName[] | undefined; kinds: Map<string, Kind> };

type Named = { alias: string; relation: Relation; isFunction: boolean; at: number | undefined };
export type Scope = { relations: Named[]; outer: Scope | undefined };

/** What a check has found so far. */
export type Work = {
  dialect: Dialect;
  grain: readonly string[];
  findings: Finding[];
  uses: Map<string, Use>;
};

/** Where a check stands: `checkQuery` checks a query in this place and says what comes out of it. */
export type Context = {
  work: Work;
  ctes: Map<string, Relation>;
  outer: Scope | undefined;
  isTop: boolean;
  checkQuery(query: Query, context: Context): Relation;
};

export const unknown: Relation = { of: undefined, outputs: undefined, kinds: new Map() };
export const nothingKnown: Kind = { type: "unknown", origins: [] };

export function isPlainStar(expr: Expr): boolean {
  return expr.kind === "star" && expr.except.length === 0;
}

export function namesOf({ outputs }: Relation): (string | undefined)[] | undefined {
  return outputs?.map((output) => ("name" in output ? output.name : undefined));
}

export function renamed(relation: Relation, columns: readonly string[]): Relation {
  if (columns.length === 0) return relation;
  const outputs = columns.map((name, index) => ({ name, at: relation.outputs?.[index]?.at }));
  return { of: undefined, outputs, kinds: new Map() };
}

export function outputsOf(
  outputs: readonly Output[],
  { scope, columns }: { scope: Scope; columns: (OutputName[] | undefined)[] },
): OutputName[] | undefined {
  const all: OutputName[] = [];
  for (const { expr, name, at } of outputs) {
    if (expr.kind === "star") {
      const taken = starColumns(expr, { scope, columns });
      if (!taken) return undefined;
      all.push(...taken.map((output) => ({ ...output, at: at ?? output.at })));
    } else if (name === undefined) return undefined;
    else all.push({ name, at });
  }
  return all;
}

function starColumns(
  { qualifier, except }: Extract<Expr, { kind: "star" }>,
  { scope, columns }: { scope: Scope; columns: (OutputName[] | undefined)[] },
): OutputName[] | undefined {
  const named =
    qualifier === undefined ? undefined : scope.relations.find(({ alias }) => alias === qualifier)?.relation;
  const whole =
    qualifier === undefined
      ? columns.includes(undefined)
        ? undefined
        : columns.flatMap((part) => part!)
      : (named?.outputs ?? (named?.of === undefined ? undefined : [{ allOf: named.of, at: undefined }]));
  if (except.length === 0 || !whole) return whole;
  return whole.some((output) => "allOf" in output)
    ? undefined
    : whole.filter((output) => "name" in output && !except.includes(output.name));
}

export function kindsOfStar({ qualifier }: Extract<Expr, { kind: "star" }>, scope: Scope): Map<string, Kind> {
  const taken = scope.relations.filter(({ alias }) => qualifier === undefined || alias === qualifier);
  return new Map(taken.flatMap(({ relation }) => [...relation.kinds]));
}
