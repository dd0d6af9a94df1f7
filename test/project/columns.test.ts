import { expect, test } from "vitest";
import { mistakesIn } from "./folder.ts";

async function inModel(settings: string, sql: string, files: Record<string, string> = {}): Promise<string[]> {
  const mistakes = await mistakesIn({ "models/postgres/m.sql": `/*\n${settings}\n*/\n${sql}\n`, ...files });
  return mistakes.map((mistake) => mistake.replace("models/postgres/m.sql:", ""));
}

test("a published column without pii, and a personal one", async () => {
  const way = "expected pii: none, or a declassifier such as {aggregate: {min_group: 20, size: column}}";
  expect(
    await inModel(
      "published: true\ncolumns:\n  a: {type: bigint}\n  b: {type: bigint, pii: personal}\n  c: {type: bigint, pii: none}",
      "select 1 as a, 2 as b, 3 as c",
    ),
  ).toEqual([`4:3: column "a" is published without pii; ${way}`, `5:3: column "b" is personal and published; ${way}`]);
});

test("a published model is a table and declares its columns", async () => {
  expect(
    await inModel("materialized: view\npublished: true\ncolumns: {a: {type: bigint, pii: none}}", "select 1 as a"),
  ).toEqual(["3:1: a view is published; expected materialized: table"]);
  expect(await inModel("published: true", "select 1 as a")).toContain(
    "2:1: the model is published, and declares no columns; expected columns: with type and pii each",
  );
});

test("settings of the other engine, and of tables that are none", async () => {
  expect(
    await inModel("partition_by: a\nlabels: {team: x}", "select current as a from (select 1 as current) as rows"),
  ).toEqual([
    "2:1: partition_by is for BigQuery tables; leave it out of a model in models/postgres",
    "3:1: labels is for BigQuery tables; leave it out of a model in models/postgres",
  ]);
  expect(await inModel("materialized: view\nindexes: [[a]]", "select 1 as a")).toEqual([
    "3:1: indexes needs a table, and this is a view; expected materialized: table",
  ]);
  expect(
    await mistakesIn({
      "models/bigquery/m.sql":
        "/*\nexport: true\nprimary_key: a\npartition_by: a\ncolumns: {a: {type: int64}}\n*/\nselect 1 as a",
    }),
  ).toEqual([
    "models/bigquery/m.sql:2:1: export is for Postgres models, and this one is in the warehouse; leave it out",
    "models/bigquery/m.sql:3:1: primary_key is for Postgres tables; leave it out of a model in models/bigquery",
    "models/bigquery/m.sql:4:15: partition_by is a column of type int64; expected date, timestamp or datetime",
  ]);
});

test("a test on a column the model does not have", async () => {
  expect(await inModel("tests: [{unique: {columns: [ide]}}]\ncolumns: {id: {type: bigint}}", "select 1 as id")).toEqual(
    ['2:9: unknown column "ide" in test unique; nearest is "id"'],
  );
  expect(await inModel("tests: [{not_null: {columns: [ide]}}]", "select 1 as id")).toEqual([
    '2:9: unknown column "ide" in test not_null; nearest is "id"',
  ]);
});

test("settings that name a column the model does not have", async () => {
  expect(await inModel("grain: idd\nprimary_key: [id, x]\nindexes: [[idx]]", "select 1 as id, 2 as y")).toEqual([
    '2:8: unknown column "idd" in grain; nearest is "id"',
    '3:14: unknown column "x" in primary_key; nearest is "y"',
    '4:11: unknown column "idx" in indexes; nearest is "id"',
  ]);
  expect(
    await inModel(
      "columns: {a: {type: bigint, pii: {aggregate: {min_group: 20, size: person}}}, persons: {type: bigint}}",
      "select 1 as a, 2 as persons",
    ),
  ).toEqual(['2:34: unknown column "person" in pii.aggregate.size; nearest is "persons"']);
});

test("min_group may be a var that holds a number", async () => {
  const settings = (name: string) => `columns: {a: {type: bigint, pii: {aggregate: {min_group: ${name}, size: a}}}}`;
  expect(await inModel(settings("count"), "select 1 as a")).toEqual([]);
  expect(await inModel(settings("cuont"), "select 1 as a")).toEqual([
    '2:34: unknown var "cuont" in min_group; nearest is "count"',
  ]);
  expect(await inModel(settings("day"), "select 1 as a")).toEqual([
    '2:34: var "day" in min_group is "2026-01-31"; expected a number',
  ]);
});

