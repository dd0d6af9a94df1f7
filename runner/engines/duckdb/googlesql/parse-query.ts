import { Cursor } from "./cursor.ts";
import { parseExpression } from "./parse-expression.ts";
import { mistaken, refused } from "./refusal.ts";
import type {
  Body,
  Expression,
  FrameBound,
  From,
  JoinType,
  Name,
  OrderItem,
  Query,
  Select,
  SelectItem,
  SetOperator,
  Window,
} from "./tree.ts";

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

function parseSelect(cursor: Cursor): Select {
  const at = cursor.offset;
  cursor.needWord("select");
  if (cursor.isSymbol("@") && (cursor.isSymbol("{", 1) || cursor.token(1).kind === "integer"))
    throw refused("a hint", cursor.offset, "leave it out");
  if (cursor.isWords("with", "differential_privacy") || cursor.isWord("with"))
    throw refused("SELECT WITH", cursor.offset, "leave it out");
  const distinct = cursor.takeWord("distinct");
  if (!distinct) cursor.takeWord("all");
  const asStruct = cursor.isWords("as", "struct");
  if (asStruct) cursor.position += 2;
  else if (cursor.isWord("as")) throw refused("SELECT AS VALUE", cursor.offset, "select the columns");
  const items = parseItems(cursor);
  const from = cursor.takeWord("from") ? parseFrom(cursor) : undefined;
  const where = cursor.takeWord("where") ? parseExpression(cursor) : undefined;
  const groupBy = parseGroupBy(cursor);
  const having = cursor.takeWord("having") ? parseExpression(cursor) : undefined;
  const qualify = cursor.takeWord("qualify") ? parseExpression(cursor) : undefined;
  const windows = cursor.takeWord("window") ? cursor.list(() => parseNamedWindow(cursor)) : [];
  return { kind: "select", at, distinct, asStruct, items, from, where, groupBy, having, qualify, windows };
}

function parseItems(cursor: Cursor): SelectItem[] {
  const items = [parseItem(cursor)];
  while (cursor.takeSymbol(",")) {
    if (cursor.isWord("from") || cursor.isSymbol(")") || cursor.token().kind === "end") break; // GoogleSQL takes a last comma
    items.push(parseItem(cursor));
  }
  return items;
}

function parseItem(cursor: Cursor): SelectItem {
  const at = cursor.offset;
  if (cursor.takeSymbol("*")) return parseStar(cursor, undefined, at);
  const expression = parseStarOrExpression(cursor);
  if (expression.star) return parseStar(cursor, expression.of, at);
  const alias = cursor.takeWord("as") ? cursor.name("an alias") : cursor.isName() ? cursor.name() : undefined;
  return { kind: "expression", expression: expression.of, alias, at };
}

function parseStarOrExpression(cursor: Cursor): { star: boolean; of: Expression } {
  const of = parseExpression(cursor);
  if (cursor.isSymbol(".") && cursor.isSymbol("*", 1)) {
    cursor.position += 2;
    return { star: true, of };
  }
  return { star: false, of };
}

function parseStar(cursor: Cursor, of: Expression | undefined, at: number): SelectItem {
  let except: Name[] = [];
  if (cursor.isWord("except") && cursor.isSymbol("(", 1)) {
    cursor.position += 2;
    except = cursor.list(() => cursor.name());
    cursor.needSymbol(")");
  }
  let replace: { expression: Expression; name: Name }[] = [];
  if (cursor.isWord("replace") && cursor.isSymbol("(", 1)) {
    cursor.position += 2;
    replace = cursor.list(() => {
      const expression = parseExpression(cursor);
      cursor.needWord("as");
      return { expression, name: cursor.name() };
    });
    cursor.needSymbol(")");
  }
  return { kind: "star", of, except, replace, at };
}

function parseGroupBy(cursor: Cursor): Expression[] {
  if (!cursor.takeWord("group")) return [];
  cursor.needWord("by");
  for (const word of ["all", "rollup", "cube", "grouping"])
    if (cursor.isWord(word))
      throw refused(
        `GROUP BY ${word.toUpperCase()}`,
        cursor.offset,
        "name the columns; join several groupings with union all",
      );
  const items = cursor.list(() => {
    if (cursor.isWord("rollup") || cursor.isWord("cube") || cursor.isWord("grouping"))
      throw refused(
        `GROUP BY ${cursor.token().value.toUpperCase()}`,
        cursor.offset,
        "join several groupings with union all",
      );
    return parseExpression(cursor);
  });
  return items;
}

function parseNamedWindow(cursor: Cursor) {
  const name = cursor.name();
  cursor.needWord("as");
  if (!cursor.takeSymbol("("))
    throw refused("a window that is another one's name", cursor.offset, "write the window in parentheses");
  const window = parseWindow(cursor);
  cursor.needSymbol(")");
  return { name, window };
}

