import { expect, test } from "vitest";
import { mistakesIn, projectOf } from "./folder.ts";

const m = { "models/bigquery/m.sql": "/* */ select 1 as id" };

test("a gate has limits, as numbers or by the name of a var", async () => {
  const project = await projectOf({
    ...m,
    "test/gates/g.sql":
      '/*\ndescription: Rows.\nmin: 1\nmax: count\nmax_change_percent: 12.5\n*/\nselect "m" as key, count(*) as value from {{ref "m"}}',
  });
  expect(project.gates.get("g")).toMatchObject({
    name: "g",
    side: "warehouse",
    description: "Rows.",
    min: 1,
    max: 20,
    maxChangePercent: 12.5,
    maxKeysLost: undefined,
    reads: ["m"],
  });
});

test("a limit that is no number", async () => {
  expect(
    await mistakesIn({ ...m, "test/gates/g.sql": "/*\nmax: cuont\nmin: day\n*/\nselect 1 as key, 2 as value" }),
  ).toEqual([
    'test/gates/g.sql:2:6: unknown var "cuont" in max; nearest is "count"',
    'test/gates/g.sql:3:6: var "day" in min is "2026-01-31"; expected a number',
  ]);
});

test("a gate gives a key and a value", async () => {
  expect(await mistakesIn({ ...m, "test/gates/g.sql": '/* */\nselect id from {{ref "m"}}' })).toEqual([
    "test/gates/g.sql:2:8: the gate gives 1 column; expected two: key and value",
  ]);
});

test("a singular test has a severity and bounds", async () => {
  const project = await projectOf({
    ...m,
    "test/sql/t.sql": '/*\nseverity: warn\nerror_if: ">= 10"\n*/\nselect id from {{ref "m"}}',
    "test/sql/u.sql": "/* engine: postgres */ select 1::int as id",
  });
  expect(project.sqlTests.get("t")).toMatchObject({
    side: "warehouse",
    severity: "warn",
    warnIf: { operator: "!=", value: 0 },
    errorIf: { operator: ">=", value: 10 },
  });
  expect(project.sqlTests.get("u")!.side).toBe("postgres");
});

test("mistakes in tests and gates", async () => {
  expect(
    await mistakesIn({
      ...m,
      "test/sql/t.sql": "/* severty: warn */ select 1 as a",
      "test/sql/u.sql": '/* */ select id from {{ref "n"}}',
      "test/sql/v.sql": "/* */ select id from orders",
      "test/gates/g.sql": "/* max: 3 */ select current_date() as key, 1 as value",
    }),
  ).toEqual([
    'test/gates/g.sql:1:21: current_date reads the clock; expected {{var "as_of" "timestamp"}}',
    'test/sql/t.sql:1:4: unknown setting "severty"; nearest is "severity"',
    'test/sql/u.sql:1:22: unknown model or seed "n"; nearest is "m"',
    'test/sql/v.sql:1:22: table "orders" is named without ref or source; expected {{ref "orders"}} or {{source "source" "table"}}',
  ]);
});
