import type { Cursor } from "./cursor.ts";
import { parseExpression } from "./parse-expression.ts";
import { parseOrderBy } from "./parse-query.ts";
import { parseWindow } from "./parse-window.ts";
import { refused } from "./refusal.ts";
import type { Call, Expression, Name } from "./tree.ts";

export function parsePath(cursor: Cursor): Expression {
  const first = cursor.name("an expression");
  const parts = [first];
  while (cursor.isSymbol(".") && (cursor.token(1).kind === "word" || cursor.token(1).kind === "name")) {
    cursor.next();
    parts.push(cursor.anyName());
  }
  if (cursor.isSymbol("(")) return parseCall(cursor, parts);
  const clock = ["current_date", "current_timestamp", "current_datetime", "current_time"];
  if (parts.length === 1 && clock.includes(first.text.toLowerCase()))
    return emptyCall(first.text.toUpperCase(), first.at);
  return { kind: "path", parts, at: first.at };
}

function emptyCall(name: string, at: number): Call {
  return {
    kind: "call",
    name,
    safe: false,
    args: [],
    distinct: false,
    nulls: undefined,
    orderBy: [],
    limit: undefined,
    over: undefined,
    at,
  };
}

export function parseCall(cursor: Cursor, parts: Name[]): Expression {
  const at = parts[0]!.at;
  const names = parts.map(({ text }) => text.toUpperCase());
  const safe = names[0] === "SAFE" && names.length > 1;
  const call = { ...emptyCall((safe ? names.slice(1) : names).join("."), at), safe };
  cursor.needSymbol("(");
  call.distinct = cursor.takeWord("distinct");
  if (!cursor.isSymbol(")")) call.args = cursor.list(() => parseArgument(cursor, call.name));
  if (cursor.isWord("having"))
    throw refused(`HAVING inside ${call.name}`, cursor.offset, "use row_number() or a join on the extreme value");
  if (cursor.takeWord("ignore", "nulls")) call.nulls = "ignore";
  else if (cursor.takeWord("respect", "nulls")) call.nulls = "respect";
  if (cursor.isWord("order")) call.orderBy = parseOrderBy(cursor);
  if (cursor.takeWord("limit")) call.limit = parseExpression(cursor);
  cursor.needSymbol(")");
  if (cursor.takeWord("over")) call.over = parseOver(cursor);
  return call;
}

function parseArgument(cursor: Cursor, name: string): Expression {
  const at = cursor.offset;
  if (cursor.takeSymbol("*")) return { kind: "star", at };
  const argument = parseExpression(cursor);
  if (cursor.isSymbol("=>")) throw refused(`a named argument of ${name}`, at, "give the arguments in their order");
  if (cursor.isSymbol("->")) throw refused(`a lambda in ${name}`, at, "use array(select ... from unnest(...))");
  return argument;
}

function parseOver(cursor: Cursor) {
  if (cursor.isSymbol("(")) {
    cursor.next();
    const window = parseWindow(cursor);
    cursor.needSymbol(")");
    return window;
  }
  const base = cursor.name("a window");
  return { base, partitionBy: [], orderBy: [], frame: undefined, at: base.at };
}
