import { type Checked, checkSql } from "./check.ts";
import type { Dialect } from "./dialect.ts";
import { parsePostgres } from "./parse-postgres.ts";
import type { Finding } from "./query.ts";

/** Checks a SELECT that Postgres is sent: its grammar, and the rules of check-sql.ts. */
export function checkPostgres(
  sql: string,
  { grain }: { grain: readonly string[] },
): Checked & { placeOf(spot: Finding["at"]): number } {
  const parsed = parsePostgres(sql);
  const checked =
    "wrong" in parsed
      ? { findings: [parsed.wrong], outputs: undefined, uses: [] }
      : checkSql(parsed.query, { dialect: postgres, grain });
  return {
    ...checked,
    placeOf: (spot) => (typeof spot === "number" ? spot : Math.max(sql.toLowerCase().indexOf(spot.word), 0)),
  };
}

const clock = 'expected {{var "as_of" "timestamp"}}';
const key = "expected something made from a key, such as md5(key)";

const refusals: [names: RegExp, what: string, expected: string][] = [
  [
    /^(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday|current_(date|time|timestamp)|localtime|localtimestamp)$/,
    "reads the clock",
    clock,
  ],
  [
    /^(random|random_normal|setseed|gen_random_uuid|gen_random_bytes|uuid_generate_.*|uuidv[47])$/,
    "gives another value each time",
    key,
  ],
  [/^(nextval|currval|lastval|setval)$/, "counts on from one run to the next", key],
  [
    /^(current_(user|role|catalog|schema|schemas|database|query)|session_user|system_user|user|inet_(client|server)_(addr|port)|current_setting|set_config|version)$/,
    "depends on the connection",
    "expected a var or a column",
  ],
  [/^(txid_.*|pg_(?!typeof$).*)$/, "tells of the server, not of the rows", "expected a column of what the model reads"],
  [
    /^(dblink.*|query_to_xml.*|table_to_xml.*|cursor_to_xml.*|lo_.*)$/,
    "reads past the graph",
    'expected {{ref "name"}}',
  ],
  [/^any_value$/, "takes any row's value", "expected min, max, or array_agg(... order by ...)"],
];

const postgres: Dialect = {
  refused({ name, args }) {
    if (name === "age" && args.length === 1)
      return {
        message: "age() of one argument reads the clock",
        expected: 'expected age({{var "as_of" "timestamp"}}, ...)',
      };
    const refusal = refusals.find(([names]) => names.test(name));
    return refusal && { message: `${name} ${refusal[1]}`, expected: refusal[2] };
  },
  isTableFunction: () => true,
  isFloat: (type) => type === "float4" || type === "float8",
  isNumeric: (type) => type === "numeric",
  isInteger: (type) => /^int[248]$/.test(type),
  dividesToFloat: false,
  floatFunctions: new Set(),
  systemColumns: new Set(["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"]),
};
