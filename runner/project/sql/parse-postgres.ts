import { loadModule, parseSync } from "libpg-query";
import type { Body, Expr, From, Output, Over, Parsed, Query } from "./query.ts";

await loadModule();

/** Reads a SELECT with PostgreSQL's own parser. */
export function parsePostgres(sql: string): Parsed {
  let statements: { stmt?: Tree; stmt_location?: number; stmt_len?: number }[];
  try {
    statements = (parseSync(sql) as { stmts?: typeof statements }).stmts ?? [];
  } catch (error) {
    const { message, cursorPosition } = (error as { sqlDetails?: { message: string; cursorPosition: number } })
      .sqlDetails ?? { message: String(error), cursorPosition: 0 };
    const at = [...sql].slice(0, Math.max(cursorPosition, 0)).join("").length; // it counts whole characters here
    return { wrong: { at, message, expected: "expected SQL of PostgreSQL" } };
  }
  const at = characters(sql);
  const [first, second] = statements;
  if (second)
    return {
      wrong: {
        at: at(second.stmt_location) ?? 0,
        message: `${statements.length} statements`,
        expected: "expected one SELECT",
      },
    };
  if (first?.stmt_len)
    return {
      wrong: {
        at: at((first.stmt_location ?? 0) + first.stmt_len) ?? 0,
        message: "a semicolon ends the SELECT",
        expected: "leave it out: the SELECT becomes part of a statement",
      },
    };
  const select = first?.stmt?.SelectStmt as Tree | undefined;
  if (!select)
    return {
      wrong: { at: at(first?.stmt_location) ?? 0, message: "this is no SELECT", expected: "expected one SELECT" },
    };
  const wrong: Parsed[] = [];
  const query = queryOf(select, { sql, at, wrong });
  return wrong[0] ?? { query };
}

type Tree = Record<string, unknown>;
type Work = { sql: string; at: (location: unknown) => number | undefined; wrong: Parsed[] };

/** PostgreSQL counts bytes. */
function characters(sql: string): (location: unknown) => number | undefined {
  const known = (location: unknown) => (typeof location === "number" && location >= 0 ? location : undefined);
  if (!/[^\0-\x7f]/.test(sql)) return known;
  const bytes = Buffer.from(sql);
  return (location) => (known(location) === undefined ? undefined : bytes.toString("utf8", 0, known(location)).length);
}

function queryOf(select: Tree, work: Work): Query {
  const withClause = select.withClause as Tree | undefined;
  if (select.intoClause) work.wrong.push(refused(select, "SELECT INTO makes a table", work));
  if (select.lockingClause) work.wrong.push(refused(select, "FOR UPDATE locks rows", work));
  const limit = (select.limitCount ?? select.limitOffset) as Tree | undefined;
  const isAll =
    limit !== undefined && select.limitOffset === undefined && (limit.A_Const as Tree | undefined)?.isnull === true;
  return {
    at: undefined,
    ctes: list(withClause?.ctes).map((node) => {
      const cte = node.CommonTableExpr as Tree;
      const inner = (cte.ctequery as Tree).SelectStmt as Tree | undefined;
      if (!inner)
        work.wrong.push({
          wrong: {
            at: work.at(cte.location) ?? 0,
            message: `"${String(cte.ctename)}" changes data`,
            expected: "expected a SELECT",
          },
        });
      return {
        name: String(cte.ctename),
        at: work.at(cte.location),
        columns: names(cte.aliascolnames),
        query: inner ? queryOf(inner, work) : nothing,
      };
    }),
    isRecursive: withClause?.recursive === true,
    body: bodyOf(select, work),
    order: list(select.sortClause).map((node) => expr((node.SortBy as Tree).node, work)),
    limit: limit && !isAll ? limitOf(limit, work) : undefined,
  };
}

function limitOf(limit: Tree, work: Work): Query["limit"] {
  const at = lastWord(/\b(limit|fetch|offset)\b/gi, work.at(firstLocation(limit)), work) ?? 0;
  return { at, word: /^[a-z]+/i.exec(work.sql.slice(at))?.[0].toLowerCase() ?? "limit" };
}

/** The parser keeps the place of what follows a word; the word itself stands before it. */
function lastWord(word: RegExp, end: number | undefined, { sql }: Work): number | undefined {
  return [...sql.slice(0, end).matchAll(word)].at(-1)?.index ?? end;
}

const nothing: Query = {
  at: undefined,
  ctes: [],
  isRecursive: false,
  body: { kind: "values", rows: [] },
  order: [],
  limit: undefined,
};

