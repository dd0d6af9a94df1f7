import type { Cursor } from "./cursor.ts";
import { parseCall, parsePath } from "./parse-call.ts";
import {
  parseArray,
  parseCase,
  parseCast,
  parseExtract,
  parseInterval,
  parseQueryCall,
  parseStruct,
} from "./parse-construct.ts";
import { parseExpression } from "./parse-expression.ts";
import { parseQuery, startsQuery } from "./parse-query.ts";
import { parseType } from "./parse-type.ts";
import { refused } from "./refusal.ts";
import type { Expression } from "./tree.ts";

const typedLiterals = [
  "date",
  "timestamp",
  "datetime",
  "time",
  "numeric",
  "decimal",
  "bignumeric",
  "bigdecimal",
  "json",
];

export function parsePrimary(cursor: Cursor): Expression {
  const token = cursor.token();
  const at = token.offset;
  switch (token.kind) {
    case "integer":
      cursor.next();
      return { kind: "integer", value: BigInt(token.value), at };
    case "float":
      cursor.next();
      return { kind: "float", text: token.value, at };
    case "text":
    case "bytes":
      cursor.next();
      if (cursor.token().kind === "text" || cursor.token().kind === "bytes")
        throw cursor.unexpected("an operator between two literals");
      return { kind: token.kind, value: token.value, at };
    case "symbol":
      return parseSymbol(cursor);
    case "name":
      return parsePath(cursor);
    case "end":
      throw cursor.unexpected("an expression");
    case "word":
      return parseWord(cursor, token.value.toLowerCase());
    default:
      return token.kind satisfies never;
  }
}

function parseSymbol(cursor: Cursor): Expression {
  const at = cursor.offset;
  if (cursor.isSymbol("[")) return parseArray(cursor, undefined, at);
  if (cursor.isSymbol("@") || cursor.isSymbol("?"))
    throw refused("a query parameter", at, 'use {{var "name"}}, which is written into the text as a literal');
  if (!cursor.isSymbol("(")) throw cursor.unexpected("an expression");
  if (startsQuery(cursor, 1)) {
    const start = cursor.position;
    cursor.next();
    try {
      const query = parseQuery(cursor);
      cursor.needSymbol(")");
      return { kind: "subquery", as: "value", query, at };
    } catch (error) {
      if (!cursorIsNested(cursor, start)) throw error;
      cursor.position = start; // ((select 1) + 2): an expression that begins with a query
    }
  }
  cursor.needSymbol("(");
  const items = cursor.list(() => parseExpression(cursor));
  cursor.needSymbol(")");
  if (items.length === 1) return items[0]!;
  return { kind: "struct", type: undefined, items: items.map((expression) => ({ expression, name: undefined })), at };
}

function cursorIsNested(cursor: Cursor, start: number): boolean {
  const here = cursor.position;
  cursor.position = start;
  const nested = cursor.isSymbol("(") && cursor.isSymbol("(", 1);
  cursor.position = here;
  return nested;
}

function parseWord(cursor: Cursor, word: string): Expression {
  const at = cursor.offset;
  const opens = cursor.isSymbol("(", 1);
  switch (word) {
    case "null":
      cursor.next();
      return { kind: "null", at };
    case "true":
    case "false":
      cursor.next();
      return { kind: "bool", value: word === "true", at };
    case "case":
      return parseCase(cursor);
    case "cast":
    case "safe_cast":
      if (opens) return parseCast(cursor, word === "safe_cast");
      break;
    case "extract":
      if (opens) return parseExtract(cursor);
      break;
    case "exists":
      cursor.next();
      return parseQueryCall(cursor, "exists", at);
    case "array":
      cursor.next();
      if (cursor.isSymbol("(")) return parseQueryCall(cursor, "array", at);
      if (cursor.takeSymbol("<")) {
        const element = parseType(cursor);
        cursor.needSymbol(">");
        return parseArray(cursor, element, at);
      }
      return parseArray(cursor, undefined, at);
    case "struct":
      return parseStruct(cursor);
    case "interval":
      return parseInterval(cursor);
    case "if":
    case "left":
    case "right":
    case "grouping":
    case "collate":
      if (opens) {
        cursor.next();
        return parseCall(cursor, [{ text: word, at }]);
      }
      break;
  }
  if (typedLiterals.includes(word) && cursor.token(1).kind === "text") {
    cursor.next();
    return { kind: "typed", type: word.toUpperCase(), value: cursor.next().value, at };
  }
  return parsePath(cursor);
}
