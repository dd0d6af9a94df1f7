import { parse, tokenize } from "@polyglot-sql/sdk";
import type { Body, Expr, From, Output, Over, Parsed, Query } from "./query.ts";

/** Reads a SELECT of GoogleSQL. Its parser keeps the place of names only. */
export function parseGoogleSql(sql: string): Parsed {
  const result = parse(sql, "bigquery" as never) as Answer;
  const at = characters(sql);
  if (!result.success || !result.ast) {
    const message = (result.error ?? "it can't be read")
      .replace(/^Parse error at line \d+, column \d+: /, "")
      .replace(/^\w/, (letter) => letter.toLowerCase());
    return { wrong: { at: at(result.errorStart) ?? 0, message, expected: "expected SQL of BigQuery" } };
  }
  const [first, second] = result.ast;
  if (second)
    return {
      wrong: { at: { word: ";" }, message: `${result.ast.length} statements`, expected: "expected one SELECT" },
    };
  if (!first || !isQuery(first))
    return { wrong: { at: 0, message: "this is no SELECT", expected: "expected one SELECT" } };
  if (/;\s*$/.test(sql))
    return {
      wrong: {
        at: sql.lastIndexOf(";"),
        message: "a semicolon ends the SELECT",
        expected: "leave it out: the SELECT becomes part of a statement",
      },
    };
  return { query: queryOf(first, { at, windows: new Map() }) };
}

/** Words of a text with their places, for what the parser keeps no place of. */
export function wordsOf(sql: string): { word: string; at: number }[] {
  const result = tokenize(sql, "bigquery" as never) as { tokens?: { text: string; span: { start: number } }[] };
  const at = characters(sql);
  return (result.tokens ?? []).map(({ text, span }) => ({ word: text.toLowerCase(), at: at(span.start)! }));
}

type Tree = Record<string, unknown>;
type Answer = { success: boolean; ast: Tree[] | null; error?: string | null; errorStart?: number | null };
type Work = { at: (position: unknown) => number | undefined; windows: Map<string, Tree> };

/** The parser counts whole characters. */
function characters(sql: string): (position: unknown) => number | undefined {
  const known = (position: unknown) => (typeof position === "number" ? position : undefined);
  if (!/[\ud800-\udfff]/.test(sql)) return known;
  const letters = [...sql];
  return (position) => (known(position) === undefined ? undefined : letters.slice(0, known(position)).join("").length);
}

function isQuery(node: unknown): node is Tree {
  return (
    typeof node === "object" &&
    node !== null &&
    ["select", "union", "intersect", "except", "subquery", "values"].includes(kindOf(node as Tree))
  );
}

function kindOf(node: Tree): string {
  return Object.keys(node)[0] ?? "";
}

function queryOf(node: Tree, work: Work): Query {
  const kind = kindOf(node);
  const value = node[kind] as Tree;
  if (kind === "subquery") {
    const inner = queryOf(value.this as Tree, work);
    return value.order_by || value.limit ? { ...inner, ...orderAndLimit(value, work) } : inner;
  }
  return {
    at: undefined,
    ctes: list((value.with as Tree | undefined)?.ctes).map((cte) => ({
      name: nameOf(cte.alias).toLowerCase(),
      at: placeOf(cte.alias, work),
      columns: list(cte.columns).map(nameOf),
      query: queryOf(cte.this as Tree, work),
    })),
    isRecursive: (value.with as Tree | undefined)?.recursive === true,
    body: bodyOf(kind, value, work),
    ...orderAndLimit(value, work),
  };
}

function orderAndLimit(value: Tree, work: Work): Pick<Query, "order" | "limit"> {
  const order = list((value.order_by as Tree | undefined)?.expressions).map((sort) => expr(sort.this, work));
  if (!value.limit && !value.offset) return { order, limit: undefined };
  const word = value.limit ? "limit" : "offset";
  return { order, limit: { at: { word, after: lastPlace(value, work) }, word } };
}

