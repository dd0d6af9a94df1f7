import type { Cursor } from "./cursor.ts";
import { parseQuery, parseWindow, parseOrderBy, startsQuery } from "./parse-query.ts";
import { mistaken, refused } from "./refusal.ts";
import type { Call, ElementBy, Expression, InSet, Name, TypeName } from "./tree.ts";

/** An expression; from loose to tight: OR, AND, NOT, comparisons, | ^ & shifts, + -, * / ||, sign, element and field. */
export function parseExpression(cursor: Cursor): Expression {
  return leftToRight(cursor, () => leftToRight(cursor, () => parseNot(cursor), ["and"]), ["or"]);
}

function leftToRight(cursor: Cursor, operand: () => Expression, words: string[]): Expression {
  let left = operand();
  for (;;) {
    const operator = words.find((word) => cursor.isWord(word));
    if (operator === undefined) return left;
    const at = cursor.next().offset;
    left = { kind: "binary", operator, left, right: operand(), at };
  }
}

function parseNot(cursor: Cursor): Expression {
  const at = cursor.offset;
  if (!cursor.takeWord("not")) return parseComparison(cursor);
  return { kind: "unary", operator: "not", operand: parseNot(cursor), at };
}

const comparisons = ["=", "!=", "<>", "<=", ">=", "<", ">"];

/** Comparisons do not chain: `a = b = c` is an error. */
function parseComparison(cursor: Cursor): Expression {
  const left = parseBits(cursor);
  const compared = comparisonOf(cursor, left);
  if (compared === undefined) return left;
  if (startsComparison(cursor)) throw cursor.unexpected("parentheses around the first comparison");
  return compared;
}

function startsComparison(cursor: Cursor): boolean {
  return (
    comparisons.some((symbol) => cursor.isSymbol(symbol)) ||
    ["like", "in", "between", "is"].some(
      (word) => cursor.isWord(word) || (cursor.isWord("not") && cursor.isWord(word, 1)),
    )
  );
}

function comparisonOf(cursor: Cursor, left: Expression): Expression | undefined {
  if (!startsComparison(cursor)) return undefined;
  const at = cursor.offset;
  const symbol = comparisons.find((candidate) => cursor.takeSymbol(candidate));
  if (symbol !== undefined) {
    return { kind: "binary", operator: symbol === "<>" ? "!=" : symbol, left, right: parseBits(cursor), at };
  }
  if (cursor.takeWord("is")) return parseIs(cursor, left, at);
  const not = cursor.takeWord("not");
  if (cursor.takeWord("like")) return parseLike(cursor, left, not, at);
  if (cursor.takeWord("between")) {
    const low = parseBits(cursor);
    cursor.needWord("and");
    return { kind: "between", not, operand: left, low, high: parseBits(cursor), at };
  }
  cursor.needWord("in");
  return { kind: "in", not, operand: left, of: parseInSet(cursor), at };
}

function parseIs(cursor: Cursor, operand: Expression, at: number): Expression {
  const not = cursor.takeWord("not");
  if (cursor.takeWord("distinct", "from"))
    return { kind: "distinct", not, left: operand, right: parseBits(cursor), at };
  for (const what of ["null", "true", "false", "unknown"] as const)
    if (cursor.takeWord(what)) return { kind: "is", not, operand, what, at };
  throw cursor.unexpected("NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM");
}

function parseLike(cursor: Cursor, operand: Expression, not: boolean, at: number): Expression {
  const quantifier =
    cursor.takeWord("any") || cursor.takeWord("some") ? "any" : cursor.takeWord("all") ? "all" : undefined;
  if (quantifier === undefined) return { kind: "like", not, operand, patterns: [parseBits(cursor)], quantifier, at };
  if (cursor.isWord("unnest"))
    throw refused(`LIKE ${quantifier.toUpperCase()} UNNEST`, at, "name the patterns one by one");
  cursor.needSymbol("(");
  if (startsQuery(cursor))
    throw refused(`LIKE ${quantifier.toUpperCase()} (query)`, at, "name the patterns one by one");
  const patterns = cursor.list(() => parseExpression(cursor));
  cursor.needSymbol(")");
  return { kind: "like", not, operand, patterns, quantifier, at };
}

function parseInSet(cursor: Cursor): InSet {
  if (cursor.takeWord("unnest")) {
    cursor.needSymbol("(");
    const array = parseExpression(cursor);
    cursor.needSymbol(")");
    return { kind: "unnest", array };
  }
  cursor.needSymbol("(");
  if (startsQuery(cursor)) {
    const query = parseQuery(cursor);
    cursor.needSymbol(")");
    return { kind: "query", query };
  }
  const items = cursor.list(() => parseExpression(cursor));
  cursor.needSymbol(")");
  return { kind: "list", items };
}

const binaryLevels = [["|"], ["^"], ["&"], ["<<", ">>"], ["+", "-"], ["*", "/", "||"]];

