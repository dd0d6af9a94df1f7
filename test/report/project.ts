import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Nodes, nodesOf } from "../../runner/plan/node.ts";
import { readConfig } from "../../runner/project/config.ts";
import { type Project, readProject } from "../../runner/project/project.ts";

/** A small project over both engines, read from files of its own; nothing is built. */
export async function openProject(): Promise<{ project: Project; nodes: Nodes; dir: string } & AsyncDisposable> {
  const dir = await mkdtemp(join(tmpdir(), "report-"));
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, file)), { recursive: true });
    await writeFile(join(dir, file), text);
  }
  const project = await readProject(
    readConfig({ projectDir: dir, environment: {}, now: new Date(Date.UTC(2026, 0, 31)) }),
  );
  return {
    project,
    nodes: nodesOf(project),
    dir,
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}

const files: Record<string, string> = {
  "package.json": '{ "name": "@shop/fruit-stand" }',
  "dataform.json": '{ "defaultSchema": "shop", "vars": { "api_secret": "hunter2" } }',
  "seeds/fruits.yaml": `description: Fruit.
grain: fruit_id
columns:
  fruit_id: {type: int64}
  name: {type: string}
`,
  "seeds/fruits.csv": "fruit_id,name\n1,Apple\n",
  "sources/till/source.yaml": `description: What the till writes.
attribution: [The till]
inputs:
  receipts: {kind: file, what: A list of receipts., bundled: [receipts.csv]}
parser: parser.ts
tables:
  sale:
    description: One row a sale.
    columns:
      fruit_id: {type: int64, description: What was sold.}
`,
  "sources/till/parser.ts": "export {};\n",
  "receipts.csv": "1\n",
  "models/postgres/stand/fruit.sql": `/*
description: Fruit that can be sold.
grain: fruit_id
export: true
tags: [stand]
columns:
  fruit_id: {type: bigint, pii: none}
  name: {type: text, pii: none, description: As it stands on the sign.}
*/
select fruit_id, name from {{ref "fruits"}}
`,
  "models/bigquery/sold.sql": `/*
description: How much was sold of each fruit.
grain: fruit_id
published: true
columns:
  fruit_id: {type: int64, pii: none, tests: [{relationships: {to: fruit, column: fruit_id}}]}
  sales: {type: int64, pii: none, tests: [{expression: {sql: sales > 0, severity: warn, warn_if: ">3"}}]}
*/
select fruit_id, count(*) as sales
from {{source "till" "sale"}}
group by fruit_id
`,
  "test/sql/all_is_fruit.sql": `/*
description: Nothing else is sold.
*/
select sold.fruit_id from {{ref "sold"}} as sold where sold.fruit_id is null
`,
  "test/models/sold/two_sales.yaml": `description: Two sales of one fruit are counted.
given:
  till.sale:
    - {fruit_id: 1}
    - {fruit_id: 1}
expect:
  - {fruit_id: 1, sales: 2}
`,
};