/** What stands between the parentheses of OVER (...). */
export function parseWindow(cursor: Cursor): Window {
  const at = cursor.offset;
  const isFrame =
    cursor.isWord("rows") || cursor.isWord("range") || cursor.isWord("partition") || cursor.isWord("order");
  const base = !isFrame && cursor.isName() ? cursor.name() : undefined;
  let partitionBy: Expression[] = [];
  if (cursor.takeWord("partition")) {
    cursor.needWord("by");
    partitionBy = cursor.list(() => parseExpression(cursor));
  }
  const orderBy = cursor.isWord("order") ? parseOrderBy(cursor) : [];
  return { base, partitionBy, orderBy, frame: parseFrame(cursor), at };
}

function parseFrame(cursor: Cursor): Window["frame"] {
  const at = cursor.offset;
  const unit = cursor.takeWord("rows") ? "rows" : cursor.takeWord("range") ? "range" : undefined;
  if (unit === undefined) return undefined;
  if (!cursor.takeWord("between")) return { unit, from: parseBound(cursor), to: { kind: "current row" }, at };
  const from = parseBound(cursor);
  cursor.needWord("and");
  return { unit, from, to: parseBound(cursor), at };
}

function parseBound(cursor: Cursor): FrameBound {
  for (const words of [
    ["unbounded", "preceding"],
    ["unbounded", "following"],
    ["current", "row"],
  ] as const)
    if (cursor.takeWord(...words)) return { kind: words.join(" ") as "current row" };
  const count = parseExpression(cursor);
  for (const kind of ["preceding", "following"] as const) if (cursor.takeWord(kind)) return { kind, count };
  throw cursor.unexpected("PRECEDING or FOLLOWING");
}

/** `a, b join c`: from left to right, the comma being a cross join. */
function parseFrom(cursor: Cursor): From {
  let left = parseTable(cursor);
  let comma = false;
  for (;;) {
    const at = cursor.offset;
    if (cursor.takeSymbol(",")) {
      comma = true;
      left = { kind: "join", type: "cross", left, right: parseTable(cursor), on: undefined, using: [], at };
      continue;
    }
    const type = parseJoinType(cursor);
    if (type === undefined) return left;
    if (comma && (type === "right" || type === "full"))
      throw mistaken(
        `${type.toUpperCase()} JOIN`,
        at,
        "can't follow a comma join",
        "write cross join in place of the comma",
      );
    if (cursor.isSymbol("@")) throw refused("a hint", cursor.offset, "leave it out");
    const right = parseTable(cursor);
    left = { kind: "join", type, left, right, ...parseCondition(cursor, { type, right, at }), at };
  }
}

function parseJoinType(cursor: Cursor): JoinType | undefined {
  if (cursor.isWord("natural")) throw mistaken("NATURAL JOIN", cursor.offset, "is not in GoogleSQL", "use using (...)");
  if (cursor.takeWord("join") || cursor.takeWord("inner", "join")) return "inner";
  if (cursor.takeWord("cross", "join")) return "cross";
  for (const type of ["left", "right", "full"] as const)
    if (cursor.takeWord(type, "join") || cursor.takeWord(type, "outer", "join")) return type;
  if (
    ["inner", "cross", "left", "right", "full"].some((word) => cursor.isWord(word)) &&
    !cursor.isWord("union", 1) &&
    !cursor.isWord("outer", 1)
  )
    throw refused(
      `${cursor.token().value.toUpperCase()} ${cursor.token(1).value.toUpperCase()}`,
      cursor.offset,
      "use join, left join, right join, full join or cross join",
    );
  return undefined;
}

function parseCondition(
  cursor: Cursor,
  join: { type: JoinType; right: From; at: number },
): { on: Expression | undefined; using: Name[] } {
  if (join.type === "cross") {
    if (cursor.isWord("on") || cursor.isWord("using"))
      throw mistaken("CROSS JOIN", join.at, "takes no condition", "use join");
    return { on: undefined, using: [] };
  }
  if (cursor.takeWord("on")) return { on: parseExpression(cursor), using: [] };
  if (cursor.takeWord("using")) {
    cursor.needSymbol("(");
    const using = cursor.list(() => cursor.name());
    cursor.needSymbol(")");
    return { on: undefined, using };
  }
  if (join.right.kind === "unnest" && (join.type === "inner" || join.type === "left"))
    return { on: undefined, using: [] };
  throw cursor.unexpected("ON or USING right after the joined table");
}

