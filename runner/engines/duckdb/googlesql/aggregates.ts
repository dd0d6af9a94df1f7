import type { Form } from "./form.ts";
import type { WindowRule } from "./window.ts";

/** `allows`: distinct, nulls (IGNORE or RESPECT), order, limit, over. `only`: has no meaning without OVER. */
export type AggregateForm = Form & { allows?: string; window?: WindowRule; only?: "window" };

const row = (
  name: string,
  takes: string,
  gives: string,
  duckdb: Form["duckdb"],
  allows = "distinct over",
): AggregateForm => ({ name, takes, gives, duckdb, allows });
const ranking = (
  name: string,
  takes: string,
  gives: string,
  duckdb: string,
  window: WindowRule,
  allows = "over",
): AggregateForm => ({
  name,
  takes,
  gives,
  duckdb,
  window,
  allows,
  only: "window", // biome-ignore format: one line a row
});

const ordered = ["INT64", "NUMERIC", "FLOAT64", "STRING", "BYTES", "BOOL", "DATE", "TIMESTAMP", "DATETIME", "TIME"];

export const aggregates: readonly AggregateForm[] = [
  row("COUNT", "*", "INT64", "count(*){over}", "over"),
  row("COUNT", "T", "INT64", (values) =>
    groups(values[0]?.type.kind) ? `count({distinct}${values[0]!.sql}){over}` : undefined,
  ),
  row("COUNTIF", "BOOL", "INT64", "count(CASE WHEN $1 THEN true END){over}", "over"),
  row("SUM", "INT64", "INT64", "CAST(sum({distinct}$1){over} AS BIGINT)"),
  row("SUM", "NUMERIC", "NUMERIC", "bq_numeric_range(sum({distinct}$1){over})"),
  row("SUM", "FLOAT64", "FLOAT64", "bq_finite(sum({distinct}$1){over})"),
  row("AVG", "INT64", "FLOAT64", "avg({distinct}$1){over}"),
  row(
    "AVG",
    "NUMERIC",
    "NUMERIC",
    "bq_numeric_over(sum({distinct}$1){over}, CAST(count({distinct}$1){over} AS DECIMAL(38,9)))",
  ),
  row("AVG", "FLOAT64", "FLOAT64", "bq_finite(avg({distinct}$1){over})"),
  ...ordered.flatMap((type) => [
    row("MIN", type, type, "min($1){over}", "distinct over"),
    row("MAX", type, type, "max($1){over}", "distinct over"),
  ]),
  row("ANY_VALUE", "T", "T", "any_value($1){over}", "over"),
  row("LOGICAL_AND", "BOOL", "BOOL", "bool_and($1){over}", "over"),
  row("LOGICAL_OR", "BOOL", "BOOL", "bool_or($1){over}", "over"),
  row("BIT_AND", "INT64", "INT64", "bit_and($1)", ""),
  row("BIT_OR", "INT64", "INT64", "bit_or($1)", ""),
  row("BIT_XOR", "INT64", "INT64", "bit_xor($1)", ""),
  ...["STDDEV", "STDDEV_SAMP"].map((name) =>
    row(name, "FLOAT64", "FLOAT64", "bq_finite(stddev_samp({distinct}$1))", "distinct"),
  ),
  ...["VARIANCE", "VAR_SAMP"].map((name) =>
    row(name, "FLOAT64", "FLOAT64", "bq_finite(var_samp({distinct}$1))", "distinct"),
  ),
  row("STDDEV_POP", "FLOAT64", "FLOAT64", "bq_finite(stddev_pop({distinct}$1))", "distinct"),
  row("VAR_POP", "FLOAT64", "FLOAT64", "bq_finite(var_pop({distinct}$1))", "distinct"),
  row(
    "STRING_AGG",
    "STRING",
    "STRING",
    "array_to_string((list({distinct}$1{order}) FILTER (WHERE $1 IS NOT NULL)){limit}, ',')",
    "distinct order limit",
  ),
  row(
    "STRING_AGG",
    "STRING, literal STRING",
    "STRING",
    "array_to_string((list({distinct}$1{order}) FILTER (WHERE $1 IS NOT NULL)){limit}, $2)",
    "distinct order limit",
  ),
  row(
    "ARRAY_AGG",
    "T",
    "ARRAY<T>",
    (values) =>
      values[0]?.type.kind === "ARRAY" ? undefined : `(list({distinct}${values[0]!.sql}{order}){not null}){limit}`,
    "distinct nulls order limit",
  ),

  ranking("ROW_NUMBER", "", "INT64", "row_number(){over}", "no order needed, no frame"),
  ranking("RANK", "", "INT64", "rank(){over}", "ordered, no frame"),
  ranking("DENSE_RANK", "", "INT64", "dense_rank(){over}", "ordered, no frame"),
  ranking("PERCENT_RANK", "", "FLOAT64", "percent_rank(){over}", "ordered, no frame"),
  ranking("CUME_DIST", "", "FLOAT64", "cume_dist(){over}", "ordered, no frame"),
  ranking("NTILE", "literal INT64", "INT64", "ntile($1){over}", "ordered, no frame"),
  ...["LAG", "LEAD"].flatMap((name) => [
    ranking(name, "T", "T", `${name.toLowerCase()}($1){over}`, "ordered, no frame"),
    ranking(name, "T, literal INT64", "T", `${name.toLowerCase()}($1, $2){over}`, "ordered, no frame"),
    ranking(name, "T, literal INT64, T", "T", `${name.toLowerCase()}($1, $2, $3){over}`, "ordered, no frame"),
  ]),
  ranking("FIRST_VALUE", "T", "T", "first_value($1{nulls}){over}", "ordered", "over nulls"),
  ranking("LAST_VALUE", "T", "T", "last_value($1{nulls}){over}", "ordered", "over nulls"),
  ranking("NTH_VALUE", "T, literal INT64", "T", "nth_value($1, $2{nulls}){over}", "ordered", "over nulls"),
];

function groups(kind: string | undefined): boolean {
  return kind !== "ARRAY" && kind !== "STRUCT" && kind !== "JSON";
}
