import type { Form } from "./form.ts";
import { parsedDate, parsedTimestamp } from "./parse-format.ts";
import type { Value } from "./value.ts";

const row = (name: string, takes: string, gives: string, duckdb: Form["duckdb"], safe?: string): Form => ({
  name,
  takes,
  gives,
  duckdb,
  ...(safe ? { safe } : {}),
});

const weekdays = ["SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"];

/** Days to shift so that a week that begins on this day begins on a Monday. */
const weekShift = new Map<string, number>([
  ["WEEK", 1],
  ["ISOWEEK", 0],
  ...weekdays.map((day, index): [string, number] => [`WEEK(${day})`, (8 - index) % 7]),
]);

const datePlus = ["DAY", "WEEK", "MONTH", "QUARTER", "YEAR"].flatMap((part) => {
  const macro = { DAY: "days", WEEK: "days", MONTH: "months", QUARTER: "months", YEAR: "months" }[part]!;
  const factor = { DAY: 1, WEEK: 7, MONTH: 1, QUARTER: 3, YEAR: 12 }[part]!;
  const amount = factor === 1 ? "$2" : `$2 * ${factor}`;
  return [
    row("DATE_ADD", `DATE, INTERVAL ${part}`, "DATE", `bq_date_add_${macro}($1, ${amount})`),
    row("DATE_SUB", `DATE, INTERVAL ${part}`, "DATE", `bq_date_sub_${macro}($1, ${amount})`),
  ];
});

const dateTrunc = [
  row("DATE_TRUNC", "DATE, DAY", "DATE", "$1"),
  ...["MONTH", "QUARTER", "YEAR"].map((part) =>
    row("DATE_TRUNC", `DATE, ${part}`, "DATE", `CAST(date_trunc('${part.toLowerCase()}', $1) AS DATE)`),
  ),
  ...[...weekShift].map(([part, shift]) =>
    row("DATE_TRUNC", `DATE, ${part}`, "DATE", `bq_date_trunc_week($1, ${shift})`),
  ),
];

const dateDiff = [
  row("DATE_DIFF", "DATE, DATE, DAY", "INT64", "CAST($1 - $2 AS BIGINT)"),
  ...["MONTH", "QUARTER", "YEAR"].map((part) =>
    row("DATE_DIFF", `DATE, DATE, ${part}`, "INT64", `CAST(date_diff('${part.toLowerCase()}', $2, $1) AS BIGINT)`),
  ),
  ...[...weekShift].map(([part, shift]) =>
    row("DATE_DIFF", `DATE, DATE, ${part}`, "INT64", `bq_date_diff_week($1, $2, ${shift})`),
  ),
];

const microseconds = {
  MICROSECOND: "1",
  MILLISECOND: "1000",
  SECOND: "1000000",
  MINUTE: "60000000",
  HOUR: "3600000000",
  DAY: "86400000000",
};

const timestampMath = Object.entries(microseconds).flatMap(([part, size]) => [
  row("TIMESTAMP_ADD", `TIMESTAMP, INTERVAL ${part}`, "TIMESTAMP", `bq_timestamp_add($1, $2, ${size})`),
  row("TIMESTAMP_SUB", `TIMESTAMP, INTERVAL ${part}`, "TIMESTAMP", `bq_timestamp_sub($1, $2, ${size})`),
  row("TIMESTAMP_DIFF", `TIMESTAMP, TIMESTAMP, ${part}`, "INT64", `bq_timestamp_diff($1, $2, ${size})`),
]);

const timestampTrunc = [
  ...["MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR", "DAY", "MONTH", "QUARTER", "YEAR"].map((part) =>
    row(
      "TIMESTAMP_TRUNC",
      `TIMESTAMP, ${part}`,
      "TIMESTAMP",
      `bq_instant(CAST(date_trunc('${part.toLowerCase()}', bq_utc($1)) AS TIMESTAMP))`,
    ),
  ),
  ...[...weekShift].map(([part, shift]) =>
    row(
      "TIMESTAMP_TRUNC",
      `TIMESTAMP, ${part}`,
      "TIMESTAMP",
      `bq_instant(bq_date_trunc_week(CAST(bq_utc($1) AS DATE), ${shift}))`,
    ),
  ),
];

const extractDate: [string, string][] = [
  ["DAY", "CAST(day($1) AS BIGINT)"],
  ["MONTH", "CAST(month($1) AS BIGINT)"],
  ["QUARTER", "CAST(quarter($1) AS BIGINT)"],
  ["YEAR", "CAST(year($1) AS BIGINT)"],
  ["DAYOFYEAR", "CAST(dayofyear($1) AS BIGINT)"],
  ["DAYOFWEEK", "CAST(dayofweek($1) + 1 AS BIGINT)"],
  ["ISOWEEK", "CAST(week($1) AS BIGINT)"],
  ["ISOYEAR", "CAST(isoyear($1) AS BIGINT)"],
  ...[...weekShift]
    .filter(([part]) => part !== "ISOWEEK")
    .map(([part, shift]): [string, string] => [part, `bq_week_of_year($1, ${shift})`]),
];