function parseTable(cursor: Cursor): From {
  const table = parseTableItself(cursor);
  for (const word of ["tablesample", "pivot", "match_recognize"])
    if (cursor.isWord(word)) throw refused(word.toUpperCase(), cursor.offset, "write it with where, group by and case");
  if (cursor.isWords("for", "system_time"))
    throw refused("FOR SYSTEM_TIME", cursor.offset, "keep the history in a table of its own");
  if (cursor.isWord("unpivot")) return parseUnpivot(cursor, table);
  return table;
}

function parseTableItself(cursor: Cursor): From {
  const at = cursor.offset;
  if (cursor.isWord("lateral")) throw refused("LATERAL", at, "join unnest(...) or a subquery");
  if (cursor.takeWord("unnest")) {
    cursor.needSymbol("(");
    const array = parseExpression(cursor);
    if (cursor.isSymbol(",")) throw refused("UNNEST of several arrays", at, "join on the offsets of two unnests");
    cursor.needSymbol(")");
    const alias = parseAlias(cursor);
    const position = cursor.takeWord("with", "offset")
      ? (parseAlias(cursor) ?? { text: "offset", at: cursor.token(-1).offset })
      : undefined;
    return { kind: "unnest", array, alias, position, at };
  }
  if (cursor.isSymbol("(")) return parseParenthesis(cursor);
  const path = parseTablePath(cursor);
  if (cursor.isSymbol("(")) throw refused(`a table function, ${path.at(-1)!.text}`, at, "read a model or a source");
  if (cursor.isSymbol("@")) throw refused("a hint", cursor.offset, "leave it out");
  const alias = parseAlias(cursor);
  if (cursor.isWords("with", "offset"))
    throw refused("WITH OFFSET after a path", cursor.offset, "write unnest(...) with offset");
  return { kind: "table", path, alias, at };
}

function parseParenthesis(cursor: Cursor): From {
  const at = cursor.offset;
  const start = cursor.position;
  cursor.needSymbol("(");
  if (startsQuery(cursor)) {
    try {
      const query = parseQuery(cursor);
      cursor.needSymbol(")");
      return { kind: "query", query, alias: parseAlias(cursor), at };
    } catch (error) {
      cursor.position = start + 1;
      if (!cursor.isSymbol("(")) throw error; // ((select ...) as a join b ...): a join in parentheses
    }
  }
  const from = parseFrom(cursor);
  if (from.kind !== "join") throw cursor.unexpected("a join between the parentheses");
  cursor.needSymbol(")");
  return from;
}

function parseAlias(cursor: Cursor): Name | undefined {
  if (cursor.takeWord("as")) return cursor.name("an alias");
  const clause = ["pivot", "unpivot", "match_recognize"].some((word) => cursor.isWord(word)) && cursor.isSymbol("(", 1);
  return cursor.isName() && !clause ? cursor.name() : undefined;
}

/** `dataset.table`, with dashes in an unquoted project, and with dots inside backquotes. */
function parseTablePath(cursor: Cursor): Name[] {
  const parts: Name[] = [];
  for (;;) {
    const quoted = cursor.token().kind === "name";
    const part = parts.length === 0 ? cursor.name("a table") : cursor.anyName();
    if (quoted) parts.push(...part.text.split(".").map((text) => ({ text, at: part.at })));
    else {
      while (
        cursor.isSymbol("-") &&
        cursor.token().offset === cursor.token(-1).end &&
        cursor.token(1).offset === cursor.token().end
      ) {
        cursor.next();
        part.text += `-${cursor.next().value}`;
      }
      parts.push(part);
    }
    if (!cursor.takeSymbol(".")) return parts;
  }
}

function parseUnpivot(cursor: Cursor, of: From): From {
  const at = cursor.next().offset;
  if (cursor.takeWord("include", "nulls"))
    throw refused("UNPIVOT INCLUDE NULLS", at, "join the columns with union all");
  cursor.takeWord("exclude", "nulls");
  cursor.needSymbol("(");
  if (cursor.isSymbol("(")) throw refused("UNPIVOT of several values", at, "join the columns with union all");
  const value = cursor.name();
  cursor.needWord("for");
  const name = cursor.name();
  cursor.needWord("in");
  cursor.needSymbol("(");
  const columns = cursor.list(() => {
    const column = cursor.name();
    if (!cursor.isWord("as") && cursor.token().kind !== "text") return { column, label: undefined };
    cursor.takeWord("as");
    const label = cursor.next();
    if (label.kind !== "text") throw refused("an UNPIVOT label that is not text", label.offset, "write it as text");
    return { column, label: { text: label.value, at: label.offset } };
  });
  cursor.needSymbol(")");
  cursor.needSymbol(")");
  return { kind: "unpivot", of, value, name, columns, alias: parseAlias(cursor), at };
}
