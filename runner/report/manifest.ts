import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Project } from "../project/project.ts";
import { dbtVersion, type Invocation, projectName } from "./dbt.ts";
import { nodeMaker } from "./manifest-nodes.ts";

/**
 * `target/manifest.json` in dbt's form (v12): models, seeds, tests, sources and unit tests of the project with what each reads. Every
 * key of that form is there; what the project has no word for is empty. The schema of a node is the stable dataset, and only what is
 * published has a relation there: where a build put its tables stands in `run_results.json`. Gates are not in it.
 */
export async function manifestOf(project: Project, invocation: Invocation) {
  const { config } = project;
  const name = projectName(config);
  const maker = nodeMaker(project, { name, createdAt: invocation.startedAt.getTime() / 1000 });
  const models = await Promise.all(
    [...project.models.values()].map(async (model) =>
      maker.model(model, await readFile(join(config.projectDir, model.file), "utf8")),
    ),
  );
  const sqlTests = await Promise.all(
    [...project.sqlTests.values()].map(async (test) =>
      maker.sqlTest(test, await readFile(join(config.projectDir, test.file), "utf8")),
    ),
  );
  const seeds = [...project.seeds.values()].map(maker.seed);
  const columnTests = [...project.models.values()].flatMap((model) =>
    model.tests.map((test) => maker.columnTest(test, model)),
  );
  const sources = [...project.sources.values()].flatMap((source) =>
    source.tables.map((table) => maker.source(source, table)),
  );
  const unitTests = [...project.unitTests.values()].map(maker.unitTest);
  const nodes = [...models, ...seeds, ...columnTests, ...sqlTests];
  const parents = new Map<string, string[]>([
    ...nodes.map((node): [string, string[]] => [
      node.unique_id,
      "nodes" in node.depends_on ? node.depends_on.nodes : [],
    ]),
    ...sources.map((node): [string, string[]] => [node.unique_id, []]),
    ...unitTests.map((node): [string, string[]] => [node.unique_id, node.depends_on.nodes]),
  ]);
  return {
    metadata: {
      dbt_schema_version: "https://schemas.getdbt.com/dbt/manifest/v12.json",
      dbt_version: dbtVersion,
      generated_at: new Date().toISOString(),
      invocation_id: invocation.id,
      env: {},
      project_name: name,
      project_id: createHash("md5").update(name).digest("hex"),
      user_id: null,
      send_anonymous_usage_stats: false,
      adapter_type: config.warehouse.kind,
    },
    nodes: byId(nodes),
    sources: byId(sources),
    macros: {},
    docs: {},
    exposures: {},
    metrics: {},
    groups: {},
    selectors: {},
    disabled: {},
    parent_map: Object.fromEntries(parents),
    child_map: Object.fromEntries(childrenOf(parents)),
    group_map: {},
    saved_queries: {},
    semantic_models: {},
    unit_tests: byId(unitTests),
  };
}

function byId<T extends { unique_id: string }>(nodes: readonly T[]): Record<string, T> {
  return Object.fromEntries(nodes.map((node) => [node.unique_id, node]));
}

function childrenOf(parents: ReadonlyMap<string, readonly string[]>): Map<string, string[]> {
  const children = new Map<string, string[]>([...parents.keys()].map((id) => [id, []]));
  for (const [id, reads] of parents) for (const read of reads) children.get(read)?.push(id);
  return children;
}
