import { expect, test } from "vitest";
import { mistakesIn } from "../folder.ts";

const base = { "models/postgres/base.sql": "/* */ select 1 as id, 2 as amount, 3 as kind" };
const rows = '{{ref "base"}}';

/** Mistakes of one Postgres model, without the file; the SQL begins on line 2. */
async function inSql(sql: string, settings = ""): Promise<string[]> {
  const mistakes = await mistakesIn({ ...base, "models/postgres/m.sql": `/* ${settings} */\n${sql}\n` });
  return mistakes.map((mistake) => mistake.replace("models/postgres/m.sql:", ""));
}

test("what is no SQL is a mistake at its place", async () => {
  expect(await inSql("select\n    a,\nfrom b")).toEqual([
    '4:1: syntax error at or near "from"; expected SQL of PostgreSQL',
  ]);
  expect(await inSql("select 'é 😀', from b")).toEqual([
    '2:16: syntax error at or near "from"; expected SQL of PostgreSQL',
  ]);
});

test("a mistake in SQL from a partial is one in the partial", async () => {
  const files = {
    "models/partials/p.sql": "lower(\n  {{column}},,\n)",
    "models/postgres/m.sql": '/* */ select {{> p column="a"}} as b',
  };
  expect(await mistakesIn(files)).toEqual([
    'models/partials/p.sql:2:14: syntax error at or near ","; expected SQL of PostgreSQL',
  ]);
});

test("one SELECT, that only reads, without a semicolon", async () => {
  expect(await inSql("select 1 as a;")).toEqual([
    "2:14: a semicolon ends the SELECT; leave it out: the SELECT becomes part of a statement",
  ]);
  expect(await inSql("select 1 as a;\nselect 2 as a")).toEqual(["3:1: 2 statements; expected one SELECT"]);
  expect(await inSql("delete from a")).toEqual(["2:1: this is no SELECT; expected one SELECT"]);
  expect(await inSql("with gone as (delete from a returning id) select id from gone")).toEqual([
    '2:6: "gone" changes data; expected a SELECT',
  ]);
  expect(await inSql(`select id into x from ${rows}`)).toEqual([
    "2:16: SELECT INTO makes a table; expected a SELECT that only reads",
  ]);
  expect(await inSql(`select id from ${rows} for update`)).toEqual([
    "2:8: FOR UPDATE locks rows; expected a SELECT that only reads",
  ]);
  expect(await inSql("-- nothing")).toEqual(["2:1: this is no SELECT; expected one SELECT"]);
});

test("a table named without ref or source", async () => {
  expect(await inSql("select id\nfrom public.orders as orders")).toEqual([
    '3:6: table "public.orders" is named without ref or source; expected {{ref "orders"}} or {{source "source" "table"}}',
  ]);
  expect(await inSql("with rows as (select 1 as id) select id from row")).toEqual([
    '2:46: table "row" is named without ref or source; expected {{ref "row"}}, {{source "source" "table"}} or a step; nearest step is "rows"',
  ]);
  expect(await inSql("select (select max(id) from orders) as id")).toEqual([
    '2:29: table "orders" is named without ref or source; expected {{ref "orders"}} or {{source "source" "table"}}',
  ]);
});

test("steps, subqueries, functions and values are no tables", async () => {
  const sql = `with recursive numbers as (select 1 as n union all select n + 1 from numbers where n < 3), b (x) as (select 2)
select s.id, u.u, g, v.y, numbers.n from (select id from ${rows}) as s
cross join unnest(array[1, 2]) as u cross join generate_series(1, 2) as g
cross join (values (1)) as v (y) cross join numbers, lateral (select s.id + 1 as next) as l where exists (select 1 from b where x = s.id)`;
  expect(await inSql(sql)).toEqual([]);
});

test("a model that reads itself before it is there", async () => {
  expect(await inSql("select 1 as a from {{this}}")).toEqual([
    '2:20: {{this}} is read: the table does not exist before the model is built; expected {{ref "name"}} of another model',
  ]);
});

