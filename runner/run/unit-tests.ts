import type { Engine } from "../engines/engine.ts";
import { NotStartedError } from "../errors.ts";
import type { Node, Nodes } from "../plan/node.ts";
import { literal } from "../project/literal.ts";
import type { Side } from "../project/model.ts";
import type { Project } from "../project/project.ts";
import { quotedName } from "../project/render.ts";
import type { GivenRow, UnitTest } from "../project/unit-test.ts";
import { formatTable } from "../report/table.ts";
import { renderModel } from "./sql.ts";

/**
 * Runs one worked case of a model on its real engine: the given rows become tables of a dataset of its own, the model's SQL is
 * run as it stands, and the rows are compared on the columns that are expected. Answers what differs, or undefined.
 */
export async function runUnitTest(
  test: UnitTest,
  {
    project,
    nodes,
    engine,
    dataset,
    signal,
  }: { project: Project; nodes: Nodes; engine: Engine; dataset: string; signal: AbortSignal },
): Promise<string | undefined> {
  const node = nodes.get(test.model);
  if (node?.kind !== "model")
    throw new NotStartedError(`${test.file}: ${test.model} is not a model that can be run on its own`);
  await engine.createDataset(dataset);
  try {
    for (const id of node.reads) {
      const read = nodes.get(id)!;
      const rows = test.given[givenName(read)] ?? [];
      const query = tableOf(columnsOf(read), { rows, side: node.side, test, name: givenName(read) });
      await engine.createTable({ dataset, name: read.table }, query, { shape: bareShape, signal });
    }
    const vars = { ...project.config.vars, ...test.vars };
    const { sql } = renderModel(node, {
      project: { ...project, config: { ...project.config, vars } },
      engine,
      where: (id) => ({ dataset, name: nodes.get(id)!.table }),
    });
    const columns = [...new Set(test.expect.flatMap((row) => Object.keys(row)))];
    const result = await engine.rows(sql, { signal });
    const actual = result.rows.map((row) =>
      Object.fromEntries(result.columns.map(({ name }, index) => [name, row[index] ?? null])),
    );
    return difference(test.expect, actual, columns.length > 0 ? columns : result.columns.map(({ name }) => name));
  } finally {
    await engine.dropDataset(dataset);
  }
}

function givenName(node: Node): string {
  if (node.kind === "load") return `${node.source.name}.${node.sourceTable.name}`;
  return node.kind === "seed" ? node.seed.name : node.model.name;
}

/** Names and declared types of what is read; a model without declared columns can't be given. */
function columnsOf(node: Node): { name: string; type: string }[] {
  switch (node.kind) {
    case "load":
      return node.sourceTable.columns;
    case "seed":
      return node.seed.columns;
    case "copy":
      return node.model.columns.filter(({ crosses }) => crosses);
    case "model":
    case "external":
      return node.model.columns;
    default:
      return node satisfies never;
  }
}

function tableOf(
  columns: readonly { name: string; type: string }[],
  { rows, side, test, name }: { rows: readonly GivenRow[]; side: Side; test: UnitTest; name: string },
): string {
  if (columns.length === 0)
    throw new NotStartedError(
      `${test.file}: ${name} declares no columns, so its rows have no types; declare them in its header`,
    );
  const cell = (value: string | null | undefined, type: string) =>
    `cast(${value === null || value === undefined ? "null" : literal(side, "string", value)} as ${typeIn(side, type)})`;
  const select = (row: GivenRow) =>
    `select ${columns.map((column) => `${cell(row[column.name], column.type)} as ${quotedName(side, column.name)}`).join(", ")}`;
  return rows.length > 0
    ? rows.map(select).join("\nunion all\n")
    : `select * from (${select({})}) as given where false`;
}

/** A type of the other side's dialect in this one's words. */
function typeIn(side: Side, type: string): string {
  const base = type.toLowerCase().replace(/\s*\(.*\)$/, "");
  if (side === "postgres")
    return { int64: "bigint", string: "text", bool: "boolean", bytes: "bytea", timestamp: "timestamptz" }[base] ?? type;
  const known: Record<string, string> = {
    bigint: "int64",
    integer: "int64",
    smallint: "int64",
    text: "string",
    cidr: "string",
    inet: "string",
    boolean: "bool",
    bytea: "bytes",
    timestamptz: "timestamp",
  };
  return known[base] ?? base;
}

function difference(
  expected: readonly GivenRow[],
  actual: readonly GivenRow[],
  columns: readonly string[],
): string | undefined {
  const key = (row: GivenRow) => JSON.stringify(columns.map((column) => plain(row[column] ?? null)));
  const missing = [...expected];
  const extra: GivenRow[] = [];
  for (const row of actual) {
    const index = missing.findIndex((other) => key(other) === key(row));
    if (index >= 0) missing.splice(index, 1);
    else extra.push(row);
  }
  if (missing.length === 0 && extra.length === 0) return undefined;
  const lines = (sign: string, rows: readonly GivenRow[]) =>
    rows.map((row) => [sign, ...columns.map((column) => row[column] ?? null)]);
  return formatTable(["", ...columns], [...lines("expected", missing), ...lines("got", extra)]);
}

/** Engines write one number in several ways; `1.50` and `1.5`, `t` and `true` are the same value. */
function plain(value: string | null): string | null {
  if (value === null) return null;
  if (/^-?\d+\.\d+$/.test(value)) return value.replace(/\.?0+$/, "");
  return value === "t" ? "true" : value === "f" ? "false" : value;
}

const bareShape = {
  columns: [],
  indexes: [],
  primaryKey: [],
  unlogged: false,
  partitionBy: undefined,
  clusterBy: [],
  labels: {},
};
