import type { Model, Piece, Query, Side } from "../project/model.ts";
import type { Project } from "../project/project.ts";
import type { Seed } from "../project/seed.ts";
import type { Source, SourceTable } from "../project/source.ts";

/**
 * One table or view of a build. `id` is what records and messages call it: a model by its name, a copy `<model> -> <side>`, a
 * seed `<seed> @ <side>`, a loaded source table `<source>.<table> @ <side>`. `reads` are ids.
 */
export type Node = { id: string; side: Side; table: string; reads: string[] } & (
  | { kind: "load"; source: Source; sourceTable: SourceTable }
  | { kind: "seed"; seed: Seed }
  | { kind: "model"; model: Model; inlined: Model[] }
  | { kind: "copy"; model: Model }
  | { kind: "external"; model: Model; dataset: string }
);

/** Nodes by id, each after everything it reads. Only what some model, test, gate or release needs stands in it. */
export type Nodes = Map<string, Node>;

export const idOf = {
  load: (source: string, table: string, side: Side) => `${source}.${table} @ ${side}`,
  seed: (seed: string, side: Side) => `${seed} @ ${side}`,
  copy: (model: string, side: Side) => `${model} -> ${side}`,
};

export function loadedTable(source: string, table: string): string {
  return `${source}__${table}`;
}

/** Every node of the project, in build order. Ephemeral models are part of the nodes that read them. */
export function nodesOf(project: Project): Nodes {
  const nodes: Nodes = new Map();
  for (const model of project.models.values()) if (model.materialized !== "ephemeral") addModel(model);
  for (const query of [...project.sqlTests.values(), ...project.gates.values()]) readsOf(query, query.side);
  for (const model of project.models.values())
    for (const { to } of model.tests) if (to) readsOf({ reads: [to.model], readsSources: [] }, model.side);
  for (const source of new Set([...nodes.values()].flatMap((node) => (node.kind === "load" ? [node.source] : []))))
    for (const table of source.tables) if (table.rejects) addLoad(source.name, table.name, "warehouse");
  return nodes;

  function addModel(model: Model): string {
    if (nodes.has(model.name)) return model.name;
    const dataset = model.takenFrom && project.config.environment[model.takenFrom.env];
    if (dataset) {
      nodes.set(model.name, {
        kind: "external",
        id: model.name,
        side: model.side,
        table: model.name,
        reads: [],
        model,
        dataset,
      });
    } else {
      const inlined = inlinedInto(model);
      const reads = unique([model, ...inlined].flatMap((part) => readsOf(part, model.side)));
      nodes.set(model.name, {
        kind: "model",
        id: model.name,
        side: model.side,
        table: model.name,
        reads,
        model,
        inlined,
      });
    }
    if (model.side === "postgres" && (model.published || model.exported)) addCopy(model, "warehouse");
    return model.name;
  }

  /** The ids of what is read from `side`, adding loads, seeds and copies on the way. Ephemeral models are left out. */
  function readsOf(part: Pick<Query, "reads" | "readsSources">, side: Side): string[] {
    const loads = part.readsSources.map(({ source, table }) => addLoad(source, table, side));
    const others = part.reads.flatMap((name) => {
      const seed = project.seeds.get(name);
      if (seed) return [addSeed(seed, side)];
      const model = project.models.get(name)!;
      if (model.materialized === "ephemeral") return [];
      addModel(model);
      return [model.side === side ? model.name : addCopy(model, side)];
    });
    return [...loads, ...others];
  }

  function addLoad(source: string, table: string, side: Side): string {
    const id = idOf.load(source, table, side);
    const declared = project.sources.get(source)!;
    const sourceTable = declared.tables.find(({ name }) => name === table)!;
    if (!nodes.has(id))
      nodes.set(id, {
        kind: "load",
        id,
        side,
        table: loadedTable(source, table),
        reads: [],
        source: declared,
        sourceTable,
      });
    return id;
  }

  function addSeed(seed: Seed, side: Side): string {
    const id = idOf.seed(seed.name, side);
    if (!nodes.has(id)) nodes.set(id, { kind: "seed", id, side, table: seed.name, reads: [], seed });
    return id;
  }

  function addCopy(model: Model, side: Side): string {
    const id = idOf.copy(model.name, side);
    if (!nodes.has(id)) nodes.set(id, { kind: "copy", id, side, table: model.name, reads: [addModel(model)], model });
    return id;
  }

  function inlinedInto(model: Model): Model[] {
    const ephemeral = model.reads
      .map((name) => project.models.get(name))
      .filter((read) => read !== undefined && read.materialized === "ephemeral") as Model[];
    return uniqueBy(ephemeral.flatMap((read) => [...inlinedInto(read), read]));
  }
}

/** The node that a published model's view reads: the model itself, or its copy where it was built in Postgres. */
export function publishedNode(nodes: Nodes, model: Model): Node {
  return nodes.get(model.side === "warehouse" ? model.name : idOf.copy(model.name, "warehouse"))!;
}

/** The id that `{{ref name}}` means on `side`. */
export function referredId(project: Project, name: string, side: Side): string {
  if (project.seeds.has(name)) return idOf.seed(name, side);
  const model = project.models.get(name)!;
  return model.side === side ? name : idOf.copy(name, side);
}

/** Every node that `ids` read, directly or through others, with the ids themselves. */
export function withAncestors(nodes: Nodes, ids: Iterable<string>): Set<string> {
  const found = new Set<string>();
  const open = [...ids];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    open.push(...(nodes.get(id)?.reads ?? []));
  }
  return found;
}

/** The template's own text: names in place of datasets, vars by name, so that it changes only when a person edits it. */
export function symbolicText(pieces: readonly Piece[]): string {
  return pieces
    .map((piece) => {
      switch (piece.kind) {
        case "text":
          return piece.text;
        case "ident":
          return `{ident ${piece.text}}`;
        case "ref":
          return `{ref ${piece.name}}`;
        case "source":
          return `{source ${piece.source}.${piece.table}}`;
        case "var":
          return `{var ${piece.name} ${piece.type}}`;
        case "this":
          return "{this}";
        default:
          return piece satisfies never;
      }
    })
    .join("");
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

function uniqueBy(models: readonly Model[]): Model[] {
  return [...new Map(models.map((model) => [model.name, model])).values()];
}
