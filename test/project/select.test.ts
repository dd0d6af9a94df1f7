import { expect, test } from "vitest";
import { select, type StateAnswers } from "../../runner/project/select.ts";
import { projectOf } from "./folder.ts";

const columns = "columns: {id: {type: bigint, tests: [not_null]}}";
const reading = (read: string, settings = "") =>
  `/*\n${columns}\n${settings}\n*/\nselect cast(id as bigint) as id from ${read}`;

/** logs.lines -> raw -> step -> (copy) report; list -> step; other stands alone. */
const files = {
  "sources/logs/source.yaml":
    "tags: [outside]\ninputs: {logs: {kind: folder, what: logs}}\nparser: parser.ts\ntables:\n  lines: {columns: {id: {type: int64}}}\n  rejects: {columns: {id: {type: int64}}}\n",
  "sources/logs/parser.ts": "",
  "seeds/list.yaml": "tags: [small]\ncolumns: {id: {type: int64}}",
  "seeds/list.csv": "id\n1\n",
  "models/postgres/usage/raw.sql": reading('{{source "logs" "lines"}}', "tags: [daily]"),
  "models/postgres/usage/step.sql": `/*\n${columns}\ntags: [daily]\n*/\nselect raw.id from {{ref "raw"}} as raw left join {{ref "list"}} as list on list.id = raw.id`,
  "models/bigquery/report.sql": `/*\ncolumns: {id: {type: int64, tests: [{relationships: {to: raw, column: id}}]}}\n*/\nselect id from {{ref "step"}}`,
  "models/bigquery/other.sql": "/* tags: [daily, lone] */ select 1 as id",
  "test/sql/raw_is_fine.sql":
    '/* engine: postgres */ select raw.id from {{ref "raw"}} as raw cross join {{ref "list"}} as list',
  "test/models/step/one.yaml": "given: {raw: [{id: 1}]}\nexpect: [{id: 1}]\n",
};
const project = await projectOf(files);

function chosen(...values: string[]): string {
  return [...select(project, { select: values }).nodes].join(" ");
}

test("nothing said means everything, in build order", () => {
  const everything = select(project);
  const order = [...everything.nodes];
  expect(order.toSorted()).toEqual(["list", "other", "raw", "report", "step"]);
  expect(order.indexOf("raw")).toBeLessThan(order.indexOf("step"));
  expect(order.indexOf("step")).toBeLessThan(order.indexOf("report"));
  expect([...everything.sources]).toEqual(["logs.lines", "logs.rejects"]);
  expect([...everything.tests].toSorted()).toEqual([
    "not_null_raw_id",
    "not_null_step_id",
    "raw_is_fine",
    "relationships_report_id_to_raw_id",
  ]);
  expect([...everything.unitTests]).toEqual(["step/one"]);
});

test.each([
  ["step", "step"],
  ["+step", "list raw step"],
  ["step+", "step report"],
  ["+step+", "list raw step report"],
  ["1+report", "step report"],
  ["2+report", "list raw step report"],
  ["raw+1", "raw step"],
  ["1+step+1", "list raw step report"],
  ["0+step", "step"],
  ["@raw", "list raw step report"],
  ["r*", "raw report"],
  ["[rl][ai]*", "list raw"],
  ["tag:daily", "other raw step"],
  ["tag:l*", "other"],
  ["tag:small", "list"],
  ["tag:daily,engine:postgres", "raw step"],
  ["tag:daily+,report", "report"],
  ["path:models/postgres", "raw step"],
  ["path:models/postgres/usage/raw.sql", "raw"],
  ["models/bigquery/", "other report"],
  ["path:models/*/usage/*.sql", "raw step"],
  ["source:logs+", "raw step report"],
  ["source:logs.lines+1", "raw"],
  ["engine:warehouse", "other report"],
  ["raw other", "other raw"],
  ["raw,raw+", "raw"],
])("%s selects %s", (value, expected) => {
  const names = chosen(value).split(" ").filter(Boolean);
  expect(names.toSorted().join(" ")).toBe(expected.split(" ").toSorted().join(" "));
});

