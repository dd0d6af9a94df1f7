import type { Form } from "./form.ts";
import { type Pattern, readPattern } from "./pattern.ts";
import type { Value } from "./value.ts";

const row = (name: string, takes: string, gives: string, duckdb: Form["duckdb"], safe?: string): Form => ({
  name,
  takes,
  gives,
  duckdb,
  ...(safe ? { safe } : {}),
});

const joined = (values: readonly Value[]) => `(${values.map((_, index) => `$${index + 1}`).join(" || ")})`;

const plain: Form[] = [
  row("CONCAT", "STRING...", "STRING", joined),
  row("CONCAT", "BYTES...", "BYTES", joined),
  row("LOWER", "STRING", "STRING", "bq_lower($1)"),
  row("UPPER", "STRING", "STRING", "bq_upper($1)"),
  ...["LENGTH", "CHAR_LENGTH", "CHARACTER_LENGTH"].map((name) => row(name, "STRING", "INT64", "length($1)")),
  row("LENGTH", "BYTES", "INT64", "octet_length($1)"),
  ...["BYTE_LENGTH", "OCTET_LENGTH"].flatMap((name) => [
    row(name, "STRING", "INT64", "strlen($1)"),
    row(name, "BYTES", "INT64", "octet_length($1)"),
  ]),
  row("TRIM", "STRING", "STRING", "bq_trim($1)"),
  row("LTRIM", "STRING", "STRING", "bq_ltrim($1)"),
  row("RTRIM", "STRING", "STRING", "bq_rtrim($1)"),
  row("TRIM", "STRING, STRING", "STRING", "trim($1, $2)"),
  row("LTRIM", "STRING, STRING", "STRING", "ltrim($1, $2)"),
  row("RTRIM", "STRING, STRING", "STRING", "rtrim($1, $2)"),
  ...["SUBSTR", "SUBSTRING"].flatMap((name) => [
    row(name, "STRING, INT64", "STRING", "bq_substr($1, $2)"),
    row(
      name,
      "STRING, INT64, INT64",
      "STRING",
      "bq_substr_of($1, $2, $3)",
      "(CASE WHEN $3 >= 0 THEN bq_substr_of($1, $2, $3) END)",
    ),
  ]),
  row("LEFT", "STRING, INT64", "STRING", "bq_left($1, $2)"),
  row("RIGHT", "STRING, INT64", "STRING", "bq_right($1, $2)"),
  row("STARTS_WITH", "STRING, STRING", "BOOL", "starts_with($1, $2)"),
  row("ENDS_WITH", "STRING, STRING", "BOOL", "ends_with($1, $2)"),
  row("STRPOS", "STRING, STRING", "INT64", "instr($1, $2)"),
  row("INSTR", "STRING, STRING", "INT64", "instr($1, $2)"),
  row("REPLACE", "STRING, STRING, STRING", "STRING", "bq_replace($1, $2, $3)"),
  row("REVERSE", "STRING", "STRING", "bq_reverse($1)"),
  row("REPEAT", "STRING, INT64", "STRING", "bq_repeat($1, $2)"),
  row("SPLIT", "STRING", "ARRAY<STRING>", "string_split($1, ',')"),
  row("SPLIT", "STRING, STRING", "ARRAY<STRING>", "bq_split($1, $2)"),
  row("LPAD", "STRING, INT64", "STRING", "bq_lpad($1, $2, ' ')"),
  row("LPAD", "STRING, INT64, STRING", "STRING", "bq_lpad($1, $2, $3)"),
  row("RPAD", "STRING, INT64", "STRING", "bq_rpad($1, $2, ' ')"),
  row("RPAD", "STRING, INT64, STRING", "STRING", "bq_rpad($1, $2, $3)"),
  row("TO_HEX", "BYTES", "STRING", "lower(hex($1))"),
  row("FROM_HEX", "STRING", "BYTES", "bq_from_hex($1)"),
  row("TO_BASE64", "BYTES", "STRING", "to_base64($1)"),
  row("FROM_BASE64", "STRING", "BYTES", "bq_from_base64($1)"),
  ...["MD5", "SHA1", "SHA256"].flatMap((name) => [
    row(name, "STRING", "BYTES", `unhex(${name.toLowerCase()}($1))`),
    row(name, "BYTES", "BYTES", `unhex(${name.toLowerCase()}($1))`),
  ]),
  row("CHR", "INT64", "STRING", "bq_chr($1)"),
  row("ASCII", "STRING", "INT64", "bq_ascii($1)"),
  row("UNICODE", "STRING", "INT64", "bq_unicode($1)"),
  row("TO_CODE_POINTS", "STRING", "ARRAY<INT64>", "bq_to_code_points($1)"),
  row("CODE_POINTS_TO_STRING", "ARRAY<INT64>", "STRING", "bq_code_points_to_string($1)"),
];

/*
 * REGEXP_EXTRACT and its like give NULL for a group that took no part in the match, DuckDB gives ''; and they count a match of nothing at
 * the end of the text differently. Patterns where that can happen are refused.
 */
const regexps: Form[] = [
  row("REGEXP_CONTAINS", "STRING, literal STRING", "BOOL", ([, pattern]) =>
    patternOf(pattern) ? "regexp_matches($1, $2)" : undefined,
  ),
  ...["REGEXP_EXTRACT", "REGEXP_SUBSTR"].map((name) =>
    row(name, "STRING, literal STRING", "STRING", ([, pattern]) => {
      const read = patternOf(pattern);
      return read && read.groups <= 1 && !read.optional ? `bq_regexp_extract($1, $2, ${read.groups})` : undefined;
    }),
  ),
  row("REGEXP_EXTRACT_ALL", "STRING, literal STRING", "ARRAY<STRING>", ([, pattern]) => {
    const read = patternOf(pattern);
    return read && read.groups <= 1 && !read.optional && !read.empty
      ? `regexp_extract_all($1, $2, ${read.groups})`
      : undefined;
  }),
  row("REGEXP_REPLACE", "STRING, literal STRING, literal STRING", "STRING", ([, pattern, replacement]) => {
    const read = patternOf(pattern);
    return read && isReplacement(replacement, read.groups) ? "regexp_replace($1, $2, $3, 'g')" : undefined;
  }),
];

function patternOf(value: Value | undefined): Pattern | undefined {
  return value?.literal?.kind === "text" ? readPattern(value.literal.value) : undefined;
}

function isReplacement(value: Value | undefined, groups: number): boolean {
  if (value?.literal?.kind !== "text") return false;
  const written = value.literal.value;
  const numbers = [...written.matchAll(/\\(\d)/g)].map((match) => Number(match[1]));
  return !/\\[^\d\\]|\\$/.test(written.replace(/\\\\/g, "")) && numbers.every((number) => number <= groups);
}

export const textFunctions: readonly Form[] = [...plain, ...regexps];
