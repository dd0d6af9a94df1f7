import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Node } from "../plan/node.ts";
import type { Config } from "../project/config.ts";
import type { Project } from "../project/project.ts";
import type { Label } from "../run/events.ts";

/**
 * The dbt whose form of the files `target/manifest.json` and `target/run_results.json` have: readers branch on it. Later versions only
 * add keys.
 */
export const dbtVersion = "1.8.0";

/** What both files of one command say of themselves. */
export type Invocation = { id: string; startedAt: Date };

/** The name in front of every `unique_id`: that of package.json, else of the folder. */
export function projectName({ projectDir }: Pick<Config, "projectDir">): string {
  const file = join(projectDir, "package.json");
  const declared = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { name?: unknown }).name : undefined;
  const name = typeof declared === "string" && declared !== "" ? declared : basename(projectDir);
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "_")
      .replace(/^_+|_+$/g, "") || "project"
  );
}

/** How dbt names things: one id for a model or seed, in however many engines it stands. */
export type UniqueIds = ReturnType<typeof uniqueIdsOf>;

export function uniqueIdsOf(project: Project, packageName: string) {
  const ids = {
    model: (name: string) => `model.${packageName}.${name}`,
    seed: (name: string) => `seed.${packageName}.${name}`,
    source: (source: string, table: string) => `source.${packageName}.${source}.${table}`,
    sqlTest: (name: string) => `test.${packageName}.${name}`,
    columnTest: (name: string) =>
      `test.${packageName}.${name}.${createHash("md5").update(name).digest("hex").slice(0, 10)}`,
    unitTest: (name: string) => `unit_test.${packageName}.${name.replace("/", ".")}`,
  };
  return {
    ...ids,
    ref: (name: string) => (project.seeds.has(name) ? ids.seed(name) : ids.model(name)),
    node(node: Node): string {
      switch (node.kind) {
        case "load":
          return ids.source(node.source.name, node.sourceTable.name);
        case "seed":
          return ids.seed(node.seed.name);
        case "model":
        case "copy":
        case "external":
          return ids.model(node.model.name);
        default:
          return node satisfies never;
      }
    },
    /** Undefined for what dbt has no word for. */
    label({ id, kind }: Label, nodes: ReadonlyMap<string, Node>): string | undefined {
      if (kind === "unit-test") return ids.unitTest(id);
      if (kind === "test") return project.sqlTests.has(id) ? ids.sqlTest(id) : ids.columnTest(id);
      const node = nodes.get(id);
      return node && this.node(node);
    },
  };
}

/** A table as SQL of its database names it. */
export function relationName(
  { warehouse }: Config,
  side: "postgres" | "warehouse",
  { dataset, name }: { dataset: string; name: string },
): string {
  return side === "warehouse" && warehouse.kind === "bigquery"
    ? `\`${warehouse.project}\`.\`${dataset}\`.\`${name}\``
    : `"${dataset}"."${name}"`;
}