const extractTime: [string, string][] = [
  ["HOUR", "CAST(hour(bq_utc($1)) AS BIGINT)"],
  ["MINUTE", "CAST(minute(bq_utc($1)) AS BIGINT)"],
  ["SECOND", "CAST(second(bq_utc($1)) AS BIGINT)"],
  ["MILLISECOND", "CAST(millisecond(bq_utc($1)) % 1000 AS BIGINT)"],
  ["MICROSECOND", "CAST(microsecond(bq_utc($1)) % 1000000 AS BIGINT)"],
];

const extract = [
  ...extractDate.map(([part, sql]) => row("EXTRACT", `${part}, DATE`, "INT64", sql)),
  ...["TIMESTAMP", "DATETIME"].flatMap((type) => [
    ...extractDate.map(([part, sql]) =>
      row("EXTRACT", `${part}, ${type}`, "INT64", sql.replaceAll("$1", "CAST(bq_utc($1) AS DATE)")),
    ),
    ...extractTime.map(([part, sql]) => row("EXTRACT", `${part}, ${type}`, "INT64", sql)),
    row("EXTRACT", `DATE, ${type}`, "DATE", "CAST(bq_utc($1) AS DATE)"),
  ]),
];

/** What FORMAT_DATE and its like print alike, in DuckDB's words; a year is not padded in GoogleSQL and is written apart. */
const formatElements: Record<string, string> = {
  Y: "{year}",
  F: "{year}-%m-%d",
  G: "{isoyear}",
  m: "%m",
  d: "%d",
  j: "%j",
  A: "%A",
  a: "%a",
  B: "%B",
  b: "%b",
  h: "%b",
  y: "%y",
  u: "%u",
  w: "%w",
  V: "%V",
  D: "%m/%d/%y",
  "%": "%%", // biome-ignore format: a table
};
const timeElements: Record<string, string> = { H: "%H", M: "%M", S: "%S", T: "%H:%M:%S", R: "%H:%M", I: "%I", p: "%p" };

/** The template for a literal format and the moment `x`; undefined where the format holds something that is not proven. */
function formatted(format: Value | undefined, elements: Record<string, string>, x: string): string | undefined {
  if (format?.literal?.kind !== "text" || /[${}]/.test(format.literal.value)) return undefined; // they mean places in a template
  let proven = true;
  const translated = format.literal.value.replace(/%([\s\S]?)/g, (_, letter: string) => {
    const element = elements[letter];
    if (element === undefined) proven = false;
    return element ?? "";
  });
  if (!proven) return undefined;
  const pieces = translated.split(/(\{\w+\})/).filter((piece) => piece !== "");
  const sql = pieces.map((piece) =>
    piece.startsWith("{")
      ? `CAST(${piece.slice(1, -1)}(${x}) AS VARCHAR)`
      : `strftime(${x}, '${piece.replaceAll("'", "''")}')`,
  );
  return sql.length === 0 ? `strftime(${x}, '')` : `(${sql.join(" || ")})`;
}

const formats: Form[] = [
  row("FORMAT_DATE", "literal STRING, DATE", "STRING", ([format]) => formatted(format, formatElements, "$2")),
  row("FORMAT_TIMESTAMP", "literal STRING, TIMESTAMP", "STRING", ([format]) =>
    formatted(format, { ...formatElements, ...timeElements }, "bq_utc($2)"),
  ),
  row("FORMAT_DATETIME", "literal STRING, DATETIME", "STRING", ([format]) =>
    formatted(format, { ...formatElements, ...timeElements }, "$2"),
  ),
];

