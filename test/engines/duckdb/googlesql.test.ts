import { readFileSync } from "node:fs";
import type { DuckDBConnection } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tokens } from "../../../runner/engines/duckdb/googlesql/token.ts";
import { checkGoogleSql, GoogleSqlError, provenForms, translate } from "../../../runner/engines/duckdb/googlesql.ts";
import { type Answer, answersOf, isSame, openWithFunctions } from "./answers.ts";

type Case = { id: string; sql: string; rows?: Answer[][]; error?: true; types?: string[] };
type Verdict = { kind: "same" | "due error" | "refused" | "different"; detail: string };

const cases = readCases("cases.jsonl");
const more = readCases("more.jsonl");
let connection: DuckDBConnection & AsyncDisposable;

beforeAll(async () => {
  connection = await openWithFunctions();
});
afterAll(async () => {
  await connection[Symbol.asyncDispose]();
});

describe("the 120 cases with known answers", () => {
  test("none is answered differently, at least 90 are answered, the rest is refused by name", async () => {
    const verdicts = new Map<string, Verdict>();
    for (const one of cases) verdicts.set(one.id, await verdictOf(one));
    const of = (kind: Verdict["kind"]) =>
      [...verdicts].filter(([, verdict]) => verdict.kind === kind).map(([id]) => id);
    expect(cases).toHaveLength(120);
    expect([...verdicts].filter(([, verdict]) => verdict.kind === "different")).toEqual([]);
    expect(of("same").length + of("due error").length).toBeGreaterThanOrEqual(100);
    // JSON, FORMAT, time zones by name and functions that DuckDB has not
    expect(of("refused")).toEqual(
      "s03 s10 s14 s15 s16 s19 r06 r09 n02 d03 d24 h01 h05 j01 j02 j03 j05 j06 j07".split(" "),
    );
    for (const id of of("refused")) expect(verdicts.get(id)!.detail).toMatch(/^[A-Z0-9_.]+\(.*is not proven equal/);
  });

  test("blanks, comments and letter case change no verdict", async () => {
    const labelled = cases.filter(({ sql }) => !sql.includes("UNPIVOT")); // its labels are the names as written
    expect(await changedBy(labelled, respelled)).toEqual([]);
  });

  test("a subquery or WITH around them changes no verdict", async () => {
    const readable = cases.filter(({ sql }) => !sql.startsWith("#"));
    expect(await changedBy(readable, (sql) => `select * from (${sql}) as around`)).toEqual([]);
    expect(await changedBy(readable, (sql) => `with around as (${sql}) select around.* from around`)).toEqual([]);
    expect(await changedBy(readable, (sql) => `(${sql}) union all (${sql})`, true)).toEqual([]);
  });
});

describe("every proven form", () => {
  test("has the evaluator's answer in each of its cases", async () => {
    const wrong: string[] = [];
    for (const one of more) {
      const { kind, detail } = await verdictOf(one);
      const good = one.error ? kind !== "different" && kind !== "same" : kind === "same";
      if (!good) wrong.push(`${one.id}: ${one.sql}: ${kind}, ${detail}`);
    }
    expect(wrong).toEqual([]);
  }, 120_000);

  test("is used by a case that has an answer", () => {
    const clock = ["CURRENT_DATE()", "CURRENT_TIMESTAMP()", "CURRENT_DATETIME()", "ERROR(STRING)"];
    const used = new Set(
      [...cases, ...more].filter(({ rows }) => rows).flatMap(({ sql }) => checkGoogleSql(sql).forms),
    );
    expect(provenForms.map(({ name }) => name).filter((name) => !used.has(name) && !clock.includes(name))).toEqual([]);
  });

  test("stands on the list by the name under which its use is noted", () => {
    const listed = new Set(provenForms.map(({ name }) => name));
    const noted = new Set([...cases, ...more].flatMap(({ sql }) => checkGoogleSql(sql).forms));
    expect([...noted].filter((name) => !listed.has(name))).toEqual([]);
  });

  test("means the same in other letters, and in a subquery", async () => {
    const answered = more.filter(({ sql, rows }) => rows && !sql.endsWith(";"));
    expect(await changedBy(answered, respelled)).toEqual([]);
    expect(await changedBy(answered, (sql) => `select * from (${sql}) as around`)).toEqual([]);
  }, 240_000);
});

describe("what is not on the list", () => {
  const refused: [sql: string, construct: string][] = [
    ["select a from unnest([1]) a tablesample system (10 percent)", "TABLESAMPLE"],
    ["select 1 as a, @name as b", "a query parameter"],
    ["select @@version", "a query parameter"],
    ["select @{hint=1} 1", "a hint"],
    ["from t |> select a", "a statement that begins with FROM"],
    ["select 1 |> where true", "pipe syntax |>"],
    ["create table t as select 1 as a", "a statement that begins with CREATE"],
    ["select 1 as a; select 2 as a", "a second statement"],
    ["select farm_fingerprint('a')", "FARM_FINGERPRINT()"],
    ["select my.function(1)", "MY.FUNCTION()"],
    ["select regexp_extract('b', r'(a)?b')", "REGEXP_EXTRACT(STRING, STRING)"],
    ["select format_date('%Q', date '2020-01-01')", "FORMAT_DATE(STRING, DATE)"],
    ["select format_date(x, date '2020-01-01') from unnest(['%Y']) x", "FORMAT_DATE(STRING, DATE)"],
    ["select sum(x) from unnest([cast('inf' as float64)]) x", "SUM(FLOAT64)"],
    ["select x from ds.t_* ", "*"],
    ["select x from `ds.t_*`", "the wildcard table ds.t_*"],
    ["select x from ds.information_schema.tables", "ds.information_schema.tables"],
    ["select t from (select 1 as t) as t", "t, a whole row as a value"],
    ["select bignumeric '1'", "a BIGNUMERIC literal"],
    ["select date '2020-01-01' + interval 1 day", "INTERVAL outside a date function"],
    ["select array_agg(x) over () from unnest([1]) x", "OVER in ARRAY_AGG(INT64)"],
    [
      "select sum(x) over (order by x range between 1 preceding and current row) from unnest([1]) x",
      "RANGE with a distance",
    ],
    ["select x from unnest([1]) x group by all", "GROUP BY ALL"],
    ["select 'a\\u0000b'", "the character U+0000 in text"],
  ];
  for (const [sql, construct] of refused) {
    test(`${construct} is refused: ${sql}`, () => {
      const [refusal] = checkGoogleSql(sql).refusals;
      expect(refusal?.construct).toBe(construct);
      expect(refusal?.wayOut).not.toBe("");
      expect(() => translate(sql)).toThrow(GoogleSqlError);
    });
  }

  test("is shown with its place", () => {
    const sql = "with a as (\n    select 1 as x\n)\n\nselect\n    x,\n    generate_uuid() as id\nfrom a";
    const [refusal] = checkGoogleSql(sql).refusals;
    expect(sql.slice(refusal!.offset)).toMatch(/^generate_uuid\(\)/);
    expect(refusal).toMatchObject({
      construct: "GENERATE_UUID()",
      message: "is not proven equal between BigQuery and DuckDB",
    });
  });

  test("is shown all at once", () => {
    const sql = "select rand() as a, farm_fingerprint(b) as c from ds.t where lower(1) = 'x' order by generate_uuid()";
    expect(checkGoogleSql(sql).refusals.map(({ construct }) => construct)).toEqual([
      "RAND()",
      "FARM_FINGERPRINT()",
      "LOWER(INT64)",
      "GENERATE_UUID()",
    ]);
  });

  test("is told apart from what GoogleSQL itself does not know", () => {
    expect(mistakeOf("select rand()")).toBe(false);
    for (const sql of [
      "select 1 +",
      "select '1' = 1",
      "select a from unnest([1]) b",
      "select 1 union all select 'a'",
      "select null = 1",
    ])
      expect(mistakeOf(sql), sql).toBe(true);
  });
});

describe("columns of tables", () => {
  const tables = new Map([
    [
      "ds.t",
      [
        { name: "n", type: "int64" },
        { name: "amount", type: "numeric(20, 4)" },
        { name: "name", type: "string" },
      ],
    ],
  ]);

  test("have the types that were given", async () => {
    await connection.run(
      "create schema ds; create table ds.t as select 7::bigint n, 1.25::decimal(20, 4) amount, 'x' as name",
    );
    const sql = translate(
      "select n / 2 as a, amount / 3 as b, sum(n) as c, * from `project`.ds.t group by n, amount, name",
      tables,
    );
    const { rows, types } = await answersOf(connection, sql);
    expect(rows).toEqual([[3.5, "0.416666667", 7, 7, "1.25", "x"]]);
    expect(types).toEqual(["FLOAT64", "NUMERIC", "INT64", "INT64", "NUMERIC", "STRING"]);
  });

  test("that do not fit are found before anything runs", () => {
    expect(checkGoogleSql("select lower(n) as a from ds.t", tables).refusals[0]?.construct).toBe("LOWER(INT64)");
    expect(checkGoogleSql("select name = n as a from ds.t", tables).refusals[0]?.construct).toBe("=");
    expect(checkGoogleSql("select missing from ds.t", tables).refusals[0]).toMatchObject({
      construct: "missing",
      offset: 7,
    });
  });

  test("that are not known are let through by the check and by what means the same for all types", () => {
    expect(checkGoogleSql("select a / b as c, sum(d) as e from ds.u group by a, b").refusals).toEqual([]);
    expect(() => translate("select a / b as c from ds.u")).toThrow(/depends on the type of a column/);
    expect(translate("select u.*, count(*) over (partition by a) as n from ds.u as u where a = 1")).toBe(
      'SELECT "u".*, count(*) OVER (PARTITION BY "u"."a") AS "n"\nFROM "ds"."u" AS "u"\nWHERE ("u"."a" = CAST(1 AS BIGINT))',
    );
  });

  test("are asked for by the tables that a statement names", () => {
    const { tables: read } = checkGoogleSql(
      "with a as (select * from `p.ds.one`) select * from a join ds.two as b using (k)",
    );
    expect(read.map(({ path }) => path)).toEqual([
      ["ds", "one"],
      ["ds", "two"],
    ]);
  });
});

test("text that looks like a place in a template stays text", async () => {
  const sql =
    "select lower('$1 {over} $* $T {order}'), string_agg(x, '$1{limit}' order by x), split('a$1', '$')[offset(1)] from unnest(['$1', '{not null}']) x";
  const { rows } = await answersOf(connection, translate(sql));
  expect(rows).toEqual([["$1 {over} $* $t {order}", "$1$1{limit}{not null}", "1"]]);
});

/** The ids whose verdict is another one after the change; `twice`: each row is expected two times. */
async function changedBy(list: readonly Case[], change: (sql: string) => string, twice = false): Promise<string[]> {
  const changed: string[] = [];
  for (const one of list) {
    const before = await verdictOf(one);
    const rows = one.rows && twice ? { rows: [...one.rows, ...one.rows] } : {};
    const sql = change(one.sql);
    const after = await verdictOf({ ...one, ...rows, sql });
    const isError = before.kind === "due error" && after.kind === "refused"; // a syntax error inside is still one
    if (before.kind !== after.kind && !isError)
      changed.push(`${one.id}: ${sql}: ${before.kind}, then ${after.kind}, ${after.detail}`);
  }
  return changed;
}

/** The same tokens with other blanks, comments between them, and words in the other letter case. */
function respelled(sql: string): string {
  let written: ReturnType<typeof tokens>;
  try {
    written = tokens(sql);
  } catch {
    return sql;
  }
  const texts = written.slice(0, -1).map(({ kind, offset, end }) => {
    const text = sql.slice(offset, end);
    return kind === "word" ? (text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase()) : text;
  });
  return texts.join("\n  /* between's */ ");
}

async function verdictOf({ sql, rows, error, types }: Case): Promise<Verdict> {
  let translated: string;
  try {
    translated = translate(sql);
  } catch (thrown) {
    if (!(thrown instanceof GoogleSqlError)) throw thrown;
    return { kind: error && thrown.mistake ? "due error" : "refused", detail: thrown.message };
  }
  try {
    const answer = await answersOf(connection, translated);
    if (error) return { kind: "different", detail: `answered ${JSON.stringify(answer.rows)}` };
    const wanted = types?.map((type) =>
      type.replace(/STRUCT<.*>$/, (end) => (type.startsWith("ARRAY") ? "STRUCT>" : end && "STRUCT")),
    );
    if (wanted && !isSame(wanted, answer.types))
      return { kind: "different", detail: `types ${answer.types.join(", ")}` };
    const same = /\border by[^()]*$/i.test(sql)
      ? isSame(rows!, answer.rows)
      : isSame(sorted(rows!), sorted(answer.rows));
    return { kind: same ? "same" : "different", detail: JSON.stringify(answer.rows) };
  } catch (thrown) {
    return { kind: error ? "due error" : "different", detail: (thrown as Error).message };
  }
}

function sorted(rows: Answer[][]): Answer[][] {
  return [...rows].sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
}

function mistakeOf(sql: string): boolean | undefined {
  try {
    translate(sql);
    return undefined;
  } catch (error) {
    return error instanceof GoogleSqlError ? error.mistake : undefined;
  }
}

function readCases(file: string): Case[] {
  const text = readFileSync(new URL(`../../googlesql/${file}`, import.meta.url), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Case);
}
