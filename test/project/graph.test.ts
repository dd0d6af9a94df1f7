import { expect, test } from "vitest";
import { graph } from "../../runner/project/graph.ts";
import { inOrder } from "../../runner/project/order.ts";
import { projectOf } from "./folder.ts";

const columns = (type: string) => `columns: {id: {type: ${type}, pii: none}}`;

test("each model comes after everything it reads, otherwise in the order given", () => {
  const reads: Record<string, string[]> = { a: ["c", "outside"], b: [], c: ["b"], d: [] };
  expect(inOrder(Object.keys(reads), (name) => reads[name] ?? [])).toEqual(["b", "c", "a", "d"]);
});

test("a loop comes back as its path", () => {
  const reads: Record<string, string[]> = { a: ["b"], b: ["c"], c: ["d"], d: ["b"] };
  expect(inOrder(Object.keys(reads), (name) => reads[name] ?? [])).toEqual({ cycle: ["b", "c", "d", "b"] });
  expect(inOrder(["a"], () => ["a"])).toEqual({ cycle: ["a", "a"] });
});

test("a chain of 100,000 models is no deep recursion", () => {
  const names = Array.from({ length: 100_000 }, (_, index) => `m${index}`);
  const order = inOrder(names, (name) => (name === "m99999" ? [] : [`m${Number(name.slice(1)) + 1}`])) as string[];
  expect([order[0], order.at(-1), order.length]).toEqual(["m99999", "m0", 100_000]);
});

test("one graph over both engines, with the copies that its edges ask for", async () => {
  const project = await projectOf({
    "sources/s/source.yaml":
      "inputs: {i: {kind: file, what: x}}\nparser: p.ts\ntables: {t: {columns: {id: {type: int64}}}}\n",
    "sources/s/p.ts": "",
    "seeds/both.yaml": "columns: {id: {type: int64}}",
    "seeds/both.csv": "id\n1\n",
    "models/postgres/read.sql": `/* ${columns("bigint")} */ select s.id from {{source "s" "t"}} as s cross join {{ref "both"}} as b`,
    "models/postgres/kept.sql": `/* export: true\n${columns("bigint")} */ select cast(1 as bigint) as id`,
    "models/postgres/shown.sql": `/* published: true\n${columns("bigint")} */ select cast(1 as bigint) as id`,
    "models/postgres/alone.sql": "/* */ select 1 as id",
    "models/bigquery/raw.sql": `/* ${columns("int64")} */ select id from {{ref "both"}}`,
    "models/bigquery/report.sql": '/* */ select r.id from {{ref "read"}} as r cross join {{ref "raw"}} as w',
    "models/postgres/back.sql": '/* */ select id from {{ref "raw"}}',
    "test/gates/g.sql": '/* */ select id as key, 1 as value from {{ref "read"}}',
  });
  const { nodes, parents, children, transfers, sides } = graph(project);
  expect([...nodes.keys()].toSorted()).toEqual([
    "alone",
    "back",
    "both",
    "kept",
    "raw",
    "read",
    "report",
    "s.t",
    "shown",
  ]);
  expect(parents.get("report")).toEqual(["read", "raw"]);
  expect(children.get("raw")!.toSorted()).toEqual(["back", "report"]);
  expect([...transfers].map(([name, { to, for: readers }]) => [name, to, readers]).sort()).toEqual([
    ["kept", "warehouse", ["export: true"]],
    ["raw", "postgres", ["back"]],
    ["read", "warehouse", ["report", "g"]],
    ["shown", "warehouse", ["published: true"]],
  ]);
  expect(Object.fromEntries(sides)).toEqual({ "s.t": ["postgres"], both: ["postgres", "warehouse"] });
});
