import { type Checked, checkSql } from "./check.ts";
import type { Dialect } from "./dialect.ts";
import { parseGoogleSql, wordsOf } from "./parse-googlesql.ts";
import type { Finding } from "./query.ts";

/** Checks a SELECT of GoogleSQL that the warehouse is sent: its grammar, and the rules of check-sql.ts. */
export function checkGoogleSelect(
  sql: string,
  { grain }: { grain: readonly string[] },
): Checked & { placeOf(spot: Finding["at"]): number } {
  const parsed = parseGoogleSql(sql);
  const checked =
    "wrong" in parsed
      ? { findings: [parsed.wrong], outputs: undefined, uses: [] }
      : checkSql(parsed.query, { dialect: googleSql, grain });
  const taken = new Set<number>();
  let words: ReturnType<typeof wordsOf> | undefined;
  return { ...checked, placeOf };

  /** The parser keeps no place of functions and clauses: their words are looked up, each once. */
  function placeOf(spot: Finding["at"]): number {
    if (typeof spot === "number") return spot;
    words ??= wordsOf(sql);
    const found = words.filter(
      ({ word, at }) =>
        word === spot.word &&
        !taken.has(at) &&
        (spot.before === undefined || at < spot.before) &&
        (spot.after === undefined || at >= spot.after),
    );
    const at = (spot.before === undefined ? found[0] : found.at(-1))?.at;
    if (at !== undefined) taken.add(at);
    return at ?? spot.before ?? spot.after ?? 0;
  }
}

const clock = 'expected {{var "as_of" "timestamp"}}';
const key = "expected something made from a key, such as farm_fingerprint(key)";

const refusals: [names: RegExp, what: string, expected: string][] = [
  [/^current_(date|time|timestamp|datetime)$/, "reads the clock", clock],
  [/^(rand|generate_uuid)$/, "gives another value each time", key],
  [/^(session_user|current_user|user)$/, "depends on the connection", "expected a var or a column"],
  [/^external_query$/, "reads past the graph", 'expected {{source "source" "table"}}'],
  [/^approx_/, "is approximate, and other each time", "expected the exact function"],
  [
    /^(stddev|variance|corr|covar|(var_|covar_)(pop|samp)|stddev_(pop|samp))$/,
    "over floats depends on the order of the rows",
    "expected sums over integers or NUMERIC",
  ],
];

const googleSql: Dialect = {
  refused({ name, isOrdered }) {
    if (name === "any_value" && !isOrdered)
      return {
        message: "any_value takes any row's value",
        expected: "expected min, max, or any_value(... having max ...)",
      };
    const refusal = refusals.find(([names]) => names.test(name));
    return refusal && { message: `${name} ${refusal[1]}`, expected: refusal[2] };
  },
  isTableFunction: (name) => name === "unnest",
  isFloat: (type) => /^(float64|float|double)$/.test(type),
  isNumeric: (type) => /^(numeric|decimal|bignumeric|bigdecimal)/.test(type),
  isInteger: (type) => /^(int64|int|integer|bigint|smallint|tinyint|byteint)$/.test(type),
  dividesToFloat: true,
  floatFunctions: new Set([
    "safe_divide",
    "ieee_divide",
    "sqrt",
    "exp",
    "ln",
    "log",
    "log10",
    "pow",
    "power",
    "sin",
    "cos",
    "tan",
    "acos",
    "asin",
    "atan",
    "atan2",
  ]),
  systemColumns: new Set(["_partitiontime", "_partitiondate", "_file_name", "_table_suffix"]),
};
