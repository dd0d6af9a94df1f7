import { castForms } from "./casts.ts";

/* The forms that are no functions and no operators: clauses, literals, comparisons, casts. */

const clauses = [
  "SELECT",
  "SELECT DISTINCT",
  "*",
  "* EXCEPT (...)",
  "* REPLACE (...)",
  "WITH",
  "WITH RECURSIVE ... UNION ALL",
  "INNER JOIN",
  "LEFT JOIN",
  "RIGHT JOIN",
  "FULL JOIN",
  "CROSS JOIN, comma",
  "USING (columns)",
  "UNNEST(array)",
  "UNNEST(array) WITH OFFSET",
  "UNPIVOT",
  "GROUP BY",
  "HAVING",
  "QUALIFY",
  "ORDER BY ... [ASC|DESC] [NULLS FIRST|LAST]",
  "LIMIT ... OFFSET ...",
  "UNION ALL",
  "UNION DISTINCT",
  "EXCEPT DISTINCT",
  "INTERSECT DISTINCT",
  "OVER (PARTITION BY ... ORDER BY ...)",
  "OVER (ROWS ...)",
  "OVER (RANGE ...)",
];

const expressions = [
  "CASE WHEN",
  "CASE x WHEN",
  "LIKE",
  "LIKE ANY (...)",
  "LIKE ALL (...)",
  "IN (list)",
  "IN (query)",
  "IN UNNEST(array)",
  "EXISTS (query)",
  "ARRAY(query)",
  "(query) as a value",
  "IS [NOT] NULL",
  "IS [NOT] UNKNOWN",
  "IS [NOT] TRUE",
  "IS [NOT] FALSE",
  "[...]",
  "STRUCT(...)",
  "array[n]",
  "array[offset(n)]",
  "array[ordinal(n)]",
  "array[safe_offset(n)]",
  "array[safe_ordinal(n)]",
];

const literals = ["DATE", "TIMESTAMP", "DATETIME", "TIME", "NUMERIC", "DECIMAL"].map((type) => `${type} '...'`);

const comparisons = ["=", "!=", "<", "<=", ">", ">=", "BETWEEN", "IN", "CASE", "USING", "IS DISTINCT FROM"];
const compared = ["INT64", "NUMERIC", "FLOAT64", "STRING", "BYTES", "BOOL", "DATE", "TIMESTAMP", "DATETIME", "TIME"];

export const syntaxForms: readonly string[] = [
  ...clauses,
  ...expressions,
  ...literals,
  ...compared.flatMap((type) => comparisons.map((operator) => `${type} ${operator} ${type}`)),
  ...castForms,
  "CAST(DATE AS STRING FORMAT '...')",
  "CAST(STRING AS DATE FORMAT '...')",
];
