import { mistaken, refused } from "./refusal.ts";

/**
 * `word` is a name or keyword as written, `name` a backquoted name with its escapes resolved. `text` and `bytes` hold the value of a
 * literal (bytes as one character a byte). `end` is the offset after the last character.
 */
export type Token = {
  kind: "word" | "name" | "text" | "bytes" | "integer" | "float" | "symbol" | "end";
  value: string;
  offset: number;
  end: number;
};

const symbols = ["<<", ">>", "<=", ">=", "!=", "<>", "||", "|>", "=>", "->", ..."()[]{}<>=+-*/%&|^~.,;:@?$!"];

export function tokens(sql: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  for (;;) {
    at = skipBlank(sql, at);
    if (at >= sql.length) break;
    const token = readToken(sql, at, found.at(-1));
    found.push(token);
    at = token.end;
  }
  found.push({ kind: "end", value: "", offset: sql.length, end: sql.length });
  return found;
}

/** White space and the three kinds of comments. */
function skipBlank(sql: string, from: number): number {
  const blank = /(?:\s+|#[^\r\n]*|--[^\r\n]*|\/\*[\s\S]*?\*\/)+/y;
  blank.lastIndex = from;
  const at = blank.test(sql) ? blank.lastIndex : from;
  if (sql.startsWith("/*", at)) throw mistaken("/*", at, "comment is not closed");
  return at;
}

function readToken(sql: string, at: number, before: Token | undefined): Token {
  const make = (kind: Token["kind"], value: string, end: number): Token => ({ kind, value, offset: at, end });
  const literal = /(?:[rR][bB]?|[bB][rR]?)?(?:'''|"""|'|")/y;
  literal.lastIndex = at;
  if (literal.test(sql)) return readText(sql, at, literal.lastIndex);
  const character = sql[at]!;
  if (character === "`") return readName(sql, at);
  const afterDot = before?.kind === "symbol" && before.value === "." && before.end === at;
  const number = afterDot ? undefined : /0[xX][0-9a-fA-F]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/y;
  if (number) {
    number.lastIndex = at;
    const text = number.exec(sql)?.[0];
    if (text !== undefined) {
      const end = at + text.length;
      if (/[A-Za-z_0-9]/.test(sql[end] ?? ""))
        throw mistaken(text, at, "a number and a name need a blank between them");
      return make(/^0[xX]|^[0-9]+$/.test(text) ? "integer" : "float", text, end);
    }
  }
  const word = afterDot ? /[A-Za-z_0-9]+/y : /[A-Za-z_][A-Za-z_0-9]*/y;
  word.lastIndex = at;
  const text = word.exec(sql)?.[0];
  if (text !== undefined) return make("word", text, at + text.length);
  const symbol = symbols.find((candidate) => sql.startsWith(candidate, at));
  if (symbol === undefined) throw mistaken(character, at, "GoogleSQL has no such character");
  return make("symbol", symbol, at + symbol.length);
}

function readName(sql: string, at: number): Token {
  let end = at + 1;
  while (end < sql.length && sql[end] !== "`") end += sql[end] === "\\" ? 2 : 1;
  if (end >= sql.length) throw mistaken("`", at, "the quoted name is not closed");
  const value = unescaped(sql.slice(at + 1, end), at + 1, "text");
  if (value === "") throw mistaken("``", at, "a name can't be empty");
  return { kind: "name", value, offset: at, end: end + 1 };
}

function readText(sql: string, at: number, open: number): Token {
  const prefix = /^[rRbB]*/.exec(sql.slice(at, open))![0].toLowerCase();
  const quote = sql.slice(at + prefix.length, open);
  let end = open;
  while (end < sql.length && !sql.startsWith(quote, end)) {
    if (quote.length === 1 && /[\r\n]/.test(sql[end]!)) break;
    end += sql[end] === "\\" ? 2 : 1;
  }
  if (!sql.startsWith(quote, end)) throw mistaken(quote, at, "the literal is not closed");
  const body = sql.slice(open, end).replace(/\r\n?/g, "\n");
  const kind = prefix.includes("b") ? "bytes" : "text";
  const raw = kind === "bytes" ? [...Buffer.from(body)].map((byte) => String.fromCharCode(byte)).join("") : body;
  const value = prefix.includes("r") ? raw : unescaped(raw, open, kind);
  return { kind, value, offset: at, end: end + quote.length };
}

const simpleEscapes: Record<string, string> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  "?": "?",
  '"': '"',
  "'": "'",
  "`": "`", // biome-ignore format: one line a table
};

function unescaped(body: string, offset: number, kind: "text" | "bytes"): string {
  if (!body.includes("\\")) return checkedText(body, offset, kind);
  const escaped = /\\(?:([0-3][0-7]{2})|[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]?))/g;
  const value = body.replace(escaped, (whole, octal, hex, short, long, other, at: number) => {
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (short !== undefined || long !== undefined) {
      const point = Number.parseInt(short ?? long, 16);
      if (kind === "bytes") throw mistaken(whole, offset + at, "a bytes literal takes no Unicode escape");
      if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
        throw mistaken(whole, offset + at, "is no Unicode character");
      return String.fromCodePoint(point);
    }
    const simple = simpleEscapes[other];
    if (simple === undefined) throw mistaken(whole, offset + at, "GoogleSQL has no such escape");
    return simple;
  });
  return checkedText(value, offset, kind);
}

/** DuckDB keeps a zero byte in text, but functions and messages stop at it. */
function checkedText(value: string, offset: number, kind: "text" | "bytes"): string {
  if (kind === "text" && value.includes("\0"))
    throw refused("the character U+0000 in text", offset, "use BYTES, b'\\x00'");
  return value;
}
