import type { Cursor } from "./cursor.ts";
import { parseExpression } from "./parse-expression.ts";
import { parseQuery, startsQuery } from "./parse-query.ts";
import { mistaken, refused } from "./refusal.ts";
import type { Expression, From, JoinType, Name } from "./tree.ts";

/** `a, b join c`: from left to right, the comma being a cross join. */
export function parseFrom(cursor: Cursor): From {
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
