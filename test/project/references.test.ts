import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readProject } from "../../runner/project/project.ts";
import { configOf, mistakesIn, projectFolder } from "./folder.ts";

const source =
  "inputs: {files: {kind: folder, what: anything}}\nparser: parser.ts\ntables:\n  lines: {columns: {id: {type: int64}, text: {type: string}}}\n";
const sources = { "sources/logs/source.yaml": source, "sources/logs/parser.ts": "" };
const base = {
  "models/postgres/base.sql":
    "/*\ncolumns:\n  id: {type: bigint}\n  amount: {type: bigint}\n*/\nselect cast(1 as bigint) as id, cast(2 as bigint) as amount\n",
};

test("a ref to nothing is named with the nearest model or seed", async () => {
  expect(await mistakesIn({ ...base, "models/postgres/m.sql": '/* */\nselect *\nfrom {{ref "bose"}}' })).toEqual([
    'models/postgres/m.sql:3:6: unknown model or seed "bose"; nearest is "base"',
  ]);
});

test("a project with no model to be near to says so", async () => {
  expect(await mistakesIn({ "test/sql/t.sql": '/* */ select 1 as a from {{ref "x"}}' })).toEqual([
    'test/sql/t.sql:1:26: unknown model or seed "x"; there are no models',
  ]);
});

test("a source or table that is not declared is named with the nearest one", async () => {
  expect(
    await mistakesIn({
      ...sources,
      "models/postgres/m.sql": '/* */ select 1 as a from {{source "log" "lines"}}, {{source "logs" "line"}}',
    }),
  ).toEqual([
    'models/postgres/m.sql:1:26: unknown source "log"; nearest is "logs"',
    'models/postgres/m.sql:1:52: source "logs" has no table "line"; nearest is "lines"',
  ]);
});

test("depends_on and relationships lead somewhere", async () => {
  const m =
    "/*\ndepends_on: [bass]\ncolumns:\n  a: {type: bigint, tests: [{relationships: {to: bas, column: id}}, {relationships: {to: base, column: ids}}]}\n*/\nselect cast(1 as bigint) as a\n";
  expect(await mistakesIn({ ...base, "models/postgres/m.sql": m })).toEqual([
    'models/postgres/m.sql:2:14: unknown model or seed "bass" in depends_on; nearest is "base"',
    'models/postgres/m.sql:4:29: unknown model or seed "bas" in relationships; nearest is "base"',
    'models/postgres/m.sql:4:69: "base" has no column "ids"; nearest is "id"',
  ]);
});

test("two models of one name, and a model and a seed of one name", async () => {
  const view = "/* */ select 1 as a";
  expect(
    await mistakesIn({
      "models/postgres/x/m.sql": view,
      "models/bigquery/m.sql": view,
      "models/postgres/s.sql": view,
      "seeds/s.yaml": "columns: {a: {type: int64}}",
      "seeds/s.csv": "a\n1\n",
    }),
  ).toEqual([
    'models/postgres/x/m.sql:1:1: two models are named "m"; the other is models/bigquery/m.sql',
    'seeds/s.yaml:1:1: a seed and a model are both named "s"; the other is models/postgres/s.sql',
  ]);
});

test("a model that takes the name of a loaded source table", async () => {
  expect(await mistakesIn({ ...sources, "models/postgres/logs__lines.sql": "/* */ select 1 as a" })).toEqual([
    'models/postgres/logs__lines.sql:1:1: a model and a source table are both named "logs__lines"; the other is sources/logs/source.yaml',
  ]);
});

test("two tests of one name", async () => {
  const m = "/*\ncolumns: {a: {type: bigint, tests: [not_null]}}\n*/ select 1 as a";
  expect(await mistakesIn({ "models/postgres/m.sql": m, "test/sql/not_null_m_a.sql": "/* */ select 1 as a" })).toEqual([
    'test/sql/not_null_m_a.sql:1:1: two tests are named "not_null_m_a"; the other is in models/postgres/m.sql; give one a name:',
  ]);
});

test("a cycle is shown as its path", async () => {
  const reading = (name: string) => `/* */\nselect * from {{ref "${name}"}}`;
  expect(
    await mistakesIn({
      "models/postgres/a.sql": reading("b"),
      "models/postgres/b.sql": reading("c"),
      "models/postgres/c.sql": reading("a"),
    }),
  ).toEqual(["models/postgres/a.sql:2:15: a cycle: a -> b -> c -> a; take one of these references out"]);
  expect(await mistakesIn({ "models/postgres/a.sql": reading("a") })).toEqual([
    "models/postgres/a.sql:2:15: a cycle: a -> a; take one of these references out",
  ]);
});

