import { Cursor } from "./cursor.ts";
import { parseExpression } from "./parse-expression.ts";
import { parseSelect } from "./parse-select.ts";
import { mistaken, refused } from "./refusal.ts";
import type { Body, OrderItem, Query, SetOperator } from "./tree.ts";

/** The tree of one SELECT. Throws GoogleSqlError at the first thing that is not understood; nothing is skipped. */
export function parse(sql: string): Query {
  const cursor = new Cursor(sql);
  if (!startsQuery(cursor)) {
    if (cursor.token().kind === "end")
      throw mistaken("an empty text", cursor.offset, "there is no query", "write a SELECT");
    throw refused(
      `a statement that begins with ${cursor.token().value.toUpperCase()}`,
      cursor.offset,
      "a model is one SELECT",
    );
  }
  const query = parseQuery(cursor);
  cursor.takeSymbol(";");
  if (cursor.token().kind !== "end") throw unexpectedEnd(cursor);
  return query;
}

function unexpectedEnd(cursor: Cursor) {
  if (cursor.isSymbol("|>")) return refused("pipe syntax |>", cursor.offset, "write the query with clauses");
  if (cursor.token(-1).value === ";") return refused("a second statement", cursor.offset, "a model is one SELECT");
  return cursor.unexpected("the end of the query");
}

/** Does a query begin here, perhaps behind opening parentheses? */
export function startsQuery(cursor: Cursor, ahead = 0): boolean {
  let at = ahead;
  while (cursor.isSymbol("(", at)) at += 1;
  return cursor.isWord("select", at) || cursor.isWord("with", at);
}

export function parseQuery(cursor: Cursor): Query {
  const at = cursor.offset;
  const entries = parseWith(cursor);
  const body = parseBody(cursor);
  const orderBy = cursor.isWord("order") ? parseOrderBy(cursor) : [];
  const limit = parseLimit(cursor);
  if (cursor.isSymbol("|>")) throw unexpectedEnd(cursor);
  if (cursor.isWord("for")) throw refused("FOR at the end of a query", cursor.offset, "leave it out");
  return { at, with: entries, body, orderBy, limit };
}

function parseWith(cursor: Cursor): Query["with"] {
  if (!cursor.takeWord("with")) return undefined;
  const recursive = cursor.takeWord("recursive");
  const entries = cursor.list(() => {
    const name = cursor.name();
    cursor.needWord("as");
    cursor.needSymbol("(");
    const query = parseQuery(cursor);
    cursor.needSymbol(")");
    if (cursor.isWord("with") && cursor.isWord("depth", 1))
      throw refused("WITH DEPTH", cursor.offset, "count the depth in a column");
    return { name, query };
  });
  return { recursive, entries };
}

function parseLimit(cursor: Cursor): Query["limit"] {
  if (!cursor.takeWord("limit")) return undefined;
  const count = parseExpression(cursor);
  return { count, skip: cursor.takeWord("offset") ? parseExpression(cursor) : undefined };
}

export function parseOrderBy(cursor: Cursor): OrderItem[] {
  cursor.needWord("order");
  cursor.needWord("by");
  return cursor.list(() => {
    const at = cursor.offset;
    const expression = parseExpression(cursor);
    if (cursor.isWord("collate")) throw refused("COLLATE", cursor.offset, "order by lower(...)");
    const descending = cursor.takeWord("desc");
    if (!descending) cursor.takeWord("asc");
    const nulls = cursor.takeWord("nulls", "first") ? "first" : cursor.takeWord("nulls", "last") ? "last" : undefined;
    return { expression, descending, nulls, at };
  });
}

/** Set operations of one kind in a row, from left to right; two kinds need parentheses. */
function parseBody(cursor: Cursor): Body {
  let left = parseOperand(cursor);
  let first: SetOperator | undefined;
  for (;;) {
    const at = cursor.offset;
    const operator = parseSetOperator(cursor);
    if (operator === undefined) return left;
    if (first !== undefined && first !== operator)
      throw mistaken(
        operator.toUpperCase(),
        at,
        `stands beside ${first.toUpperCase()} without parentheses`,
        "put parentheses around one",
      );
    first = operator;
    left = { kind: "set", operator, left, right: parseOperand(cursor), at };
  }
}

function parseSetOperator(cursor: Cursor): SetOperator | undefined {
  const word = (["union", "except", "intersect"] as const).find((candidate) => cursor.isWord(candidate));
  if (word === undefined) {
    const outer = ["full", "left", "inner"].find((candidate) => cursor.isWord(candidate));
    if (outer !== undefined)
      throw refused(`${outer.toUpperCase()} before a set operation`, cursor.offset, "name the columns in both queries");
    return undefined;
  }
  const at = cursor.next().offset;
  const all = cursor.takeWord("all");
  if (!all) {
    if (!cursor.takeWord("distinct")) throw cursor.unexpected("ALL or DISTINCT");
  } else if (word !== "union") throw refused(`${word.toUpperCase()} ALL`, at, `use ${word} distinct`);
  for (const rest of ["by", "corresponding", "strict"])
    if (cursor.isWord(rest))
      throw refused(
        `${word.toUpperCase()} ... ${rest.toUpperCase()}`,
        cursor.offset,
        "name the columns in both queries",
      );
  return `${word} ${all ? "all" : "distinct"}` as SetOperator;
}

function parseOperand(cursor: Cursor): Body {
  const at = cursor.offset;
  if (cursor.takeSymbol("(")) {
    const query = parseQuery(cursor);
    cursor.needSymbol(")");
    return { kind: "query", query, at };
  }
  return parseSelect(cursor);
}