test("several values are a union, and what is excluded is left out", () => {
  expect(chosen("raw", "other").split(" ").toSorted()).toEqual(["other", "raw"]);
  expect([...select(project, { select: ["+report"], exclude: ["tag:daily"] }).nodes]).toEqual(["list", "report"]);
});

test("ancestors and descendants take the source tables along", () => {
  expect([...select(project, { select: ["+raw"] }).sources]).toEqual(["logs.lines"]);
  expect([...select(project, { select: ["source:logs"] }).sources]).toEqual(["logs.lines", "logs.rejects"]);
});

test("a test goes with any table that it reads, and can be named itself", () => {
  expect([...select(project, { select: ["list"] }).tests]).toEqual(["raw_is_fine"]);
  expect([...select(project, { select: ["raw"] }).tests].toSorted()).toEqual([
    "not_null_raw_id",
    "raw_is_fine",
    "relationships_report_id_to_raw_id",
  ]);
  const named = select(project, { select: ["not_null_step_id"] });
  expect([[...named.nodes], [...named.tests], [...named.unitTests]]).toEqual([[], ["not_null_step_id"], []]);
  expect([...select(project, { select: ["path:test/sql"] }).tests]).toEqual(["raw_is_fine"]);
  expect([...select(project, { exclude: ["raw_is_fine"] }).tests]).not.toContain("raw_is_fine");
  expect([...select(project, { select: ["step"] }).unitTests]).toEqual(["step/one"]);
});

const state = (): StateAnswers => ({
  modified: new Set(["step", "other"]),
  fresh: new Set(["other"]),
  git: (revision) => new Set(revision === "main" ? ["raw"] : []),
});

test("state and git are answered from outside, and may match nothing", () => {
  const names = (value: string) => [...select(project, { select: [value], state }).nodes].toSorted();
  expect(names("state:modified")).toEqual(["other", "step"]);
  expect(names("state:modified+")).toEqual(["other", "report", "step"]);
  expect(names("state:new")).toEqual(["other"]);
  expect(names("git:main+1")).toEqual(["raw", "step"]);
  expect(names("git:HEAD")).toEqual([]);
  expect(names("state:modified,raw")).toEqual([]);
  expect(() => select(project, { select: ["state:modified"] })).toThrow(
    '"state:modified" compares with the live release, which is not known here',
  );
  expect(() => select(project, { select: ["state:old"], state })).toThrow('unknown state "old"; nearest is "new"');
});

test.each([
  ["stap", '"stap" matches nothing; nearest is "step"'],
  ["+stap+2", '"+stap+2" matches nothing; nearest is "step"'],
  ["tag:dayly", '"tag:dayly" matches nothing; nearest is "daily"'],
  ["path:models/postgre", '"path:models/postgre" matches nothing; nearest is "models/postgres"'],
  ["source:log", '"source:log" matches nothing; nearest is "logs"'],
  ["source:logs.line", '"source:logs.line" matches nothing; nearest is "logs.lines"'],
  ["engine:bigquery", 'unknown engine "bigquery"; expected postgres or warehouse'],
  ["tags:daily", 'unknown method "tags" in "tags:daily"; nearest is "tag"'],
  ["x*", '"x*" matches nothing; nearest is "raw"'],
  ["raw,report", '"raw,report" matches nothing; each of its parts does, but no model is in all of them'],
  ["raw,stap", '"stap" matches nothing; nearest is "step"'],
  ["@raw+", '"@raw+" is no selector; expected such as +name, name+1, @name, tag:name'],
  ["+", '"+" is no selector; expected such as +name, name+1, @name, tag:name'],
])("%s does not start", (value, message) => {
  expect(() => select(project, { select: ["other", value] })).toThrow(
    expect.objectContaining({ name: "NotStartedError", message }),
  );
  if (value !== "x*") expect(() => select(project, { exclude: [value] })).toThrow(message);
});