const clock = 'expected {{var "as_of" "timestamp"}}';

test.each(["now", "clock_timestamp", "statement_timestamp", "transaction_timestamp", "timeofday"])(
  "%s() reads the clock",
  async (name) => {
    expect(await inSql(`select ${name}() as a`)).toEqual([`2:8: ${name} reads the clock; ${clock}`]);
  },
);

test.each(["current_date", "current_time", "current_timestamp", "current_timestamp(3)", "localtime", "localtimestamp"])(
  "%s reads the clock",
  async (text) => {
    expect(await inSql(`select\n    ${text} as a`)).toEqual([
      `3:5: ${text.replace("(3)", "")} reads the clock; ${clock}`,
    ]);
  },
);

test("clocks in other clothes", async () => {
  expect(await inSql("select 'now'::timestamptz as a, date 'Today' as b, timestamp 'x' as c")).toEqual([
    `2:8: 'now' reads the clock; ${clock}`,
    `2:33: 'Today' reads the clock; ${clock}`,
  ]);
  expect(await inSql("select age(date '2026-01-01') as a, age(date '2026-01-01', date '2025-01-01') as b")).toEqual([
    '2:8: age() of one argument reads the clock; expected age({{var "as_of" "timestamp"}}, ...)',
  ]);
});

test.each(["random()", "random_normal()", "gen_random_uuid()", "uuidv7()", "uuid_generate_v4()"])(
  "%s is other each time",
  async (text) => {
    expect(await inSql(`select ${text} as a`)).toEqual([
      `2:8: ${text.slice(0, -2)} gives another value each time; expected something made from a key, such as md5(key)`,
    ]);
  },
);

test("what depends on the server, the connection or a sequence", async () => {
  expect(
    await inSql(
      "select nextval('s') as a, current_user as b, txid_current() as c, pg_backend_pid() as d, pg_typeof(1) as e, version() as f",
    ),
  ).toEqual([
    "2:8: nextval counts on from one run to the next; expected something made from a key, such as md5(key)",
    "2:27: current_user depends on the connection; expected a var or a column",
    "2:46: txid_current tells of the server, not of the rows; expected a column of what the model reads",
    "2:67: pg_backend_pid tells of the server, not of the rows; expected a column of what the model reads",
    "2:109: version depends on the connection; expected a var or a column",
  ]);
  expect(await inSql(`select ctid as a from ${rows}`)).toEqual([
    "2:8: ctid says where or when a row was stored; expected a column of the table",
  ]);
});

test("a parameter and a sample", async () => {
  expect(await inSql(`select $1 as a from ${rows}`)).toEqual([
    '2:8: a query parameter has no value here; expected {{var "name" "type"}}',
  ]);
  expect(await inSql(`select id from ${rows} tablesample system (10)`)).toEqual([
    "2:31: TABLESAMPLE takes other rows each time; expected a condition on a key, such as a hash of it",
  ]);
});

test("limit without order by, or with one that leaves rows equal", async () => {
  expect(await inSql(`select id from ${rows}\nlimit 3`)).toEqual([
    "3:1: limit without order by takes any rows; expected order by a key",
  ]);
  expect(await inSql(`select id, amount from ${rows}\norder by amount\nlimit 3`)).toEqual([
    '4:1: limit takes any of the rows that order by leaves equal; expected order by with the grain or all columns ("id" not in it)',
  ]);
  expect(await inSql(`select id from ${rows} order by amount fetch first 3 rows only`)).toEqual([
    '2:47: fetch takes any of the rows that order by leaves equal; expected order by with the grain or all columns ("id" not in it)',
  ]);
  expect(await inSql(`select id from ${rows} order by amount offset 3`)).toHaveLength(1);
  expect(await inSql(`select (select amount from ${rows} as inside limit 1) as a`)).toEqual([
    "2:53: limit without order by takes any rows; expected order by a key",
  ]);
});

