import { dateFunctions } from "./functions-date.ts";
import { textFunctions } from "./functions-text.ts";
import type { Form } from "./form.ts";
import type { Value } from "./value.ts";

const row = (name: string, takes: string, gives: string, duckdb: Form["duckdb"], safe?: string): Form => ({
  name,
  takes,
  gives,
  duckdb,
  ...(safe ? { safe } : {}),
});

const conditional: Form[] = [
  row("IF", "BOOL, T, T", "T", "(CASE WHEN $1 THEN $2 ELSE $3 END)"),
  row("IFNULL", "T, T", "T", "coalesce($1, $2)"),
  row("COALESCE", "T...", "T", "coalesce($*)"),
  row("NULLIF", "T, T", "T", (values) => (isPlain(values[0]?.type.kind) ? "nullif($1, $2)" : undefined)),
  row("ERROR", "STRING", "INT64", "CAST(error($1) AS BIGINT)"),
];

const greatest = ["INT64", "NUMERIC", "FLOAT64", "STRING", "DATE", "TIMESTAMP", "DATETIME"].flatMap((type) => [
  row("GREATEST", `${type}...`, type, (values) => extreme("greatest", values.length)),
  row("LEAST", `${type}...`, type, (values) => extreme("least", values.length)),
]);

/** NULL as soon as one is NULL; DuckDB leaves NULL out. */
function extreme(name: string, count: number): string {
  const all = Array.from({ length: count }, (_, index) => `$${index + 1}`);
  if (count > 9) return "";
  return `(CASE WHEN ${all.map((one) => `${one} IS NOT NULL`).join(" AND ")} THEN ${name}($*) END)`;
}

function isPlain(kind: string | undefined): boolean {
  return kind !== "ARRAY" && kind !== "STRUCT" && kind !== "JSON";
}

const numeric: Form[] = [
  row("ABS", "INT64", "INT64", "abs($1)"),
  row("ABS", "NUMERIC", "NUMERIC", "abs($1)"),
  row("ABS", "FLOAT64", "FLOAT64", "abs($1)"),
  row("SIGN", "INT64", "INT64", "CAST(sign($1) AS BIGINT)"),
  row("SIGN", "NUMERIC", "NUMERIC", "CAST(sign($1) AS DECIMAL(38,9))"),
  row("SIGN", "FLOAT64", "FLOAT64", "CAST(sign($1) AS DOUBLE)"),
  row("DIV", "INT64, INT64", "INT64", "bq_div($1, $2)"),
  row("MOD", "INT64, INT64", "INT64", "bq_mod($1, $2)"),
  row("DIV", "NUMERIC, NUMERIC", "NUMERIC", "bq_numeric_div($1, $2)"),
  row("MOD", "NUMERIC, NUMERIC", "NUMERIC", "bq_numeric_mod($1, $2)"),
  row("ROUND", "FLOAT64", "FLOAT64", "round($1)"),
  row("ROUND", "FLOAT64, literal INT64", "FLOAT64", (values) => floatTo("round", values[1]?.literal)),
  row("ROUND", "NUMERIC", "NUMERIC", "CAST(round($1) AS DECIMAL(38,9))"),
  row("ROUND", "NUMERIC, literal INT64", "NUMERIC", (values) => numericTo("round", values[1]?.literal)),
  row("TRUNC", "FLOAT64", "FLOAT64", "trunc($1)"),
  row("TRUNC", "FLOAT64, literal INT64", "FLOAT64", (values) => floatTo("trunc", values[1]?.literal)),
  row("TRUNC", "NUMERIC", "NUMERIC", "CAST(trunc($1) AS DECIMAL(38,9))"),
  ...["CEIL", "CEILING"].flatMap((name) => [
    row(name, "FLOAT64", "FLOAT64", "ceil($1)"),
    row(name, "NUMERIC", "NUMERIC", "CAST(ceil($1) AS DECIMAL(38,9))"),
  ]),
  row("FLOOR", "FLOAT64", "FLOAT64", "floor($1)"),
  row("FLOOR", "NUMERIC", "NUMERIC", "CAST(floor($1) AS DECIMAL(38,9))"),
  row("SQRT", "FLOAT64", "FLOAT64", "bq_sqrt($1)", "bq_safe_sqrt($1)"),
  ...["POW", "POWER"].map((name) => row(name, "FLOAT64, FLOAT64", "FLOAT64", "bq_pow($1, $2)")),
  row("EXP", "FLOAT64", "FLOAT64", "bq_finite(exp($1))"),
  row("LN", "FLOAT64", "FLOAT64", "bq_ln($1)", "bq_safe_ln($1)"),
  row("LOG", "FLOAT64", "FLOAT64", "bq_ln($1)", "bq_safe_ln($1)"),
  row("LOG", "FLOAT64, FLOAT64", "FLOAT64", "bq_log($1, $2)"),
  row("LOG10", "FLOAT64", "FLOAT64", "bq_log10($1)", "bq_safe_log10($1)"),
  row("SAFE_DIVIDE", "FLOAT64, FLOAT64", "FLOAT64", "bq_safe_divide($1, $2)"),
  row("SAFE_DIVIDE", "NUMERIC, NUMERIC", "NUMERIC", "bq_numeric_safe_divide($1, $2)"),
  row("IEEE_DIVIDE", "FLOAT64!, FLOAT64!", "FLOAT64!", "bq_ieee_divide($1, $2)"),
  row("IS_NAN", "FLOAT64!", "BOOL", "isnan($1)"),
  row("IS_INF", "FLOAT64!", "BOOL", "isinf($1)"),
  row("SAFE_ADD", "INT64, INT64", "INT64", "TRY_CAST(CAST($1 AS HUGEINT) + CAST($2 AS HUGEINT) AS BIGINT)"),
  row("SAFE_SUBTRACT", "INT64, INT64", "INT64", "TRY_CAST(CAST($1 AS HUGEINT) - CAST($2 AS HUGEINT) AS BIGINT)"),
  row("SAFE_MULTIPLY", "INT64, INT64", "INT64", "TRY_CAST(CAST($1 AS HUGEINT) * CAST($2 AS HUGEINT) AS BIGINT)"),
  row("SAFE_NEGATE", "INT64", "INT64", "TRY_CAST(- CAST($1 AS HUGEINT) AS BIGINT)"),
  row("BIT_COUNT", "INT64", "INT64", "CAST(bit_count($1) AS BIGINT)"),
  row("RANGE_BUCKET", "INT64, ARRAY<INT64>", "INT64", "bq_range_bucket($1, $2)"),
];

