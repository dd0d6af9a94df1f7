import { type Mistake, ProjectError } from "../errors.ts";
import type { Node, Nodes } from "../plan/node.ts";
import type { PlannedTest } from "../plan/plan.ts";
import type { Gate, SqlTest } from "../project/model.ts";
import type { Project } from "../project/project.ts";
import type { Rendered } from "../project/render.ts";
import { renderModel, renderQuery } from "./sql.ts";

/**
 * A laptop's warehouse answers GoogleSQL only in forms that are proven to mean the same there. Throws one ProjectError with every
 * other form in what is about to run, before anything runs. Types come from what the headers declare; a column without a declared
 * type is left to the engine, which knows it when the table stands.
 */
export async function checkForms(
  project: Project,
  {
    nodes,
    toBuild,
    tests,
    gates,
  }: { nodes: Nodes; toBuild: readonly Node[]; tests: readonly PlannedTest[]; gates: readonly Gate[] },
): Promise<void> {
  if (project.config.warehouse.kind !== "duckdb") return;
  const sqlTests = tests.flatMap((test): SqlTest[] =>
    test.kind === "sql" && test.test.side === "warehouse" ? [test.test] : [],
  );
  const models = toBuild.flatMap((node) => (node.kind === "model" && node.side === "warehouse" ? [node] : []));
  if (models.length + sqlTests.length + gates.length === 0) return;
  const { checkGoogleSql } = await import("../engines/duckdb/googlesql.ts");
  const tables = declaredTables(nodes);
  const engine = {
    side: "warehouse" as const,
    quoted: ({ dataset, name }: { dataset: string; name: string }) => `\`${dataset}\`.\`${name}\``,
  };
  const where = (id: string) => ({ dataset: "declared", name: nodes.get(id)?.table ?? id });
  const mistakes: Mistake[] = [];
  const check = (rendered: Rendered) => {
    for (const { construct, offset, message, wayOut } of checkGoogleSql(rendered.sql, tables).refusals)
      mistakes.push({ place: rendered.locate(offset), message: `${construct} ${message}`, expected: wayOut });
  };
  for (const node of models) check(renderModel(node, { project, engine, where }));
  for (const query of [...sqlTests, ...gates.filter(({ side }) => side === "warehouse")])
    check(renderQuery(query, { project, engine, where: (id) => where(id) }));
  if (mistakes.length > 0) throw new ProjectError(mistakes);
}

/** Columns of what warehouse SQL may read, by `declared.<table>`; a table whose columns are not declared is left out. */
function declaredTables(nodes: Nodes): Map<string, { name: string; type: string }[]> {
  const tables = new Map<string, { name: string; type: string }[]>();
  for (const node of nodes.values()) {
    if (node.side !== "warehouse") continue;
    const columns = columnsOf(node);
    if (columns.length > 0) tables.set(`declared.${node.table}`, columns);
  }
  return tables;
}

function columnsOf(node: Node): { name: string; type: string }[] {
  switch (node.kind) {
    case "load":
      return node.sourceTable.columns;
    case "seed":
      return node.seed.columns;
    case "copy":
      return node.model.columns
        .filter(({ crosses }) => crosses)
        .map(({ name, type }) => ({ name, type: googleName(type) }));
    case "model":
    case "external":
      return node.model.columns;
    default:
      return node satisfies never;
  }
}

/** A Postgres type in GoogleSQL's words, as the copy has it. */
function googleName(type: string): string {
  const names: Record<string, string> = {
    bigint: "int64",
    integer: "int64",
    smallint: "int64",
    boolean: "bool",
    text: "string",
    cidr: "string",
    inet: "string",
    bytea: "bytes",
    timestamptz: "timestamp",
  };
  return names[type.toLowerCase()] ?? type;
}