const conversions: Form[] = [
  row("DATE", "TIMESTAMP", "DATE", "CAST(bq_utc($1) AS DATE)"),
  row("DATE", "DATETIME", "DATE", "CAST(bq_utc($1) AS DATE)"),
  row("DATE", "DATE", "DATE", "$1"),
  row("DATE", "INT64, INT64, INT64", "DATE", "bq_make_date($1, $2, $3)"),
  row("TIMESTAMP", "DATE", "TIMESTAMP", "bq_instant($1)"),
  row("TIMESTAMP", "DATETIME", "TIMESTAMP", "bq_instant($1)"),
  row("TIMESTAMP", "TIMESTAMP", "TIMESTAMP", "$1"),
  row("TIMESTAMP", "STRING", "TIMESTAMP", "bq_timestamp($1)"),
  row("DATETIME", "TIMESTAMP", "DATETIME", "bq_utc($1)"),
  row("DATETIME", "DATE", "DATETIME", "bq_utc($1)"),
  row("STRING", "TIMESTAMP", "STRING", "bq_timestamp_text($1)"),
  row("STRING", "DATE", "STRING", "bq_date_text($1)"),
  row("STRING", "DATETIME", "STRING", "bq_datetime_text($1)"),
  row("TIMESTAMP_SECONDS", "INT64", "TIMESTAMP", "bq_timestamp_from($1, 1000000)"),
  row("TIMESTAMP_MILLIS", "INT64", "TIMESTAMP", "bq_timestamp_from($1, 1000)"),
  row("TIMESTAMP_MICROS", "INT64", "TIMESTAMP", "bq_timestamp_from($1, 1)"),
  row("UNIX_SECONDS", "TIMESTAMP", "INT64", "bq_floor_div(epoch_us($1), 1000000)"),
  row("UNIX_MILLIS", "TIMESTAMP", "INT64", "bq_floor_div(epoch_us($1), 1000)"),
  row("UNIX_MICROS", "TIMESTAMP", "INT64", "epoch_us($1)"),
  row("UNIX_DATE", "DATE", "INT64", "CAST($1 - DATE '1970-01-01' AS BIGINT)"),
  row("DATE_FROM_UNIX_DATE", "INT64", "DATE", "bq_date_add_days(DATE '1970-01-01', $1)"),
  row("LAST_DAY", "DATE", "DATE", "last_day($1)"),
  row("LAST_DAY", "DATE, MONTH", "DATE", "last_day($1)"),
  row("LAST_DAY", "DATE, YEAR", "DATE", "make_date(year($1), 12, 31)"),
  row("LAST_DAY", "DATE, QUARTER", "DATE", "last_day(CAST(date_trunc('quarter', $1) + INTERVAL 2 MONTH AS DATE))"),
  row("GENERATE_DATE_ARRAY", "DATE, DATE", "ARRAY<DATE>", "bq_generate_date_array($1, $2, 1)"),
  row("GENERATE_DATE_ARRAY", "DATE, DATE, INTERVAL DAY", "ARRAY<DATE>", "bq_generate_date_array($1, $2, $3)"),
  row("GENERATE_DATE_ARRAY", "DATE, DATE, INTERVAL WEEK", "ARRAY<DATE>", "bq_generate_date_array($1, $2, $3 * 7)"),
  row("CURRENT_DATE", "", "DATE", "current_date"),
  row("CURRENT_TIMESTAMP", "", "TIMESTAMP", "now()"),
];

const parsing: Form[] = [
  ...parsed("PARSE_DATE", "DATE", ([format]) => parsedDate(format)),
  ...parsed("PARSE_TIMESTAMP", "TIMESTAMP", ([format]) => parsedTimestamp(format)),
];

function parsed(name: string, type: string, template: (values: readonly Value[]) => string | undefined): Form[] {
  const strict = (values: readonly Value[]) => {
    const value = template(values);
    return value && `bq_parsed($2, ${value})`;
  };
  return [{ name, takes: "literal STRING, STRING", gives: type, duckdb: strict, safe: template }];
}

const datetimes = [
  ...Object.entries(microseconds).flatMap(([part, size]) => [
    row("DATETIME_ADD", `DATETIME, INTERVAL ${part}`, "DATETIME", `bq_utc(bq_timestamp_add($1, $2, ${size}))`),
    row("DATETIME_SUB", `DATETIME, INTERVAL ${part}`, "DATETIME", `bq_utc(bq_timestamp_sub($1, $2, ${size}))`),
  ]),
  ...["MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR", "DAY", "MONTH", "QUARTER", "YEAR"].flatMap((part) => [
    row(
      "DATETIME_DIFF",
      `DATETIME, DATETIME, ${part}`,
      "INT64",
      `CAST(date_diff('${part.toLowerCase()}', $2, $1) AS BIGINT)`,
    ),
    row(
      "DATETIME_TRUNC",
      `DATETIME, ${part}`,
      "DATETIME",
      `CAST(date_trunc('${part.toLowerCase()}', $1) AS TIMESTAMP)`,
    ),
  ]),
  ...["MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR"].map((part) =>
    row(
      "TIME_DIFF",
      `TIME, TIME, ${part}`,
      "INT64",
      `CAST(date_diff('${part.toLowerCase()}', DATE '1970-01-01' + $2, DATE '1970-01-01' + $1) AS BIGINT)`,
    ),
  ),
  ...["SECOND", "MINUTE", "HOUR", "DAY"].map((part) =>
    row(
      "GENERATE_TIMESTAMP_ARRAY",
      `TIMESTAMP, TIMESTAMP, INTERVAL ${part}`,
      "ARRAY<TIMESTAMP>",
      `bq_generate_timestamp_array($1, $2, $3, ${microseconds[part as "DAY"]})`,
    ),
  ),
  row("CURRENT_DATETIME", "", "DATETIME", "bq_utc(now())"),
];

export const dateFunctions: readonly Form[] = [
  ...parsing,
  ...datetimes,
  ...datePlus,
  ...dateTrunc,
  ...dateDiff,
  ...timestampMath,
  ...timestampTrunc,
  ...extract,
  ...formats,
  ...conversions,
];
