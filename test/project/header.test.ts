import { expect, test } from "vitest";
import { mistakesIn } from "./folder.ts";

/** Mistakes of one Postgres model with these settings. */
async function inSettings(settings: string, sql = "select 1 as a"): Promise<string[]> {
  const mistakes = await mistakesIn({ "models/postgres/m.sql": `/*\n${settings}\n*/\n${sql}\n` });
  return mistakes.map((mistake) => mistake.replace("models/postgres/m.sql:", ""));
}

test("an unknown setting is named with the nearest one", async () => {
  expect(await inSettings("description: x\nmaterialised: view")).toEqual([
    '3:1: unknown setting "materialised"; nearest is "materialized"',
  ]);
});

test("an unknown setting of a column is named with its column", async () => {
  expect(await inSettings("columns:\n  a: {type: bigint, descripton: x}")).toEqual([
    '3:21: unknown setting "descripton" of columns.a; nearest is "description"',
  ]);
});

test("a word that is none of the known ones", async () => {
  expect(await inSettings("materialized: tabel")).toEqual([
    '2:15: materialized is "tabel"; expected table, view or ephemeral',
  ]);
});

test("a value of the wrong kind", async () => {
  expect(await inSettings("published: 1\ntags: asn\nunlogged: yes")).toEqual([
    "2:12: published is 1; expected true or false",
    '3:7: tags is "asn"; expected a list',
    '4:11: unlogged is "yes"; expected true or false',
  ]);
});

test("a setting that may be of two kinds and is of neither", async () => {
  expect(await inSettings("grain: {a: b}")).toEqual(['2:8: grain is {"a":"b"}; expected text or a list']);
});

test("a column without a type", async () => {
  expect(await inSettings("columns:\n  a: {description: x}")).toEqual([
    "3:6: columns.a.type is missing; expected text",
  ]);
});

test("a column with odd letters", async () => {
  expect(await inSettings('columns:\n  "a b": {type: bigint}')).toContain(
    '3:3: name "a b"; expected letters, digits and _, no digit first, at most 63',
  );
});

test("an unknown test", async () => {
  expect(await inSettings("columns:\n  a: {type: bigint, tests: [notnull]}")).toEqual([
    '3:29: columns.a.tests[0] is "notnull"; expected unique, not_null, accepted_values, relationships or expression',
  ]);
});

test("an unknown test with settings", async () => {
  expect(await inSettings("columns:\n  a: {type: bigint, tests: [{accepted_value: [1]}]}")).toEqual([
    '3:30: unknown setting "accepted_value" of columns.a.tests[0]; nearest is "accepted_values"',
  ]);
});

test("a test of two kinds", async () => {
  expect(await inSettings("tests: [{unique: {columns: [a]}, not_null: {columns: [a]}}]")).toEqual([
    "2:9: a test has 2 kinds; expected one of unique, not_null, accepted_values, relationships, expression",
  ]);
});

test("a test that needs settings and has none", async () => {
  expect(await inSettings("columns:\n  a: {type: bigint, tests: [accepted_values]}")).toEqual([
    "3:29: accepted_values says nothing of what it expects; expected {accepted_values: [a, b]}",
  ]);
});

test("a test of the model that names no column", async () => {
  expect(await inSettings("tests: [unique]")).toEqual([
    "2:9: unique of a model names no column; expected {unique: {columns: [a, b]}}",
  ]);
});

test("a bound that is no comparison", async () => {
  expect(await inSettings("tests: [{expression: {sql: a > 0, warn_if: many}}]")).toEqual([
    '2:44: tests[0].expression.warn_if is "many"; expected a comparison with a number, such as ">10"',
  ]);
});

test("personal data with a declassifier that is not known, or not whole", async () => {
  expect(
    await inSettings(
      "columns:\n  a: {type: bigint, pii: nothing}\n  b: {type: bigint, pii: {aggregate: {min_group: 20}}}\n  c: {type: bigint, pii: {}}",
    ),
  ).toEqual([
    '3:26: columns.a.pii is "nothing"; expected none or personal',
    "4:38: columns.b.pii.aggregate.size is missing; expected text",
    "5:26: pii names no one declassifier; expected one of aggregate, keyed_hash, truncate",
  ]);
});

test("labels and clusters beyond what BigQuery takes", async () => {
  const mistakes = await mistakesIn({
    "models/bigquery/m.sql": "/*\nlabels: {Team: a, b: C D}\ncluster_by: [a, b, c, d, e]\n*/\nselect 1 as a\n",
  });
  expect(mistakes).toEqual([
    'models/bigquery/m.sql:2:10: name "Team"; expected small letters, digits, _ and -, at most 63, a letter first',
    'models/bigquery/m.sql:2:22: labels.b is "C D"; expected small letters, digits, _ and -, at most 63',
    'models/bigquery/m.sql:3:13: cluster_by is ["a","b","c","d","e"]; expected at most four columns',
  ]);
});

test("every mistake of a header is reported at once", async () => {
  expect(await inSettings("materialized: tabel\npublished: 1\ntypo: 2")).toHaveLength(3);
});

test("what is not YAML is a mistake at its place", async () => {
  expect(await inSettings("columns:\n  a: {type: bigint")).toEqual([
    "4:1: not YAML: Flow map in block collection must be sufficiently indented and end with a }; expected `name: value` lines",
  ]);
});

test("a setting that stands twice", async () => {
  expect(await inSettings("published: true\npublished: false")).toEqual([
    "3:1: not YAML: Map keys must be unique; expected `name: value` lines",
  ]);
});

test("a comment of prose has no settings", async () => {
  expect(await mistakesIn({ "models/postgres/m.sql": "/* just a remark */ select 1 as a" })).toEqual([
    'models/postgres/m.sql:1:4: what stands here is "just a remark"; expected a map',
  ]);
});

test("an empty file, one without a comment, and one whose comment does not end", async () => {
  const way = "expected a first comment /* ... */ with settings, then one SELECT";
  expect(
    await mistakesIn({
      "models/postgres/a.sql": "\n",
      "models/postgres/b.sql": "\n  select 1",
      "models/postgres/c.sql": "/* materialized: view\nselect 1",
      "models/postgres/d.sql": "/* */\n",
    }),
  ).toEqual([
    `models/postgres/a.sql:1:1: the file is empty; ${way}`,
    `models/postgres/b.sql:2:3: there is no comment with settings; ${way}`,
    "models/postgres/c.sql:1:1: the comment does not end; expected */ after the settings",
    "models/postgres/d.sql:1:6: nothing stands after the comment; expected one SELECT",
  ]);
});

test("a byte order mark and CRLF change no place", async () => {
  expect(
    await mistakesIn({ "models/postgres/m.sql": "\ufeff/*\r\ndescription: x\r\ngrane: 1\r\n*/\r\nselect 1 as a\r\n" }),
  ).toEqual(['models/postgres/m.sql:3:1: unknown setting "grane"; nearest is "grain"']);
});
