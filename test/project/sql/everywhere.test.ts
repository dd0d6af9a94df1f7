import { expect, test } from "vitest";
import { checkGoogleSelect } from "../../../runner/project/sql/check-googlesql.ts";
import { checkPostgres } from "../../../runner/project/sql/check-postgres.ts";

/** Places where SQL may hold an expression; X stands for it. A check that does not look there would miss a clock or a dice. */
const common = [
  "select X as a",
  "select 1 + X * 2 as a",
  "select -X as a",
  "select coalesce(null, X) as a",
  "select nullif(X, 1) as a",
  "select upper(cast(X as text)) as a",
  "select case when X > 1 then 1 else 2 end as a",
  "select case when true then 1 else X end as a",
  "select case X when 1 then 2 end as a",
  "select not (X > 1) as a",
  "select X is null as a",
  "select X between 1 and 2 as a",
  "select 1 between 0 and X as a",
  "select 1 in (1, X) as a",
  "select 1 in (select X) as a",
  "select exists (select 1 from t where t.a = X) as a",
  "select (select X) as a",
  "select sum(a + X) as a from t",
  "select count(distinct X) as a from t",
  "select max(a) over (partition by X order by a) as a from t",
  "select max(a) over (order by X) as a from t",
  "select max(a) over w as a from t window w as (order by X)",
  "select a from t where a > X",
  "select a from t where a > 1 and (a < 2 or a = X)",
  "select a from t group by a, X",
  "select a from t group by a having max(a) > X",
  "select a from t order by X",
  "select t.a from t join t as u on t.a = u.a and u.a > X",
  "select t.a from t left join (t as u join t as v on u.a = X) on t.a = u.a",
  "select a from (select X as a) as s",
  "select a from (select a from t where a = X) as s cross join (select 1 as b) as r",
  "with s as (select X as a) select a from s",
  "with s as (with r as (select X as a) select a from r) select a from s",
  "select 1 as a union all select X as a",
  "(select 1 as a) union all (select X as a order by 1)",
  "select 1 as a union all select 2 as a order by X",
  "select a like X as a from t",
  "select extract(year from X) as a",
  "select concat('a', X) as a",
  "select 'a' || X as a",
  "select greatest(1, X) as a",
  "select length(trim(X)) as a",
  "select substring('abc', X) as a",
  "select replace('a', 'b', X) as a",
];

const postgres = [
  "select X::int as a",
  "select array[1, X] as a",
  "select (array[1, 2])[X] as a",
  "select row(1, X) as a",
  "select a from t where a = any (array[X])",
  "select a from t where a = all (select X)",
  "select array(select X order by 1) as a",
  "select string_agg(a, X order by a) as a from t",
  "select string_agg(a, ',' order by X) as a from t",
  "select count(*) filter (where a > X) as a from t",
  "select percentile_disc(X) within group (order by a) as a from t",
  "select percentile_disc(0.5) within group (order by X) as a from t",
  "select distinct on (X) a from t order by X, a".replace("order by X", "order by 1"),
  "select a from t, lateral (select t.a + X as b) as s",
  "select g as a from generate_series(1, X) as g",
  "select g as a from unnest(array[X]) as g",
  "select a from (values (1), (X)) as v (a)",
  "select a from rows from (generate_series(1, X)) as v (a)",
  "select a at time zone X as a from t",
  "select (X).f as a",
  'select a collate "C" > X as a from t',
  "select make_interval(days => X) as a",
  "select a from t group by grouping sets ((a), (X))",
  "select xmlelement(name x, X) as a",
  "select json_object('a': X) as a",
  "select overlay('abc' placing X from 1) as a",
  "select position(X in 'abc') as a",
  "select a is distinct from X as a from t",
  "select a from t order by a limit (select X)".replace("order by a limit (select X)", "where a = (select X)"),
];

const googleSql = [
  "select safe_cast(X as int64) as a",
  "select [1, X] as a",
  "select [1, 2][offset(X)] as a",
  "select struct(1 as b, X as c) as a",
  "select struct(X as c).c as a",
  "select if(a > 1, X, 2) as a from t",
  "select ifnull(a, X) as a from t",
  "select a in unnest([X]) as a from t",
  "select array(select X order by 1) as a",
  "select a from unnest([X]) as a",
  "select a from unnest(generate_array(1, X)) as a with offset as o",
  "select t.a from t cross join unnest([X]) as u",
  "select t.a from t, unnest([X]) as u",
  "select string_agg(a, ',' order by X) as a from t",
  "select array_agg(a ignore nulls order by X limit 1) as a from t",
  "select any_value(a having max X) as a from t",
  "select countif(a > X) as a from t",
  "select a from t qualify row_number() over (partition by X order by a) = 1",
  "select a from t qualify row_number() over (partition by a order by a) = X",
  "select * replace (X as a) from t",
  "select date_diff(a, X, day) as a from t",
  "select date_trunc(X, month) as a",
  "select date_add(a, interval X day) as a from t",
  "select timestamp_micros(X) as a",
  "select timestamp_diff(a, X, second) as a from t",
  "select format('%d', X) as a",
  "select safe_divide(1, X) as a",
  "select safe.substr('a', X) as a",
  "select net.ip_to_string(X) as a",
  "select regexp_contains(a, X) as a from t",
  "select regexp_extract(a, X) as a from t",
  "select split(a, X)[safe_offset(0)] as a from t",
  "select to_hex(md5(X)) as a",
  "select format_date('%Y', X) as a",
  "select parse_date('%Y', X) as a",
  "select json_value(a, X) as a from t",
  "select mod(1, X) as a",
  "select div(1, X) as a",
  "select round(X, 2) as a",
  "select starts_with(a, X) as a from t",
  "select lag(a, 1, X) over (order by a) as a from t",
  "select a from t group by rollup(a, X)",
  "select cast(X as string format 'YYYY') as a",
  "select left(a, X) as a from t",
  "select generate_date_array(a, X) as a from t",
  "select lpad(a, X) as a from t",
  "select byte_length(X) as a",
  "select sum(if(a > 1, X, 0)) as a from t",
  "select coalesce(sum(a), X) as a from t",
  "select a from t where a = (select max(a) from t where a > X)",
  "select a from t pivot (sum(a) for b in (1, 2)) where a > X",
];

test.each([...common, ...postgres])("a dice is seen in Postgres SQL: %s", (sql) => {
  const { findings } = checkPostgres(withTables(sql, '"{read}"."t"').replaceAll("X", "random()"), { grain: [] });
  expect(findings.filter(({ message }) => !message.startsWith("random gives"))).toEqual([]);
  expect(findings.length).toBeGreaterThanOrEqual(1);
});

test.each([...common, ...googleSql])("a dice is seen in GoogleSQL: %s", (sql) => {
  const text = withTables(sql, "`{read}`.`t`").replaceAll("X", "rand()");
  const { findings, placeOf } = checkGoogleSelect(text, { grain: [] });
  expect(findings.filter(({ message }) => !message.startsWith("rand gives"))).toEqual([]);
  expect(findings.map(({ at }) => text.slice(placeOf(at)).slice(0, 6))).toEqual(["rand()"]);
});

function withTables(sql: string, table: string): string {
  return sql
    .replace(/\b(from|join|,) \(?t\b(?!\.)/g, (match) => match.replace(/t$/, `${table} as t`))
    .replaceAll("as t as", "as");
}
