import type { Cursor } from "./cursor.ts";
import { parsePath } from "./parse-call.ts";
import { parseBits, parseExpression } from "./parse-expression.ts";
import { parseQuery } from "./parse-query.ts";
import { parseType } from "./parse-type.ts";
import { refused } from "./refusal.ts";
import type { Expression, TypeName } from "./tree.ts";

export function parseCase(cursor: Cursor): Expression {
  const at = cursor.next().offset;
  const operand = cursor.isWord("when") ? undefined : parseExpression(cursor);
  const whens: { when: Expression; result: Expression }[] = [];
  while (cursor.takeWord("when")) {
    const when = parseExpression(cursor);
    cursor.needWord("then");
    whens.push({ when, result: parseExpression(cursor) });
  }
  if (whens.length === 0) throw cursor.unexpected("WHEN");
  const otherwise = cursor.takeWord("else") ? parseExpression(cursor) : undefined;
  cursor.needWord("end");
  return { kind: "case", operand, whens, otherwise, at };
}

export function parseCast(cursor: Cursor, safe: boolean): Expression {
  const at = cursor.next().offset;
  cursor.needSymbol("(");
  const operand = parseExpression(cursor);
  cursor.needWord("as");
  const type = parseType(cursor);
  const format = cursor.takeWord("format") ? parseExpression(cursor) : undefined;
  if (cursor.isWord("at"))
    throw refused("AT TIME ZONE in a cast", cursor.offset, "use timestamp(text, zone) or string(timestamp, zone)");
  cursor.needSymbol(")");
  return { kind: "cast", safe, operand, type, format, at };
}

export function parseExtract(cursor: Cursor): Expression {
  const at = cursor.next().offset;
  cursor.needSymbol("(");
  const part = parsePath(cursor);
  cursor.needWord("from");
  const operand = parseExpression(cursor);
  const zone = cursor.takeWord("at", "time", "zone") ? parseExpression(cursor) : undefined;
  cursor.needSymbol(")");
  return { kind: "extract", part, operand, zone, at };
}

export function parseQueryCall(cursor: Cursor, as: "array" | "exists", at: number): Expression {
  cursor.needSymbol("(");
  const query = parseQuery(cursor);
  cursor.needSymbol(")");
  return { kind: "subquery", as, query, at };
}

export function parseArray(cursor: Cursor, element: TypeName | undefined, at: number): Expression {
  cursor.needSymbol("[");
  const items = cursor.isSymbol("]") ? [] : cursor.list(() => parseExpression(cursor));
  cursor.needSymbol("]");
  return { kind: "array", element, items, at };
}

export function parseStruct(cursor: Cursor): Expression {
  const at = cursor.offset;
  const type = cursor.isSymbol("<", 1) ? parseType(cursor) : undefined;
  if (type === undefined) cursor.next();
  cursor.needSymbol("(");
  const items = cursor.isSymbol(")")
    ? []
    : cursor.list(() => {
        const expression = parseExpression(cursor);
        return { expression, name: cursor.takeWord("as") ? cursor.name() : undefined };
      });
  cursor.needSymbol(")");
  return { kind: "struct", type, items, at };
}

export function parseInterval(cursor: Cursor): Expression {
  const at = cursor.next().offset;
  const amount = parseBits(cursor);
  const part = cursor.name("a date part");
  if (cursor.isWord("to")) throw refused("INTERVAL ... TO", at, "use one date part");
  return { kind: "interval", amount, part, at };
}
