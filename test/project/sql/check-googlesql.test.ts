import { expect, test } from "vitest";
import { mistakesIn } from "../folder.ts";

const base = { "models/bigquery/base.sql": "/* */ select 1 as id, 2 as amount, 3 as kind" };
const rows = '{{ref "base"}}';

/** Mistakes of one model in GoogleSQL, without the file; the SQL begins on line 2. */
async function inSql(sql: string, settings = ""): Promise<string[]> {
  const mistakes = await mistakesIn({ ...base, "models/bigquery/m.sql": `/* ${settings} */\n${sql}\n` });
  return mistakes.map((mistake) => mistake.replace("models/bigquery/m.sql:", ""));
}

test("what is no SQL is a mistake at its place", async () => {
  expect(await inSql("select\n    (a\nfrom b")).toEqual([
    expect.stringMatching(/^4:1: expected .*; expected SQL of BigQuery$/),
  ]);
  expect(await inSql("select 'é 😀' as a from (select")).toEqual([
    expect.stringMatching(/^2:\d+: .*; expected SQL of BigQuery$/),
  ]);
});

test("one SELECT, without a semicolon", async () => {
  expect(await inSql("select 1 as a;")).toEqual([
    "2:14: a semicolon ends the SELECT; leave it out: the SELECT becomes part of a statement",
  ]);
  expect(await inSql("select 1 as a;\nselect 2 as a")).toEqual(["2:14: 2 statements; expected one SELECT"]);
  expect(await inSql("delete from a where true")).toEqual(["2:1: this is no SELECT; expected one SELECT"]);
});

test("a table named without ref or source", async () => {
  expect(await inSql("select id\nfrom `p.public.orders` as orders")).toEqual([
    '3:6: table "p.public.orders" is named without ref or source; expected {{ref "p.public.orders"}} or {{source "source" "table"}}',
  ]);
  expect(await inSql("with items as (select 1 as id) select id from item")).toEqual([
    '2:47: table "item" is named without ref or source; expected {{ref "item"}}, {{source "source" "table"}} or a step; nearest step is "items"',
  ]);
  expect(await inSql("select (select max(id) from d.orders) as id")).toEqual([
    '2:29: table "d.orders" is named without ref or source; expected {{ref "orders"}} or {{source "source" "table"}}',
  ]);
});

test("steps, subqueries and unnest are no tables", async () => {
  const sql = `with numbers as (select 1 as n), b as (select 2 as x)
select s.id, u, o, numbers.n, item from (select id from ${rows}) as s
cross join unnest([1, 2]) as u with offset as o cross join numbers, unnest(generate_array(1, 50)) as item
left join b using (x) where exists (select 1 from b where b.x = s.id) and s.id in (select x from b)`;
  expect(await inSql(sql)).toEqual([]);
});

const clock = 'expected {{var "as_of" "timestamp"}}';

test.each(["current_date", "current_date()", "current_timestamp()", "CURRENT_DATETIME('UTC')", "current_time"])(
  "%s reads the clock",
  async (text) => {
    expect(await inSql(`select 1 as current_date_of,\n    ${text} as a`)).toEqual([
      `3:5: ${text.toLowerCase().replace(/\(.*/, "")} reads the clock; ${clock}`,
    ]);
  },
);

test.each(["rand", "generate_uuid"])("%s() is other each time", async (name) => {
  expect(await inSql(`select ${name}() as a`)).toEqual([
    `2:8: ${name} gives another value each time; expected something made from a key, such as farm_fingerprint(key)`,
  ]);
});

test("each of several calls is found at its own place", async () => {
  expect(await inSql("with a as (select rand() as x)\nselect x, rand() as y, 'rand()' as z -- rand()\nfrom a")).toEqual(
    [
      "2:19: rand gives another value each time; expected something made from a key, such as farm_fingerprint(key)",
      "3:11: rand gives another value each time; expected something made from a key, such as farm_fingerprint(key)",
    ],
  );
});

test("letters that take two places in memory do not move what is found after them", async () => {
  expect(await inSql("select '😀 é' as a, rand() as b")).toEqual([
    "2:21: rand gives another value each time; expected something made from a key, such as farm_fingerprint(key)",
  ]);
});

test("what depends on the connection, a parameter and a sample", async () => {
  expect(await inSql("select session_user() as a")).toEqual([
    "2:8: session_user depends on the connection; expected a var or a column",
  ]);
  expect(await inSql("select @day as a")).toEqual([
    '2:8: the query parameter @day has no value here; expected {{var "day" "type"}}',
  ]);
  expect(await inSql(`select id from ${rows} tablesample system (10 percent)`)).toEqual([
    "2:31: TABLESAMPLE takes other rows each time; expected a condition on a key, such as a hash of it",
  ]);
});