function refused(select: Tree, message: string, { at }: Work): Parsed {
  return {
    wrong: {
      at: at(firstLocation(select.intoClause ?? select.targetList)) ?? 0,
      message,
      expected: "expected a SELECT that only reads",
    },
  };
}

function bodyOf(select: Tree, work: Work): Body {
  if (select.op !== undefined && select.op !== "SETOP_NONE")
    return { kind: "set", left: queryOf(select.larg as Tree, work), right: queryOf(select.rarg as Tree, work) };
  if (select.valuesLists)
    return {
      kind: "values",
      rows: list(select.valuesLists).map((row) => list((row.List as Tree).items).map((item) => expr(item, work))),
    };
  const distinct = list(select.distinctClause).filter((node) => Object.keys(node).length > 0);
  const windows = new Map(
    list(select.windowClause).map((node) => [String((node.WindowDef as Tree).name), node.WindowDef as Tree]),
  );
  const inner = { ...work, windows };
  return {
    kind: "select",
    distinctOn:
      distinct.length > 0
        ? { at: work.at(firstLocation(distinct)), keys: distinct.map((node) => expr(node, inner)) }
        : undefined,
    outputs: list(select.targetList).map((node) => outputOf(node.ResTarget as Tree, inner)),
    from: list(select.fromClause).map((node) => fromOf(node, inner)),
    where: select.whereClause ? [expr(select.whereClause, inner)] : [],
    group: list(select.groupClause).map((node) => expr(node, inner)),
    having: select.havingClause ? [expr(select.havingClause, inner)] : [],
  };
}

function outputOf(target: Tree, work: Work): Output {
  const value = target.val as Tree;
  return {
    expr: expr(value, work),
    name: (target.name as string | undefined) ?? madeUpName(value),
    at: work.at(target.location),
  };
}

/** The name that PostgreSQL gives an output without one, where it says something. */
function madeUpName(node: Tree): string | undefined {
  const [kind, value] = Object.entries(node)[0] as [string, Tree];
  switch (kind) {
    case "ColumnRef":
      return names(value.fields).at(-1);
    case "FuncCall":
      return names(value.funcname).at(-1);
    case "TypeCast":
      return madeUpName(value.arg as Tree) ?? names((value.typeName as Tree).names).at(-1);
    case "CoalesceExpr":
      return "coalesce";
    case "CollateClause":
      return madeUpName(value.arg as Tree);
    default:
      return undefined;
  }
}

function fromOf(node: Tree, work: Work): From {
  const [kind, value] = Object.entries(node)[0] as [string, Tree];
  const alias = value.alias as Tree | undefined;
  const named = { alias: alias?.aliasname as string | undefined, columns: names(alias?.colnames) };
  switch (kind) {
    case "RangeVar": {
      const path = [value.catalogname, value.schemaname, value.relname].filter((part) => typeof part === "string");
      return { kind: "table", path, ...named, at: work.at(value.location) };
    }
    case "RangeSubselect":
      return {
        kind: "query",
        query: queryOf((value.subquery as Tree).SelectStmt as Tree, work),
        ...named,
        isLateral: value.lateral === true,
        at: undefined,
      };
    case "RangeFunction": {
      const calls = list(value.functions).map((item) => expr(list((item.List as Tree).items)[0]!, work));
      const [first] = calls;
      const name = first?.kind === "call" ? first.name : "";
      const declared = list(value.coldeflist).map((item) => String((item.ColumnDef as Tree).colname));
      const columns = named.columns.length > 0 ? named.columns : declared;
      return { kind: "function", name, args: calls, alias: named.alias ?? name, columns, at: first?.at };
    }
    case "JoinExpr":
      return {
        kind: "join",
        left: fromOf(value.larg as Tree, work),
        right: fromOf(value.rarg as Tree, work),
        on: value.quals ? [expr(value.quals, work)] : [],
        using: names(value.usingClause),
        isNatural: value.isNatural === true,
        at: undefined,
      };
    case "RangeTableSample":
      return {
        kind: "sample",
        of: fromOf(value.relation as Tree, work),
        at: lastWord(/\btablesample\b/gi, work.at(value.location), work),
      };
    default:
      return { kind: "function", name: kind, args: below(value, work), ...named, at: work.at(firstLocation(value)) };
  }
}

type WithWindows = Work & { windows?: Map<string, Tree> };