/** The last place that is known in a SELECT: its limit stands after it. */
function lastPlace(value: unknown, { at }: Work): number | undefined {
  let last = -1;
  visit(value);
  return last < 0 ? undefined : at(last);

  function visit(node: unknown): void {
    if (typeof node !== "object" || node === null) return;
    const { span } = node as { span?: { start?: number } };
    if (span?.start !== undefined && span.start > last) last = span.start;
    for (const [key, child] of Object.entries(node)) if (key !== "span") visit(child);
  }
}

function bodyOf(kind: string, value: Tree, outer: Work): Body {
  if (kind === "values")
    return {
      kind: "values",
      rows: list(value.expressions).map((row) => list(row.expressions).map((item) => expr(item, outer))),
    };
  if (kind !== "select")
    return { kind: "set", left: queryOf(value.left as Tree, outer), right: queryOf(value.right as Tree, outer) };
  const work = {
    ...outer,
    windows: new Map(list(value.windows).map((window) => [nameOf(window.name).toLowerCase(), window.spec as Tree])),
  };
  const first = list((value.from as Tree | undefined)?.expressions).map((item) => fromOf(item, work));
  const joined = list(value.joins).reduce<From[]>((items, join) => withJoin(items, join, work), first);
  return {
    kind: "select",
    distinctOn: undefined,
    outputs: list(value.expressions).map((item) => outputOf(item, work)),
    from: joined,
    where: conditions(value.where_clause, work),
    group: list((value.group_by as Tree | undefined)?.expressions).map((item) => expr(item, work)),
    having: [...conditions(value.having, work), ...conditions(value.qualify, work)],
  };
}

function conditions(clause: unknown, work: Work): Expr[] {
  return clause ? [expr((clause as Tree).this, work)] : [];
}

function outputOf(node: Tree, work: Work): Output {
  const value = node[kindOf(node)] as Tree;
  if (kindOf(node) !== "alias") {
    const read = expr(node, work);
    const name = read.kind === "column" ? read.name : kindOf(node) === "dot" ? nameOf(value.field) : undefined;
    return { expr: read, name, at: read.at };
  }
  return { expr: expr(value.this, work), name: nameOf(value.alias), at: placeOf(value.alias, work) };
}

/** Joins stand beside the first table; each takes in what stands before it. */
function withJoin(items: From[], join: Tree, work: Work): From[] {
  const right = fromOf(join.this as Tree, work);
  const left = items.at(-1);
  if (!left || join.kind === "Implicit") return [...items, right];
  const using = list(join.using).map(nameOf);
  const on = join.on ? [expr(join.on, work)] : [];
  return [
    ...items.slice(0, -1),
    { kind: "join", left, right, on, using, isNatural: String(join.kind).startsWith("Natural"), at: undefined },
  ];
}

function fromOf(node: Tree, work: Work): From {
  const kind = kindOf(node);
  const value = node[kind] as Tree;
  const columns = list(value.column_aliases).map(nameOf);
  const alias = value.alias ? nameOf(value.alias).toLowerCase() : undefined;
  switch (kind) {
    case "table": {
      const path = [value.catalog, value.schema, value.name].filter(Boolean).map(nameOf);
      const table: From = {
        kind: "table",
        path,
        alias,
        columns,
        at: placeOf(value.catalog ?? value.schema ?? value.name, work),
      };
      return value.table_sample ? { kind: "sample", of: table, at: undefined } : table;
    }
    case "subquery":
      return {
        kind: "query",
        query: queryOf(value.this as Tree, work),
        alias,
        columns,
        isLateral: value.lateral === true,
        at: undefined,
      };
    case "unnest":
      return {
        kind: "function",
        name: "unnest",
        args: below(value, work),
        alias,
        columns: value.offset_alias ? [nameOf(value.offset_alias)] : [],
        at: undefined,
      };
    case "alias": {
      const inner = fromOf(value.this as Tree, work);
      return inner.kind === "join" || inner.kind === "sample"
        ? inner
        : { ...inner, alias: nameOf(value.alias).toLowerCase() };
    }
    case "paren":
      return fromOf(value.this as Tree, work);
    case "joined_table": {
      const [joined] = list(value.joins).reduce<From[]>(
        (items, join) => withJoin(items, join, work),
        [fromOf((value.left ?? value.this) as Tree, work)],
      );
      return joined!;
    }
    case "pivot":
    case "unpivot":
      return {
        kind: "query",
        query: {
          ...nothing,
          body: {
            kind: "select",
            distinctOn: undefined,
            outputs: [hidden],
            from: [fromOf(value.this as Tree, work)],
            where: below(value.expressions, work),
            group: [],
            having: [],
          },
        },
        alias,
        columns: [],
        isLateral: false,
        at: undefined,
      };
    default:
      return {
        kind: "function",
        name: kind === "function" ? String(value.name).toLowerCase() : kind,
        args: below(value, work),
        alias,
        columns,
        at: undefined,
      };
  }
}

