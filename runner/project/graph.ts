import type { Model, Query, Side } from "./model.ts";
import { inOrder } from "./order.ts";
import type { Project } from "./project.ts";
import type { Seed } from "./seed.ts";
import type { Source, SourceTable } from "./source.ts";

/** A model or seed by its name, a source table as `source.table`; names can't hold a dot, so the three never meet. */
export type GraphNode =
  | { kind: "model"; name: string; model: Model }
  | { kind: "seed"; name: string; seed: Seed }
  | { kind: "source"; name: string; source: Source; table: SourceTable };

/** A model's copy in the other engine, and who asks for it: models, tests and gates by name, `export: true` or `published: true`. */
export type Transfer = { model: Model; to: Side; for: string[] };

export type Graph = {
  /** In build order: each after everything it reads. */
  nodes: Map<string, GraphNode>;
  parents: Map<string, string[]>;
  children: Map<string, string[]>;
  /** By model. A model has at most one: there are two sides. */
  transfers: Map<string, Transfer>;
  /** The sides that read a seed or a loaded source table; it is loaded into each. */
  sides: Map<string, Side[]>;
};

/** The project as one graph over both engines. The project has no mistake: names are known, and there is no cycle. */
export function graph(project: Pick<Project, "models" | "seeds" | "sources" | "sqlTests" | "gates">): Graph {
  const all = new Map<string, GraphNode>();
  for (const source of project.sources.values())
    for (const table of source.tables)
      all.set(sourceNode(source.name, table.name), {
        kind: "source",
        name: sourceNode(source.name, table.name),
        source,
        table,
      });
  for (const seed of project.seeds.values()) all.set(seed.name, { kind: "seed", name: seed.name, seed });
  for (const model of project.models.values()) all.set(model.name, { kind: "model", name: model.name, model });
  const parents = new Map([...all].map(([name, node]) => [name, node.kind === "model" ? readsOf(node.model) : []]));
  const order = inOrder(all.keys(), (name) => parents.get(name) ?? []);
  if (!Array.isArray(order)) throw new Error(`the project has a cycle: ${order.cycle.join(" -> ")}`);
  const nodes = new Map(order.map((name) => [name, all.get(name)!]));
  const children = new Map<string, string[]>([...nodes.keys()].map((name) => [name, []]));
  for (const name of nodes.keys()) for (const parent of parents.get(name)!) children.get(parent)?.push(name);
  return { nodes, parents, children, transfers: transfersOf(project), sides: sidesOf(project) };
}

/** What a model, test or gate reads, as names of nodes. */
export function readsOf(reader: Pick<Query, "reads" | "readsSources">): string[] {
  return [...reader.readsSources.map(({ source, table }) => sourceNode(source, table)), ...reader.reads];
}

export function sourceNode(source: string, table: string): string {
  return `${source}.${table}`;
}

type Parts = Pick<Project, "models" | "seeds" | "sqlTests" | "gates">;

/** Every edge whose ends are in different engines, as the copies it asks for. */
export function transfersOf({ models, sqlTests, gates }: Parts): Map<string, Transfer> {
  const transfers = new Map<string, Transfer>();
  for (const model of models.values()) {
    if (model.side === "postgres" && model.published) add(model, "warehouse", "published: true");
    if (model.side === "postgres" && model.exported) add(model, "warehouse", "export: true");
    for (const test of model.tests) if (test.to) need(test.to.model, model.side, test.name);
  }
  for (const reader of [...models.values(), ...sqlTests.values(), ...gates.values()])
    for (const name of reader.reads) need(name, reader.side, reader.name);
  return transfers;

  function need(name: string, side: Side, reader: string): void {
    const model = models.get(name);
    if (model && model.side !== side) add(model, side, reader);
  }

  function add(model: Model, to: Side, reader: string): void {
    const known = transfers.get(model.name);
    if (known) known.for.push(reader);
    else transfers.set(model.name, { model, to, for: [reader] });
  }
}

function sidesOf({ models, seeds, sqlTests, gates }: Parts): Map<string, Side[]> {
  const sides = new Map<string, Side[]>();
  for (const reader of [...models.values(), ...sqlTests.values(), ...gates.values()])
    for (const name of readsOf(reader)) add(name, reader.side);
  for (const model of models.values()) for (const test of model.tests) if (test.to) add(test.to.model, model.side);
  return sides;

  function add(name: string, side: Side): void {
    if (models.has(name) && !seeds.has(name)) return;
    const known = sides.get(name) ?? [];
    if (!known.includes(side)) sides.set(name, [...known, side].sort());
  }
}
