import type { Cursor } from "./cursor.ts";
import { parseExpression } from "./parse-expression.ts";
import { parseOrderBy } from "./parse-query.ts";
import { refused } from "./refusal.ts";
import type { Expression, FrameBound, Window } from "./tree.ts";

export function parseNamedWindow(cursor: Cursor) {
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
