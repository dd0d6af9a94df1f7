import { type GoogleSqlError, mistaken } from "./refusal.ts";
import { type Token, tokens } from "./token.ts";
import type { Name } from "./tree.ts";

/** Words that can't be a name without backquotes. */
const reserved = new Set(
  `all and any array as asc assert_rows_modified at between by case cast collate contains create cross cube current default define
   desc distinct else end enum escape except exclude exists extract false fetch following for from full group grouping groups hash
   having if ignore in inner intersect interval into is join lateral left like limit lookup merge natural new no not null nulls of on
   or order outer over partition preceding proto qualify range recursive respect right rollup rows select set some struct tablesample
   then to treat true unbounded union unnest using when where window with within`.split(/\s+/),
);

/** Walks over the tokens of one statement. Keywords are given in lower case and match in any. */
export class Cursor {
  readonly sql: string;
  #tokens: Token[];
  #at = 0;

  constructor(sql: string) {
    this.sql = sql;
    this.#tokens = tokens(sql);
  }

  get position(): number {
    return this.#at;
  }
  set position(at: number) {
    this.#at = at;
  }

  token(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)]!;
  }
  get offset(): number {
    return this.token().offset;
  }
  next(): Token {
    const token = this.token();
    this.#at += 1;
    return token;
  }

  isWord(word: string, ahead = 0): boolean {
    const token = this.token(ahead);
    return token.kind === "word" && token.value.toLowerCase() === word;
  }
  isWords(...words: string[]): boolean {
    return words.every((word, ahead) => this.isWord(word, ahead));
  }
  isSymbol(symbol: string, ahead = 0): boolean {
    const token = this.token(ahead);
    return token.kind === "symbol" && token.value === symbol;
  }
  takeWord(...words: string[]): boolean {
    if (!this.isWords(...words)) return false;
    this.#at += words.length;
    return true;
  }
  takeSymbol(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.#at += 1;
    return true;
  }
  needWord(word: string): void {
    if (!this.takeWord(word)) throw this.unexpected(word.toUpperCase());
  }
  needSymbol(symbol: string): void {
    if (this.takeSymbol(symbol)) return;
    if (symbol === ">" && this.isSymbol(">>")) {
      // array<array<int64>>: the second half stays
      const token = this.token();
      this.#tokens.splice(
        this.#at,
        1,
        { ...token, value: ">", end: token.end - 1 },
        { ...token, value: ">", offset: token.offset + 1 },
      );
      this.#at += 1;
      return;
    }
    throw this.unexpected(symbol);
  }

  /** Is the token a name: backquoted, or a word that is not reserved? */
  isName(ahead = 0): boolean {
    const token = this.token(ahead);
    return token.kind === "name" || (token.kind === "word" && !reserved.has(token.value.toLowerCase()));
  }
  name(what = "a name"): Name {
    if (!this.isName()) throw this.unexpected(what);
    const token = this.next();
    return { text: token.value, at: token.offset };
  }
  /** After a dot any word is a name. */
  anyName(): Name {
    const token = this.token();
    if (token.kind !== "word" && token.kind !== "name") throw this.unexpected("a name");
    this.next();
    return { text: token.value, at: token.offset };
  }

  unexpected(expected: string): GoogleSqlError {
    const token = this.token();
    const found = token.kind === "end" ? "the end" : this.sql.slice(token.offset, token.end);
    return mistaken(found, token.offset, "is not expected here", `expected ${expected}`);
  }

  /** `item, item, ...` */
  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.takeSymbol(",")) items.push(item());
    return items;
  }
}