function parseBits(cursor: Cursor, level = 0): Expression {
  const operators = binaryLevels[level];
  if (operators === undefined) return parseSign(cursor);
  let left = parseBits(cursor, level + 1);
  for (;;) {
    const operator = operators.find((symbol) => cursor.isSymbol(symbol));
    if (operator === undefined) return left;
    const at = cursor.next().offset;
    left = { kind: "binary", operator, left, right: parseBits(cursor, level + 1), at };
  }
}

function parseSign(cursor: Cursor): Expression {
  const at = cursor.offset;
  for (const operator of ["-", "+", "~"] as const) {
    if (!cursor.takeSymbol(operator)) continue;
    const operand = parseSign(cursor);
    if (operator === "-" && operand.kind === "integer" && operand.at === cursor.token(-1).offset)
      return { kind: "integer", value: -operand.value, at };
    if (operator === "-" && operand.kind === "float" && !operand.text.startsWith("-"))
      return { kind: "float", text: `-${operand.text}`, at };
    return { kind: "unary", operator, operand, at };
  }
  return parsePostfix(cursor);
}

const elementWords: ElementBy[] = ["offset", "safe_offset", "ordinal", "safe_ordinal"];

function parsePostfix(cursor: Cursor): Expression {
  let expression = parsePrimary(cursor);
  for (;;) {
    const at = cursor.offset;
    if (cursor.isSymbol(".") && cursor.isSymbol("*", 1)) return expression; // t.*, read by the select list
    if (cursor.takeSymbol(".")) {
      expression = { kind: "field", of: expression, name: cursor.anyName(), at };
    } else if (cursor.takeSymbol("[")) {
      const by = elementWords.find((word) => cursor.isWord(word) && cursor.isSymbol("(", 1)) ?? "index";
      if (by !== "index") cursor.next();
      const index = parseExpression(cursor);
      cursor.needSymbol("]");
      expression = { kind: "element", of: expression, index, by, at };
    } else return expression;
  }
}

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

function parsePrimary(cursor: Cursor): Expression {
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

function parsePath(cursor: Cursor): Expression {
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

function parseCall(cursor: Cursor, parts: Name[]): Expression {
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

function parseCase(cursor: Cursor): Expression {
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

function parseCast(cursor: Cursor, safe: boolean): Expression {
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

function parseExtract(cursor: Cursor): Expression {
  const at = cursor.next().offset;
  cursor.needSymbol("(");
  const part = parsePath(cursor);
  cursor.needWord("from");
  const operand = parseExpression(cursor);
  const zone = cursor.takeWord("at", "time", "zone") ? parseExpression(cursor) : undefined;
  cursor.needSymbol(")");
  return { kind: "extract", part, operand, zone, at };
}

function parseQueryCall(cursor: Cursor, as: "array" | "exists", at: number): Expression {
  cursor.needSymbol("(");
  const query = parseQuery(cursor);
  cursor.needSymbol(")");
  return { kind: "subquery", as, query, at };
}

function parseArray(cursor: Cursor, element: TypeName | undefined, at: number): Expression {
  cursor.needSymbol("[");
  const items = cursor.isSymbol("]") ? [] : cursor.list(() => parseExpression(cursor));
  cursor.needSymbol("]");
  return { kind: "array", element, items, at };
}

function parseStruct(cursor: Cursor): Expression {
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

function parseInterval(cursor: Cursor): Expression {
  const at = cursor.next().offset;
  const amount = parseBits(cursor);
  const part = cursor.name("a date part");
  if (cursor.isWord("to")) throw refused("INTERVAL ... TO", at, "use one date part");
  return { kind: "interval", amount, part, at };
}

export function parseType(cursor: Cursor): TypeName {
  const at = cursor.offset;
  if (cursor.takeWord("array")) {
    cursor.needSymbol("<");
    const element = parseType(cursor);
    cursor.needSymbol(">");
    return { kind: "array", element, at };
  }
  if (cursor.takeWord("struct")) {
    cursor.needSymbol("<");
    const fields = cursor.list(() => {
      const named =
        cursor.isName() &&
        !cursor.isSymbol(",", 1) &&
        !cursor.isSymbol(">", 1) &&
        !cursor.isSymbol(">>", 1) &&
        !cursor.isSymbol("(", 1);
      const name = named ? cursor.name().text : undefined;
      return { name, type: parseType(cursor) };
    });
    cursor.needSymbol(">");
    return { kind: "struct", fields, at };
  }
  const name =
    cursor.token().kind === "word" && cursor.isWord("interval") ? cursor.next().value : cursor.name("a type").text;
  if (cursor.isSymbol(".") || cursor.isSymbol("<")) throw mistaken(name, at, "is not a type");
  const parameters: string[] = [];
  if (cursor.takeSymbol("(")) {
    cursor.list(() => {
      const token = cursor.next();
      if (token.kind !== "integer" && token.value.toLowerCase() !== "max")
        throw mistaken(token.value, token.offset, "is not a size");
      parameters.push(token.value);
    });
    cursor.needSymbol(")");
  }
  if (cursor.isWord("collate")) throw refused("COLLATE", cursor.offset, "compare lower(...) of both sides");
  return { kind: "simple", name: name.toUpperCase(), parameters, at };
}
