/*
 * What the checks look at of a SELECT, alike for both dialects. `at` is an offset into the SQL; undefined where the parser of the
 * dialect keeps none.
 */

export type Expr = { at: number | undefined } & (
  | { kind: "column"; qualifier: string | undefined; name: string }
  | { kind: "star"; qualifier: string | undefined; except: string[]; args: Expr[] }
  | { kind: "literal"; type: "integer" | "float" | "numeric" | "other"; text: string }
  | { kind: "cast"; type: string; args: [Expr] }
  | { kind: "call"; name: string; args: Expr[]; isOrdered: boolean; over: Over | undefined }
  | { kind: "operator"; name: string; args: Expr[] }
  | { kind: "query"; use: "array" | "other"; query: Query; args: Expr[] }
);

/** `order` is undefined where a named window is not found. */
export type Over = { partition: Expr[]; order: Expr[] | undefined };

export type Query = {
  at: number | undefined;
  ctes: { name: string; at: number | undefined; columns: string[]; query: Query }[];
  isRecursive: boolean;
  body: Body;
  order: Expr[];
  /** Set for `limit`, `fetch` and `offset`. */
  limit: { at: Spot; word: string } | undefined;
};

export type Body =
  | {
      kind: "select";
      distinctOn: { at: number | undefined; keys: Expr[] } | undefined;
      outputs: Output[];
      from: From[];
      /** Conditions and keys: what is computed on to choose rows. */
      where: Expr[];
      group: Expr[];
      having: Expr[];
    }
  | { kind: "set"; left: Query; right: Query }
  | { kind: "values"; rows: Expr[][] };

/** `name` is undefined where the database makes one up. */
export type Output = { expr: Expr; name: string | undefined; at: number | undefined };

export type From = { at: number | undefined } & (
  | { kind: "table"; path: string[]; alias: string | undefined; columns: string[] }
  | { kind: "query"; query: Query; alias: string | undefined; columns: string[]; isLateral: boolean }
  | { kind: "function"; name: string; args: Expr[]; alias: string | undefined; columns: string[] }
  | { kind: "join"; left: From; right: From; on: Expr[]; using: string[]; isNatural: boolean }
  | { kind: "sample"; of: From }
);

/** What a parser of one dialect makes of a text: one SELECT, or what is wrong with it. */
export type Parsed = { query: Query } | { wrong: Finding };

/** A mistake in the SQL itself. */
export type Finding = { at: Spot; message: string; expected?: string };

/** An offset; or a word that stands last before an offset, first after one, or anywhere. */
export type Spot = number | { word: string; before?: number | undefined; after?: number | undefined };
