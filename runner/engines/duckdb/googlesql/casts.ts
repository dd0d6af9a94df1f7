import type { Kind } from "./type.ts";

/** Casts that are proven: from, to, the SQL, and the SQL of SAFE_CAST where it differs. `$` is the operand. */
export const casts: readonly [from: Kind, to: Kind, sql: string, safe?: string][] = [
  ["STRING", "INT64", "bq_int64($)", "bq_safe_int64($)"],
  ["STRING", "FLOAT64", "bq_float64($)", "bq_safe_float64($)"],
  ["STRING", "NUMERIC", "bq_numeric($)", "bq_safe_numeric($)"],
  ["STRING", "BOOL", "bq_bool($)", "bq_safe_bool($)"],
  ["STRING", "DATE", "bq_date($)", "bq_safe_date($)"],
  ["STRING", "TIMESTAMP", "bq_timestamp($)", "bq_safe_timestamp($)"],
  ["STRING", "DATETIME", "bq_datetime($)", "bq_safe_datetime($)"],
  ["STRING", "BYTES", "encode($)"],
  ["BYTES", "STRING", "decode($)", "bq_safe_text($)"],
  ["INT64", "STRING", "CAST($ AS VARCHAR)"],
  ["INT64", "FLOAT64", "CAST($ AS DOUBLE)"],
  ["INT64", "NUMERIC", "CAST($ AS DECIMAL(38,9))"],
  ["INT64", "BOOL", "($ <> 0)"],
  ["BOOL", "STRING", "CAST($ AS VARCHAR)"],
  ["BOOL", "INT64", "CAST($ AS BIGINT)"],
  ["FLOAT64", "STRING", "bq_float_text($)"],
  ["FLOAT64", "NUMERIC", "bq_float_numeric($)", "bq_safe_float_numeric($)"],
  ["FLOAT64", "INT64", "bq_float_int64($)", "TRY_CAST(round($) AS BIGINT)"],
  ["NUMERIC", "STRING", "bq_numeric_text($)"],
  ["NUMERIC", "INT64", "CAST($ AS BIGINT)", "TRY_CAST($ AS BIGINT)"],
  ["NUMERIC", "FLOAT64", "bq_numeric_float($)"],
  ["DATE", "STRING", "bq_date_text($)"],
  ["DATE", "TIMESTAMP", "bq_instant($)"],
  ["DATE", "DATETIME", "bq_utc($)"],
  ["TIMESTAMP", "STRING", "bq_timestamp_text($)"],
  ["TIMESTAMP", "DATE", "CAST(bq_utc($) AS DATE)"],
  ["TIMESTAMP", "DATETIME", "bq_utc($)"],
  ["DATETIME", "STRING", "bq_datetime_text($)"],
  ["DATETIME", "DATE", "CAST($ AS DATE)"],
  ["DATETIME", "TIMESTAMP", "bq_instant($)"],
];

export const castForms: readonly string[] = casts.flatMap(([from, to]) => [
  `CAST(${from} AS ${to})`,
  `SAFE_CAST(${from} AS ${to})`,
]);