test("limit without order by, or with one that leaves rows equal", async () => {
  expect(await inSql(`select id from ${rows}\nlimit 3`)).toEqual([
    "3:1: limit without order by takes any rows; expected order by a key",
  ]);
  expect(
    await inSql(
      `with few as (select id, amount from ${rows} order by amount\nlimit 3)\nselect id, amount from few order by id, amount limit 2`,
    ),
  ).toEqual([
    '3:1: limit takes any of the rows that order by leaves equal; expected order by with the grain or all columns ("id" not in it)',
  ]);
});

test("limit with a total order", async () => {
  expect(await inSql(`select id, amount from ${rows} order by amount, id limit 3`)).toEqual([]);
  expect(await inSql(`select id, amount from ${rows} order by id limit 3`, "grain: id")).toEqual([]);
  expect(await inSql(`select kind, sum(amount) as amount from ${rows} group by kind order by kind limit 3`)).toEqual(
    [],
  );
});

test("aggregates and windows that take rows in any order", async () => {
  expect(
    await inSql(
      `select string_agg(cast(kind as string), ',') as a, array_agg(id order by id) as b,\n    array_agg(id) as c from ${rows}`,
    ),
  ).toEqual([
    "2:8: string_agg without order by is in any order; expected string_agg(... order by ...)",
    "3:5: array_agg without order by is in any order; expected array_agg(... order by ...)",
  ]);
  expect(
    await inSql(
      `select row_number() over (partition by kind) as a, row_number() over w as b, rank() over (order by id) as c from ${rows} window w as (order by id)`,
    ),
  ).toEqual(["2:8: row_number over rows in any order; expected order by in its window"]);
  expect(
    await inSql(
      `select any_value(id) as a, any_value(id having max amount) as b, array(select id from ${rows}) as c from ${rows}`,
    ),
  ).toEqual([
    "2:8: any_value takes any row's value; expected min, max, or any_value(... having max ...)",
    "2:66: array(SELECT) without order by is in any order; expected order by at its end",
  ]);
});

test("approximate functions", async () => {
  expect(await inSql(`select approx_count_distinct(id) as a from ${rows}`)).toEqual([
    "2:8: approx_count_distinct is approximate, and other each time; expected the exact function",
  ]);
});

test("a float that is summed, compared or computed with", async () => {
  expect(await inSql(`select sum(cast(amount as float64)) as a, sum(amount) as b from ${rows}`)).toEqual([
    "2:8: sum over a float depends on the order of the rows; expected integers or NUMERIC",
  ]);
  expect(
    await inSql(`select sum(amount / kind) as a, avg(safe_divide(amount, 2)) as b, stddev(amount) as c from ${rows}`),
  ).toEqual([
    "2:8: sum over a float depends on the order of the rows; expected integers or NUMERIC: divide after the sum, or cast an operand to NUMERIC",
    "2:33: avg over a float depends on the order of the rows; expected integers or NUMERIC: divide after the sum, or cast an operand to NUMERIC",
    "2:67: stddev over floats depends on the order of the rows; expected sums over integers or NUMERIC",
  ]);
  const way = "a float is a column's last operation; keep NUMERIC or integers until then";
  expect(
    await inSql(
      `with shares as (select id, cast(amount as float64) as share from ${rows})\nselect sum(share) as a from shares where share > 0.5`,
    ),
  ).toEqual([
    "3:8: sum over a float depends on the order of the rows; expected integers or NUMERIC",
    `3:42: a float is computed with or compared; ${way}`,
  ]);
});

test("a float as the last operation of a column", async () => {
  expect(
    await inSql(
      `select sum(amount) / 1e9 as a, round(safe_divide(sum(amount), sum(kind)), 4) as b, sum(cast(amount as numeric) / 3) as c from ${rows}`,
    ),
  ).toEqual([]);
});

test("a column that a step does not have", async () => {
  expect(await inSql(`with items as (\n    select id from ${rows}\n)\nselect items.ids from items`)).toEqual([
    '5:8: "items" has no column "ids"; nearest is "id"',
  ]);
  expect(await inSql(`with items as (\n    select ide from ${rows}\n)\nselect ide from items`)).toEqual([
    '3:12: "base" has no column "ide"; nearest is "id"',
  ]);
});