function expr(node: unknown, work: WithWindows): Expr {
  const [kind, value] = Object.entries((node ?? {}) as Tree)[0] as [string, Tree];
  const at = work.at(value?.location);
  switch (kind) {
    case "ColumnRef": {
      const fields = list(value.fields);
      const isStar = "A_Star" in fields.at(-1)!;
      const parts = names(value.fields);
      if (isStar) return { kind: "star", qualifier: parts.at(-1), except: [], args: [], at };
      return { kind: "column", qualifier: parts.length > 2 ? "" : parts.at(-2), name: parts.at(-1)!, at };
    }
    case "A_Const": {
      const text = String(Object.values((value.fval ?? value.sval ?? value.ival ?? {}) as Tree)[0] ?? "");
      return { kind: "literal", type: "ival" in value ? "integer" : "fval" in value ? "numeric" : "other", text, at };
    }
    case "TypeCast":
      return {
        kind: "cast",
        type: names((value.typeName as Tree).names).at(-1)!,
        args: [expr(value.arg, work)],
        at: at ?? work.at((value.typeName as Tree).location),
      };
    case "FuncCall": {
      const args = [...list(value.args), ...list(value.agg_filter === undefined ? [] : [value.agg_filter])].map((arg) =>
        expr(arg, work),
      );
      const order = list(value.agg_order).map((sort) => expr((sort.SortBy as Tree).node, work));
      const over = value.over as Tree | undefined;
      return {
        kind: "call",
        name: names(value.funcname).at(-1)!,
        args: [...args, ...order],
        isOrdered: order.length > 0,
        over: over && overOf(over, work),
        at,
      };
    }
    case "SQLValueFunction":
      return {
        kind: "call",
        name: String(value.op)
          .replace(/^SVFOP_|_N$/g, "")
          .toLowerCase(),
        args: [],
        isOrdered: false,
        over: undefined,
        at,
      };
    case "SubLink": {
      const test = value.testexpr ? [expr(value.testexpr, work)] : [];
      const query = queryOf((value.subselect as Tree).SelectStmt as Tree, work);
      return { kind: "query", use: value.subLinkType === "ARRAY_SUBLINK" ? "array" : "other", query, args: test, at };
    }
    case "A_Expr":
      return {
        kind: "operator",
        name: operatorOf(value),
        args: below({ lexpr: value.lexpr, rexpr: value.rexpr }, work),
        at,
      };
    default:
      return { kind: "operator", name: plainNames[kind] ?? kind, args: below(value ?? {}, work), at };
  }
}

const plainNames: Record<string, string> = {
  CoalesceExpr: "coalesce",
  CaseExpr: "case",
  MinMaxExpr: "greatest",
  ParamRef: "parameter",
  CollateClause: "collate",
};

function operatorOf(value: Tree): string {
  const name = names(value.name).at(-1) ?? "";
  return value.kind === "AEXPR_NULLIF" ? "nullif" : value.kind === "AEXPR_OP" ? name : "=";
}

function overOf(over: Tree, work: WithWindows): Over {
  const named = typeof over.name === "string" ? work.windows?.get(over.name) : undefined;
  const base = (named ?? (typeof over.refname === "string" ? work.windows?.get(over.refname) : undefined)) as
    | Tree
    | undefined;
  const order = list(over.orderClause ?? base?.orderClause).map((sort) => expr((sort.SortBy as Tree).node, work));
  const partition = list(over.partitionClause ?? base?.partitionClause).map((part) => expr(part, work));
  return { partition, order: (over.name ?? over.refname) && !base ? undefined : order };
}

/** The expressions right below a node of any kind. */
function below(value: unknown, work: WithWindows): Expr[] {
  if (Array.isArray(value)) return value.flatMap((item) => below(item, work));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    if (key === "location" || typeof child !== "object" || child === null) return [];
    if (Array.isArray(child)) return below(child, work);
    if (/^[A-Z]/.test(key)) return isPlumbing.has(key) ? below(child, work) : [expr({ [key]: child }, work)];
    return below(child, work);
  });
}

const isPlumbing = new Set([
  "List",
  "CaseWhen",
  "NamedArgExpr",
  "String",
  "Integer",
  "TypeName",
  "A_Indices",
  "JsonFuncExpr",
  "JsonValueExpr",
  "JsonFormat",
  "JsonReturning",
]);

function list(value: unknown): Tree[] {
  return Array.isArray(value) ? (value as Tree[]) : [];
}

function names(value: unknown): string[] {
  return list(value).flatMap((node) => ("String" in node ? [String((node.String as Tree).sval ?? "")] : []));
}

/** The first place that a part of the tree knows. */
function firstLocation(value: unknown): number | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { location } = value as { location?: unknown };
  if (typeof location === "number" && location >= 0) return location;
  for (const child of Object.values(value)) {
    const found = firstLocation(child);
    if (found !== undefined) return found;
  }
  return undefined;
}
