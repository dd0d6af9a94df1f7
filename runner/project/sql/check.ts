import { nearestTo } from "../nearest.ts";
import { useOf } from "./columns.ts";
import { type Dialect, marker } from "./dialect.ts";
import type { Expr, Finding, From, Query } from "./query.ts";
import {
  type Context,
  isPlainStar,
  type Kind,
  kindsOfStar,
  namesOf,
  type OutputName,
  outputsOf,
  type Relation,
  renamed,
  type Scope,
  unknown,
  type Use,
  type Work,
} from "./relation.ts";
import { checkDistinctOn, checkTotal, nameIn } from "./row-order.ts";
import { exact, kindOf } from "./values.ts";

export type Checked = { findings: Finding[]; outputs: OutputName[] | undefined; uses: Use[] };

/**
 * Checks one SELECT against the rules that need no other file: it reads tables of the project only, it depends on nothing but them,
 * and its steps fit together. `grain` is the key of the rows that come out, where one is declared.
 */
export function checkSql(query: Query, { dialect, grain }: { dialect: Dialect; grain: readonly string[] }): Checked {
  const work: Work = { dialect, grain, findings: [], uses: new Map() };
  const relation = checkQuery(query, { work, ctes: new Map(), outer: undefined, isTop: true, checkQuery });
  const outputs = relation.outputs;
  const names = (outputs ?? []).flatMap((output) => ("name" in output ? [output] : []));
  for (const [index, { name, at }] of names.entries())
    if (names.findIndex((other) => other.name === name) < index)
      work.findings.push({
        at: at ?? { word: name },
        message: `two columns are named "${name}"`,
        expected: "expected each column once, by a name of its own",
      });
  return { findings: work.findings, outputs, uses: [...work.uses.values()] };
}

function checkQuery(query: Query, context: Context): Relation {
  const ctes = new Map(context.ctes);
  for (const cte of query.ctes) {
    if (query.isRecursive) ctes.set(cte.name, unknown);
    ctes.set(cte.name, renamed(checkQuery(cte.query, { ...context, ctes, isTop: false }), cte.columns));
  }
  const inner: Context = { ...context, ctes };
  const { body } = query;
  if (body.kind === "set") {
    const left = checkQuery(body.left, { ...inner, isTop: false });
    checkQuery(body.right, { ...inner, isTop: false });
    for (const expr of query.order)
      if (expr.kind !== "column") kindOf(expr, { relations: [], outer: context.outer }, inner);
    checkTotal(query, { outputs: namesOf(left), keys: [], context: inner });
    return { ...left, of: undefined };
  }
  if (body.kind === "values") {
    for (const value of body.rows.flat()) kindOf(value, { relations: [], outer: context.outer }, inner);
    return unknown;
  }
  const scope: Scope = { relations: [], outer: context.outer };
  const columns = body.from.map((from) => checkFrom(from, scope, inner));
  const outputs = outputsOf(body.outputs, { scope, columns });
  const aliases = new Set(body.outputs.flatMap(({ name }) => name ?? []));
  const plain = (expr: Expr) => expr.kind === "column" && expr.qualifier === undefined && aliases.has(expr.name);
  const kinds = new Map<string, Kind>();
  for (const { expr, name } of body.outputs) {
    if (expr.kind === "star") for (const arg of expr.args) kindOf(arg, scope, inner);
    if (expr.kind === "star") for (const [key, kind] of kindsOfStar(expr, scope)) kinds.set(key, kind);
    else {
      const kind = kindOf(expr, scope, inner);
      if (name !== undefined) kinds.set(name, kind);
    }
  }
  for (const condition of [...body.where, ...(body.distinctOn?.keys ?? [])]) kindOf(condition, scope, inner);
  for (const expr of [...body.group, ...body.having, ...query.order])
    if (!plain(expr)) exact(expr, kindOf(expr, scope, inner), inner);
  if (body.distinctOn) checkDistinctOn(body.distinctOn, query, inner);
  const names = outputs?.flatMap((output) => ("name" in output ? [output.name] : [undefined]));
  const groupKeys = body.group.map((expr) => nameIn(expr, names));
  checkTotal(query, { outputs: names, keys: groupKeys, context: inner });
  const [only] = scope.relations;
  const isWhole =
    body.outputs.length === 1 &&
    isPlainStar(body.outputs[0]!.expr) &&
    scope.relations.length === 1 &&
    only!.relation.of !== undefined;
  return { of: isWhole ? only!.relation.of : undefined, outputs, kinds };
}

