import type { Context } from "./relation.ts";
import type { Expr, Query } from "./query.ts";

type Chosen = { outputs: (string | undefined)[] | undefined; keys: (string | undefined)[]; context: Context };

/** `limit` takes the same rows each time only where the order is total: by all outputs, by the keys of the groups, or by the grain. */
export function checkTotal(query: Query, { outputs, keys, context: { work, isTop } }: Chosen): void {
  if (!query.limit) return;
  const { at, word } = query.limit;
  if (query.order.length === 0) {
    work.findings.push({ at, message: `${word} without order by takes any rows`, expected: "expected order by a key" });
    return;
  }
  const ordered = query.order.map((expr) => nameIn(expr, outputs));
  const covers = (names: readonly (string | undefined)[] | undefined) =>
    names !== undefined && names.length > 0 && names.every((name) => name !== undefined && ordered.includes(name));
  if (covers(outputs) || covers(keys) || (isTop && covers(work.grain))) return;
  const missing = (outputs ?? [])
    .filter((name) => name !== undefined && !ordered.includes(name))
    .map((name) => `"${name}"`);
  work.findings.push({
    at,
    message: `${word} takes any of the rows that order by leaves equal`,
    expected: `expected order by with the grain${keys.length > 0 ? ", all keys of group by" : ""} or all columns${missing.length > 0 ? ` (${missing.slice(0, 5).join(", ")} not in it)` : ""}`,
  });
}

export function checkDistinctOn(
  { at, keys }: { at: number | undefined; keys: Expr[] },
  query: Query,
  { work }: Context,
): void {
  if (query.order.length > keys.length) return;
  const message =
    query.order.length === 0
      ? "distinct on without order by keeps any row"
      : "distinct on keeps any of the rows that order by leaves equal";
  work.findings.push({
    at: at ?? { word: "distinct" },
    message,
    expected: "expected order by with its keys first, then what decides which row stays",
  });
}

/** The output that an expression of ORDER BY or GROUP BY means, by name or by number. */
export function nameIn(expr: Expr, outputs: readonly (string | undefined)[] | undefined): string | undefined {
  if (expr.kind === "column") return expr.name;
  return expr.kind === "literal" && expr.type === "integer" ? outputs?.[Number(expr.text) - 1] : undefined;
}