test("declared columns are those that come out", async () => {
  expect(
    await inModel("columns:\n  id: {type: bigint}\n  amont: {type: bigint}", "select\n    1 as id,\n    2 as amount"),
  ).toEqual([
    '4:3: column "amont" is declared, and the SELECT has none; nearest is "amount"',
    '8:5: column "amount" is not declared; nearest is "amont"',
  ]);
});

test("what comes out is seen through steps, joins and stars", async () => {
  const sql =
    "with a as (select 1 as id, 2 as x), b as (select 1 as id, 3 as y), final as (select * from a left join b using (id)) select * from final";
  expect(await inModel("columns: {id: {type: bigint}, x: {type: bigint}, z: {type: bigint}}", sql)).toEqual([
    '2:50: column "z" is declared, and the SELECT has none; nearest is "x"',
    '4:125: column "y" is not declared; nearest is "x"',
  ]);
});

test("what comes out is seen through other models", async () => {
  const base = { "models/postgres/base.sql": "/* */ select 1 as id, 2 as amount" };
  expect(await inModel("grain: idx", 'select * from {{ref "base"}}', base)).toEqual([
    '2:8: unknown column "idx" in grain; nearest is "id"',
  ]);
});

test("two columns of one name", async () => {
  expect(await inModel("tags: []", "select 1 as a, 2 as a")).toEqual([
    '4:16: two columns are named "a"; expected each column once, by a name of its own',
  ]);
});

test("a column that the model it is read from does not have", async () => {
  const base = { "models/postgres/base.sql": "/* */ select 1 as id, 2 as amount" };
  expect(
    await inModel(
      "tags: []",
      'with rows as (\n    select\n        id,\n        amuont\n    from {{ref "base"}}\n)\nselect * from rows',
      base,
    ),
  ).toEqual(['7:9: "base" has no column "amuont"; nearest is "amount"']);
  expect(
    await inModel(
      "tags: []",
      'select base.ide as a, other.id as b from {{ref "base"}} as base cross join {{ref "base"}} as other',
      base,
    ),
  ).toEqual(['4:8: "base" has no column "ide"; nearest is "id"']);
});

test("a column that the step it is read from does not have", async () => {
  expect(await inModel("tags: []", "with rows as (select 1 as id)\nselect rows.ide from rows")).toEqual([
    '5:8: "rows" has no column "ide"; nearest is "id"',
  ]);
  expect(
    await inModel(
      "tags: []",
      "with rows as (select 1 as id), more as (select 2 as x)\nselect ide as a from rows cross join more",
    ),
  ).toEqual(['5:8: no step has a column "ide"; nearest is "id"']);
});

test("SQL in the settings of a test is checked like other SQL", async () => {
  const m = (condition: string) => `columns: {a: {type: bigint}}\ntests: [{expression: ${condition}}]`;
  expect(await inModel(m('"a >= 0"'), "select 1 as a")).toEqual([]);
  expect(await inModel(m('"a >= "'), "select 1 as a")).toEqual([
    '3:27: syntax error at or near ")"; expected SQL of PostgreSQL',
  ]);
  expect(await inModel(m("b >= 0"), "select 1 as a")).toEqual(['3:22: "m" has no column "b"; nearest is "a"']);
  expect(await inModel(m('{sql: "a > 0", where: "a < now()"}'), "select 1 as a")).toEqual([
    '3:49: now reads the clock; expected {{var "as_of" "timestamp"}}',
  ]);
});

test("a type that the engine does not have", async () => {
  const postgres =
    "columns:\n  a: {type: bigin}\n  b: {type: string}\n  c: {type: 'numeric(10, 2)'}\n  d: {type: 'timestamp with time zone'}\n  e: {type: 'text[]'}\n  f: {type: 'bigint from x'}";
  const sql = "select 1 as a, 2 as b, 3 as c, 4 as d, 5 as e, 6 as f";
  expect(await inModel(postgres, sql)).toEqual([
    '3:3: column "a" is of the unknown type "bigin"; nearest is "bigint"',
    '4:3: column "b" is of the unknown type "string"; expected text',
    '8:3: column "f" is of the unknown type "bigint from x"; nearest is "bigint"',
  ]);
  const google =
    "/*\ncolumns: {a: {type: INT64}, b: {type: strin}, c: {type: 'array<int64>'}, d: {type: 'numeric(10, 2)'}}\n*/\nselect 1 as a, 2 as b, 3 as c, 4 as d";
  expect(await mistakesIn({ "models/bigquery/m.sql": google })).toEqual([
    'models/bigquery/m.sql:2:29: column "b" is of the unknown type "strin"; nearest is "string"',
  ]);
});