/** An output of which nothing is known: what comes out of its SELECT is not known either. */
const hidden: Output = {
  expr: { kind: "literal", type: "other", text: "", at: undefined },
  name: undefined,
  at: undefined,
};

const nothing: Query = {
  at: undefined,
  ctes: [],
  isRecursive: false,
  body: { kind: "values", rows: [] },
  order: [],
  limit: undefined,
};

function expr(node: unknown, work: Work): Expr {
  const tree = (node ?? {}) as Tree;
  const kind = kindOf(tree);
  const value = (tree[kind] ?? {}) as Tree;
  switch (kind) {
    case "column":
      return {
        kind: "column",
        qualifier: value.table ? nameOf(value.table).toLowerCase() : undefined,
        name: nameOf(value.name),
        at: placeOf(value.table ?? value.name, work) ?? placeOf(value, work),
      };
    case "star":
      return {
        kind: "star",
        qualifier: value.table ? nameOf(value.table).toLowerCase() : undefined,
        except: [...list(value.except), ...list(value.rename)].map(nameOf),
        args: list(value.replace).map((item) => expr(item.this, work)),
        at: placeOf(value.table, work),
      };
    case "literal": {
      const text = String(value.value);
      const type =
        value.literal_type !== "number" ? "other" : /[.e]/i.test(text) && !/^0x/i.test(text) ? "float" : "integer";
      return { kind: "literal", type, text, at: undefined };
    }
    case "cast":
    case "safe_cast":
    case "try_cast": {
      const to = value.to as Tree;
      return {
        kind: "cast",
        type: String(to.name ?? to.data_type).toLowerCase(),
        args: [expr(value.this, work)],
        at: undefined,
      };
    }
    case "paren":
      return expr(value.this, work);
    case "alias":
      return expr(value.this, work);
    case "window_function": {
      const inner = expr(value.this, work);
      const over = overOf(value.over as Tree, work);
      return inner.kind === "call"
        ? { ...inner, over }
        : {
            kind: "call",
            name: inner.kind === "operator" ? inner.name : kindOf(value.this as Tree),
            args: [inner],
            isOrdered: false,
            over,
            at: undefined,
          };
    }
    case "select":
    case "union":
    case "intersect":
    case "except":
    case "values":
    case "subquery":
      return { kind: "query", use: "other", query: queryOf(tree, work), args: [], at: undefined };
    case "exists":
      return isQuery(value.this)
        ? { kind: "query", use: "other", query: queryOf(value.this, work), args: [], at: undefined }
        : call(kind, value, work);
    case "in":
      if (isQuery(value.query))
        return {
          kind: "query",
          use: "other",
          query: queryOf(value.query, work),
          args: [expr(value.this, work)],
          at: undefined,
        };
      return { kind: "operator", name: "in", args: below(value, work), at: undefined };
    case "function":
    case "aggregate_function": {
      const name = String(value.name).toLowerCase();
      const args = list(value.args);
      if (name === "array" && args.length === 1 && isQuery(args[0]))
        return { kind: "query", use: "array", query: queryOf(args[0], work), args: [], at: undefined };
      return call(name, value, work);
    }
    case "method_call":
      return {
        kind: "call",
        name: `${nameOf(((value.this as Tree).column as Tree | undefined)?.name)}.${nameOf(value.method)}`.toLowerCase(),
        args: list(value.args).map((arg) => expr(arg, work)),
        isOrdered: false,
        over: undefined,
        at: placeOf(value.method, work),
      };
    case "parameter":
      return { kind: "operator", name: "parameter", args: [], at: undefined };
    case "dot":
      return { kind: "operator", name: "dot", args: [expr(value.this, work)], at: undefined };
    case "":
      return { kind: "literal", type: "other", text: "", at: undefined };
    default:
      return operators.has(kind)
        ? { kind: "operator", name: operators.get(kind)!, args: below(value, work), at: undefined }
        : call(kind, value, work);
  }
}

