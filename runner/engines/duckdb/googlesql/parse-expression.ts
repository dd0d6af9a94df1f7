import type { Cursor } from "./cursor.ts";
import { parsePrimary } from "./parse-primary.ts";
import { parseQuery, startsQuery } from "./parse-query.ts";
import { refused } from "./refusal.ts";
import type { ElementBy, Expression, InSet } from "./tree.ts";

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

export function parseBits(cursor: Cursor, level = 0): Expression {
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
