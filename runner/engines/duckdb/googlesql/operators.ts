import type { Form } from "./form.ts";

const row = (name: string, takes: string, gives: string, duckdb: string): Form => ({ name, takes, gives, duckdb });

/** Operators with one or two operands; comparisons, AND, OR, NOT and the rest of the syntax are in `syntax.ts`. */
export const operators: readonly Form[] = [
  row("+", "INT64, INT64", "INT64", "($1 + $2)"),
  row("+", "NUMERIC, NUMERIC", "NUMERIC", "($1 + $2)"),
  row("+", "FLOAT64, FLOAT64", "FLOAT64", "($1 + $2)"),
  row("+", "DATE, INT64", "DATE", "bq_date_add_days($1, $2)"),
  row("+", "INT64, DATE", "DATE", "bq_date_add_days($2, $1)"),
  row("-", "INT64, INT64", "INT64", "($1 - $2)"),
  row("-", "NUMERIC, NUMERIC", "NUMERIC", "($1 - $2)"),
  row("-", "FLOAT64, FLOAT64", "FLOAT64", "($1 - $2)"),
  row("-", "DATE, INT64", "DATE", "bq_date_sub_days($1, $2)"),
  row("*", "INT64, INT64", "INT64", "($1 * $2)"),
  row("*", "NUMERIC, INT64", "NUMERIC", "($1 * $2)"),
  row("*", "INT64, NUMERIC", "NUMERIC", "($1 * $2)"),
  row("*", "NUMERIC, NUMERIC", "NUMERIC", "bq_numeric_times($1, $2)"),
  row("*", "FLOAT64, FLOAT64", "FLOAT64", "($1 * $2)"),
  row("/", "FLOAT64, FLOAT64", "FLOAT64", "bq_float_over($1, $2)"),
  row("/", "NUMERIC, NUMERIC", "NUMERIC", "bq_numeric_over($1, $2)"),
  row("||", "STRING, STRING", "STRING", "($1 || $2)"),
  row("||", "BYTES, BYTES", "BYTES", "($1 || $2)"),
  row("||", "ARRAY<T>, ARRAY<T>", "ARRAY<T>", "bq_array_concat($1, $2)"),
  row("unary -", "INT64", "INT64", "(- $1)"),
  row("unary -", "NUMERIC", "NUMERIC", "(- $1)"),
  row("unary -", "FLOAT64", "FLOAT64", "(- $1)"),
  row("unary +", "INT64", "INT64", "$1"),
  row("unary +", "NUMERIC", "NUMERIC", "$1"),
  row("unary +", "FLOAT64", "FLOAT64", "$1"),
  row("&", "INT64, INT64", "INT64", "($1 & $2)"),
  row("|", "INT64, INT64", "INT64", "($1 | $2)"),
  row("^", "INT64, INT64", "INT64", "xor($1, $2)"),
  row("~", "INT64", "INT64", "(~ $1)"),
  row("<<", "INT64, INT64", "INT64", "bq_shift_left($1, $2)"),
  row(">>", "INT64, INT64", "INT64", "bq_shift_right($1, $2)"),
];

/** `INT64 + INT64`, `- INT64`. */
export function nameOfOperator({ name, takes }: Form): string {
  const [left, right] = takes.split(", ") as [string, string | undefined];
  return right === undefined ? `${name.replace("unary ", "")} ${left}` : `${left} ${name} ${right}`;
}
