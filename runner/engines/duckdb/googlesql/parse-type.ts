import type { Cursor } from "./cursor.ts";
import { mistaken, refused } from "./refusal.ts";
import type { TypeName } from "./tree.ts";

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