function numericTo(name: string, literal: Value["literal"]): string | undefined {
  const digits = literal?.kind === "integer" ? Number(literal.value) : -1;
  return digits < 0 || digits > 9 ? undefined : `CAST(${name}($1, ${digits}) AS DECIMAL(38,9))`;
}

/** A FLOAT64 is rounded by its exact decimal text, as GoogleSQL does; a product with 100 would round 2.675 up. */
function floatTo(name: string, literal: Value["literal"]): string | undefined {
  const digits = literal?.kind === "integer" ? Number(literal.value) : -1;
  if (digits < 0 || digits > 9) return undefined;
  if (name === "trunc") return `bq_float_trunc($1, ${digits})`;
  return `bq_float_round($1, ${digits}, '%.${digits}f', 2.5e-${digits + 1})`;
}

const arrays: Form[] = [
  row("ARRAY_LENGTH", "ARRAY<T>", "INT64", "len($1)"),
  row("ARRAY_CONCAT", "ARRAY<T>...", "ARRAY<T>", (values) =>
    values.map((_, index) => `$${index + 1}`).reduce((left, right) => `bq_array_concat(${left}, ${right})`),
  ),
  row("ARRAY_REVERSE", "ARRAY<T>", "ARRAY<T>", "list_reverse($1)"),
  row("ARRAY_TO_STRING", "ARRAY<STRING>, STRING", "STRING", "bq_array_to_string($1, $2)"),
  row("ARRAY_TO_STRING", "ARRAY<STRING>, STRING, STRING", "STRING", "bq_array_to_string_with($1, $2, $3)"),
  row("ARRAY_FIRST", "ARRAY<T>", "T", "bq_array_first($1)"),
  row("ARRAY_LAST", "ARRAY<T>", "T", "bq_array_last($1)"),
  row("GENERATE_ARRAY", "INT64, INT64", "ARRAY<INT64>", "bq_generate_array($1, $2, 1)"),
  row("GENERATE_ARRAY", "INT64, INT64, INT64", "ARRAY<INT64>", "bq_generate_array($1, $2, $3)"),
];

const net: Form[] = [
  row("NET.IP_FROM_STRING", "STRING", "BYTES", "bq_ip_from_string($1)", "bq_safe_ip_from_string($1)"),
  row("NET.SAFE_IP_FROM_STRING", "STRING", "BYTES", "bq_safe_ip_from_string($1)"),
  row("NET.IP_TO_STRING", "BYTES", "STRING", "bq_ip_to_string($1)"),
  row("NET.IP_TRUNC", "BYTES, INT64", "BYTES", "bq_ip_trunc($1, $2)"),
  row("NET.IP_NET_MASK", "INT64, INT64", "BYTES", "bq_ip_net_mask($1, $2)"),
  row("NET.IPV4_TO_INT64", "BYTES", "INT64", "bq_ipv4_to_int64($1)"),
  row("NET.HOST", "STRING", "STRING", "bq_host($1)"),
  row("NET.IPV4_FROM_INT64", "INT64", "BYTES", "bq_ipv4_from_int64($1)"),
];

/** Every function that is not an aggregate, with the arguments that are proven. */
export const functions: readonly Form[] = [
  ...conditional,
  ...greatest,
  ...numeric,
  ...arrays,
  ...net,
  ...textFunctions,
  ...dateFunctions,
];