test("limit with a total order: all columns, the grain, or the keys of the groups", async () => {
  expect(await inSql(`select id, amount from ${rows} order by amount, id limit 3`)).toEqual([]);
  expect(await inSql(`select id, amount from ${rows} order by 2, 1 limit 3`)).toEqual([]);
  expect(await inSql(`select id, amount from ${rows} order by id limit 3`, "grain: id")).toEqual([]);
  expect(await inSql(`select kind, sum(amount) as amount from ${rows} group by kind order by kind limit 3`)).toEqual(
    [],
  );
  expect(await inSql(`select id from ${rows} limit all`)).toEqual([]);
});

test("distinct on keeps a row that is decided", async () => {
  const way = "expected order by with its keys first, then what decides which row stays";
  expect(await inSql(`select distinct on (kind) kind, id from ${rows}`)).toEqual([
    `2:21: distinct on without order by keeps any row; ${way}`,
  ]);
  expect(await inSql(`select distinct on (kind) kind, id from ${rows} order by kind`)).toEqual([
    `2:21: distinct on keeps any of the rows that order by leaves equal; ${way}`,
  ]);
  expect(await inSql(`select distinct on (kind) kind, id from ${rows} order by kind, id`)).toEqual([]);
});

test("aggregates and windows that take rows in any order", async () => {
  expect(
    await inSql(
      `select string_agg(kind::text, ',') as a, array_agg(id order by id) as b, array_agg(id) as c from ${rows}`,
    ),
  ).toEqual([
    "2:8: string_agg without order by is in any order; expected string_agg(... order by ...)",
    "2:74: array_agg without order by is in any order; expected array_agg(... order by ...)",
  ]);
  expect(
    await inSql(
      `select row_number() over (partition by kind) as a, row_number() over w as b, rank() over () as c from ${rows} window w as (order by id)`,
    ),
  ).toEqual(["2:8: row_number over rows in any order; expected order by in its window"]);
  expect(await inSql(`select any_value(id) as a, array(select id from ${rows}) as b from ${rows}`)).toEqual([
    "2:8: any_value takes any row's value; expected min, max, or array_agg(... order by ...)",
    "2:28: array(SELECT) without order by is in any order; expected order by at its end",
  ]);
});

test("a float that is summed, compared or computed with", async () => {
  expect(
    await inSql(`select sum(amount::float8) as a, avg(cast(amount as real)) as b, sum(amount) as c from ${rows}`),
  ).toEqual([
    "2:8: sum over a float depends on the order of the rows; expected integers or NUMERIC",
    "2:34: avg over a float depends on the order of the rows; expected integers or NUMERIC",
  ]);
  const way = "a float is a column's last operation; keep NUMERIC or integers until then";
  expect(
    await inSql(
      `with shares as (select id, amount::double precision / 3 as share from ${rows})\nselect sum(share) as a, max(share) * 2 as b from shares where share > 0.5`,
    ),
  ).toEqual([
    "3:8: sum over a float depends on the order of the rows; expected integers or NUMERIC",
    `3:25: a float is computed with or compared; ${way}`,
    `3:63: a float is computed with or compared; ${way}`,
  ]);
});

test("a float as the last operation of a column", async () => {
  expect(
    await inSql(
      `select sum(amount)::float8 / 1e9 as a, round(sum(amount)::numeric / 3, 2) as b, coalesce(amount::float8, 0) as c from ${rows} group by amount`,
    ),
  ).toEqual([]);
});

test("a float that another model declares is not summed either", async () => {
  const files = {
    "models/postgres/f.sql":
      "/* columns: {share: {type: double precision}, id: {type: bigint}} */ select 1::float8 as share, 1 as id",
    "models/postgres/m.sql":
      '/* */\nwith shares as (\n    select share from {{ref "f"}}\n)\nselect sum(share) as share from shares',
    "models/postgres/n.sql": '/* */ select share from {{ref "f"}}',
  };
  expect(await mistakesIn(files)).toEqual([
    'models/postgres/m.sql:3:12: "f.share" is a float and is computed with; a float is a column\'s last operation; keep NUMERIC or integers until then',
  ]);
});