test("an ephemeral model on an edge between engines", async () => {
  expect(
    await mistakesIn({
      "models/postgres/e.sql": "/* materialized: ephemeral */ select 1 as a",
      "models/bigquery/m.sql": '/* */\nselect a from {{ref "e"}}',
    }),
  ).toEqual([
    'models/bigquery/m.sql:2:15: "e" is ephemeral and in the other engine (postgres), so there is nothing to copy; expected materialized: table',
  ]);
});

test("a model that is copied to the other engine declares columns of types that cross", async () => {
  const bare = "/* */ select 1 as a";
  const odd =
    "/*\ncolumns:\n  a: {type: double precision}\n  b: {type: 'numeric(50, 0)'}\n  c: {type: inet}\n  d: {type: 'numeric(50, 0)', crosses: false}\n*/\nselect 1::float8 as a, 2::numeric(50, 0) as b, '::1'::inet as c, 3::numeric(50, 0) as d";
  expect(
    await mistakesIn({
      "models/postgres/bare.sql": bare,
      "models/postgres/odd.sql": odd,
      "models/bigquery/m.sql": '/* */ select bare.a from {{ref "bare"}} as bare cross join {{ref "odd"}} as odd',
    }),
  ).toEqual([
    'models/postgres/bare.sql:1:3: "bare" is copied to the warehouse for m, and declares no columns; expected columns: with a type each',
    'models/postgres/odd.sql:3:3: column "a" is copied to the warehouse for m: type double precision does not cross; expected another type, or crosses: false',
    'models/postgres/odd.sql:4:3: column "b" is copied to the warehouse for m: numeric of 50 digits does not cross, 38 is the most; expected another type, or crosses: false',
  ]);
});

test("a file in no engine's folder", async () => {
  expect(await mistakesIn({ "models/mysql/m.sql": "/* */ select 1 as a" })).toEqual([
    "models/mysql/m.sql:1:1: the file is in no engine's folder; expected models/postgres, models/bigquery or models/partials",
  ]);
});

test.each(["Model", "1st", "a-b", "a b", "né", "a".repeat(64)])("a model can't be named %s", async (name) => {
  expect(await mistakesIn({ [`models/postgres/${name}.sql`]: "/* */ select 1 as a" })).toEqual([
    `models/postgres/${name}.sql:1:1: the name ${JSON.stringify(name)} can't be that of a table everywhere; expected small letters, digits and _, a letter first, at most 63`,
  ]);
});

test("a var that is given and that nothing uses is most likely a wrong name", async () => {
  expect(
    await mistakesIn({ "models/postgres/m.sql": '/* */ select {{var "count" "int64"}} as a' }, { vars: "cuont: 3" }),
  ).toEqual([
    'targets.yaml:1:1: nothing in the project uses the var "cuont" of target "sample" or --vars; nearest is "count"',
  ]);
});

test("mistakes of all files are reported in one go, in order of the files", async () => {
  const mistakes = await mistakesIn({
    "models/postgres/b.sql": '/* typo: 1 */ select * from {{ref "x"}}',
    "models/postgres/a.sql": "/* */ select now() as a",
    "seeds/s.yaml": "columns: {}",
    "test/gates/g.sql": "/* max: nope */ select 1 as key, 2 as value",
    "sources/logs/source.yaml": "parser: 1",
  });
  expect(mistakes.map((mistake) => mistake.split(":")[0])).toEqual(
    [...mistakes.map((mistake) => mistake.split(":")[0]!)].sort(),
  );
  expect(new Set(mistakes.map((mistake) => mistake.split(":")[0]))).toEqual(
    new Set([
      "models/postgres/a.sql",
      "models/postgres/b.sql",
      "seeds/s.yaml",
      "sources/logs/source.yaml",
      "test/gates/g.sql",
    ]),
  );
});

test("a file that is not UTF-8 is told at its first wrong byte; the letter that stands for one is a letter", async () => {
  using folder = projectFolder({
    "models/postgres/m.sql": "/* description: '\ufffd' */ select 1 as a",
    "seeds/s.yaml": "columns: {a: {type: string}}",
  });
  writeFileSync(join(folder.dir, "seeds", "s.csv"), Buffer.from("a\nfine\ncaf\xe9\n", "latin1"));
  await expect(readProject(configOf(folder.dir))).rejects.toThrow(
    /^seeds\/s\.csv:3:4: the file is not UTF-8; expected UTF-8 text$/,
  );
});