/** Adds what a part of FROM brings to the scope; the answer is its columns in order, undefined where they are not known. */
function checkFrom(from: From, scope: Scope, context: Context): OutputName[] | undefined {
  const { work } = context;
  switch (from.kind) {
    case "table": {
      const relation = renamed(tableOf(from, context), from.columns);
      scope.relations.push({ alias: from.alias ?? from.path.at(-1)!, relation, isFunction: false, at: from.at });
      return relation.outputs ?? (relation.of === undefined ? undefined : [{ allOf: relation.of, at: from.at }]);
    }
    case "query": {
      const relation = renamed(
        checkQuery(from.query, {
          ...context,
          outer: from.isLateral ? { relations: [...scope.relations], outer: scope.outer } : scope.outer,
          isTop: false,
        }),
        from.columns,
      );
      scope.relations.push({ alias: from.alias ?? "", relation, isFunction: false, at: from.at });
      return relation.outputs;
    }
    case "function": {
      for (const arg of from.args) kindOf(arg, scope, context);
      if (!work.dialect.isTableFunction(from.name))
        work.findings.push({
          at: from.at ?? { word: from.name },
          message: `the table function ${from.name} is not of the project`,
          expected: 'expected {{ref "name"}} or {{source "source" "table"}}',
        });
      scope.relations.push({ alias: from.alias ?? from.name, relation: unknown, isFunction: true, at: from.at });
      return undefined;
    }
    case "join": {
      const left = checkFrom(from.left, scope, context);
      const right = checkFrom(from.right, scope, context);
      for (const condition of from.on) kindOf(condition, scope, context);
      const joined = scope.relations.at(-1);
      for (const name of from.using)
        if (joined && !joined.isFunction) useOf(joined.relation, name, { at: joined.at, isLast: false, work });
      if (!left || !right || from.isNatural) return undefined;
      if ([...left, ...right].some((output) => "allOf" in output) && from.using.length > 0) return undefined;
      const isShared = (output: OutputName) => "name" in output && from.using.includes(output.name);
      return [
        ...left.filter(isShared),
        ...left.filter((output) => !isShared(output)),
        ...right.filter((output) => !isShared(output)),
      ];
    }
    case "sample":
      work.findings.push({
        at: from.at ?? { word: "tablesample" },
        message: "TABLESAMPLE takes other rows each time",
        expected: "expected a condition on a key, such as a hash of it",
      });
      return checkFrom(from.of, scope, context);
    default:
      return from satisfies never;
  }
}

function tableOf({ path, at }: Extract<From, { kind: "table" }>, { ctes, work }: Context): Relation {
  const [schema, name] = path;
  if (path.length === 2 && schema === marker.read) return { of: name!, outputs: undefined, kinds: new Map() };
  if (path.length === 2 && schema === marker.self) {
    work.findings.push({
      at: at ?? 0,
      message: "{{this}} is read: the table does not exist before the model is built",
      expected: 'expected {{ref "name"}} of another model',
    });
    return unknown;
  }
  const step = path.length === 1 ? (ctes.get(path[0]!) ?? ctes.get(path[0]!.toLowerCase())) : undefined;
  if (step) return step;
  const text = path.join(".");
  const expected =
    ctes.size > 0 && path.length === 1
      ? `expected {{ref "${text}"}}, {{source "source" "table"}} or a step; ${nearestTo(text, ctes.keys()).replace("nearest", "nearest step")}`
      : `expected {{ref "${path.at(-1)}"}} or {{source "source" "table"}}`;
  work.findings.push({
    at: at ?? { word: path[0]! },
    message: `table "${text}" is named without ref or source`,
    expected,
  });
  return unknown;
}
