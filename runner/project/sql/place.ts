import type { Expr, Spot } from "./query.ts";

/** Where an expression begins; where the parser does not say, the word that stands before its first known part. */
export function spotOf(expr: Expr, word: string): Spot {
  return expr.at ?? { word, before: firstIn(expr) };
}

/** The first place known inside an expression. */
export function firstIn(expr: Expr): number | undefined {
  const places = "args" in expr ? expr.args.map(firstIn) : [];
  const known = [expr.at, ...places].filter((at) => at !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}
