import { expect, test } from "vitest";
import { mistakesIn, projectOf } from "./folder.ts";

const models = {
  "models/postgres/base.sql": "/* */ select 1 as id, 'x' as name",
  "models/postgres/m.sql": '/* */ select id, name from {{ref "base"}} where id > {{var "count" "int64"}}',
};

test("values are the text they are written as, so that digits and dates stay", async () => {
  const yaml =
    "description: A case.\nvars: {count: 0}\ngiven:\n  base:\n    - {id: 9223372036854775807, name: 2026-01-31}\n    - {id: 1.50, name: null}\n    - {id: ~, name: ''}\nexpect:\n  - {id: 007, name: true}\n";
  const project = await projectOf({ ...models, "test/models/m/one.yaml": yaml });
  expect(project.unitTests.get("m/one")).toMatchObject({
    name: "m/one",
    model: "m",
    file: "test/models/m/one.yaml",
    description: "A case.",
    vars: { count: "0" },
    given: {
      base: [
        { id: "9223372036854775807", name: "2026-01-31" },
        { id: "1.50", name: null },
        { id: null, name: "" },
      ],
    },
    expect: [{ id: "007", name: "true" }],
  });
});

test("a case with mistakes", async () => {
  expect(await mistakesIn({ ...models, "test/models/m/one.yaml": "givn: {}\nexpect: {id: 1}\n" })).toEqual([
    'test/models/m/one.yaml:1:1: unknown setting "givn"; nearest is "given"',
    'test/models/m/one.yaml:2:9: expect is {"id":1}; expected a list',
  ]);
  expect(
    await mistakesIn({
      ...models,
      "test/models/m/one.yaml": "given:\n  bas: [{id: 1}]\n  base: [{idd: 1}]\nexpect: [{nam: x}]\n",
    }),
  ).toEqual([
    'test/models/m/one.yaml:2:3: "m" does not read "bas"; nearest is "base"',
    'test/models/m/one.yaml:3:3: "base" has no column "idd"; nearest is "id"',
    'test/models/m/one.yaml:4:1: "m" has no column "nam"; nearest is "name"',
  ]);
  expect(await mistakesIn({ ...models, "test/models/m/one.yaml": "vars: {cuont: 1}\nexpect: []\n" })).toEqual([
    'test/models/m/one.yaml:1:8: unknown var "cuont"; nearest is "count"',
  ]);
  expect(await mistakesIn({ ...models, "test/models/n/one.yaml": "expect: []\n" })).toEqual([
    'test/models/n/one.yaml:1:1: the folder names no model: "n"; nearest is "m"',
  ]);
});
