import type { Cursor } from "./cursor.ts";
import { parseExpression } from "./parse-expression.ts";
import { parseFrom } from "./parse-from.ts";
import { parseNamedWindow } from "./parse-window.ts";
import { refused } from "./refusal.ts";
import type { Expression, Name, Select, SelectItem } from "./tree.ts";

export function parseSelect(cursor: Cursor): Select {
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