const operators = new Map(
  Object.entries({
    add: "+",
    sub: "-",
    mul: "*",
    div: "/",
    eq: "=",
    neq: "<>",
    lt: "<",
    lte: "<=",
    gt: ">",
    gte: ">=",
    between: "between",
    and: "and",
    or: "or",
    not: "not",
    neg: "neg",
    concat: "||",
    case: "case",
    is_null: "is null",
    is_true: "is",
    is_false: "is",
    like: "like",
    subscript: "[]",
    array_func: "array",
    tuple: "tuple",
    interval: "interval",
  }),
);

/** A function by its own name where the parser kept it, else by the parser's name for it. */
function call(kind: string, value: Tree, work: Work): Expr {
  const written = value.original_name ?? value.name;
  const name = (typeof written === "string" ? written : (plainNames[kind] ?? kind)).toLowerCase();
  const { order_by: order, having_max: having, ...rest } = value;
  const ordered = list(order).map((sort) => expr(sort.this, work));
  return {
    kind: "call",
    name,
    args: [...below(rest, work), ...below(having, work), ...ordered],
    isOrdered: ordered.length > 0 || (having !== undefined && having !== null),
    over: undefined,
    at: undefined,
  };
}

const plainNames: Record<string, string> = { if_func: "if", count_if: "countif", rand: "rand" };

function overOf(over: Tree, work: Work): Over {
  const name = over.window_name ? nameOf(over.window_name).toLowerCase() : undefined;
  const base = name === undefined ? undefined : work.windows.get(name);
  const order = list(over.order_by).length > 0 ? over.order_by : base?.order_by;
  const partition = [...list(over.partition_by), ...list(base?.partition_by)].map((item) => expr(item, work));
  return {
    partition,
    order: name !== undefined && !base ? undefined : list(order).map((sort) => expr(sort.this, work)),
  };
}

/** The expressions right below a node of any kind. */
function below(value: unknown, work: Work): Expr[] {
  if (Array.isArray(value)) return value.flatMap((item) => below(item, work));
  if (typeof value !== "object" || value === null) return [];
  const keys = Object.keys(value);
  if (keys.length === 1 && isExpression((value as Tree)[keys[0]!], keys[0]!)) return [expr(value, work)];
  return Object.entries(value).flatMap(([key, child]) =>
    skipped.has(key) || typeof child !== "object" ? [] : below(child, work),
  );
}

/** A node is `{kind: {...}}`; its parts are named, and are nodes, lists or plain values. */
function isExpression(value: unknown, key: string): boolean {
  return value === null || (typeof value === "object" && !Array.isArray(value) && !parts.has(key));
}

const parts = new Set([
  "this",
  "expression",
  "expressions",
  "left",
  "right",
  "low",
  "high",
  "args",
  "whens",
  "else_",
  "operand",
  "index",
  "condition",
  "true_value",
  "false_value",
  "to",
  "unit",
  "spec",
  "over",
  "order_by",
]);
const skipped = new Set([
  "alias",
  "offset_alias",
  "column_aliases",
  "span",
  "trailing_comments",
  "comments",
  "to",
  "unit",
]);

function list(value: unknown): Tree[] {
  return Array.isArray(value) ? (value as Tree[]) : [];
}

function nameOf(value: unknown): string {
  if (typeof value === "string") return value;
  const { name, column, identifier } = (value ?? {}) as { name?: unknown; column?: Tree; identifier?: Tree };
  return typeof name === "string"
    ? name
    : name
      ? nameOf(name)
      : column
        ? nameOf(column)
        : identifier
          ? nameOf(identifier)
          : "";
}

function placeOf(value: unknown, work: Work): number | undefined {
  const { span } = (value ?? {}) as { span?: { start: number } };
  return work.at(span?.start);
}
