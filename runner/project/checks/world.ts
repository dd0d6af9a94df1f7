import type { Place } from "../../errors.ts";
import type { Config } from "../config.ts";
import type { Facts } from "../facts.ts";
import { sourceNode } from "../graph.ts";
import type { Model } from "../model.ts";
import type { Parts } from "../parts.ts";

/** What the checks of a whole project look names up in. */
export type World = {
  parts: Parts;
  config: Config;
  models: Map<string, Model>;
  /** Models and seeds. */
  readable: Set<string>;
  sources: Map<string, string[]>;
  /** Columns of a model, seed or `source.table`: those declared, else those its SELECT shows; undefined where neither does. */
  columns: Map<string, string[] | undefined>;
  /** What comes out of a file's SELECT, where it can be seen. */
  outputs: (file: string) => { name: string; place: Place }[] | undefined;
};

export function worldOf(parts: Parts, config: Config): World {
  const columns = new Map<string, string[] | undefined>();
  for (const source of parts.sources)
    for (const table of source.tables)
      columns.set(
        sourceNode(source.name, table.name),
        table.columns.map(({ name }) => name),
      );
  for (const seed of parts.seeds)
    columns.set(
      seed.name,
      seed.columns.map(({ name }) => name),
    );
  const byName = new Map(parts.models.map((model) => [model.name, model]));
  for (const name of byName.keys()) columnsOfModel(name, new Set());
  return {
    parts,
    config,
    models: new Map(parts.models.map((model) => [model.name, model])),
    readable: new Set([...parts.models, ...parts.seeds].map(({ name }) => name)),
    sources: new Map(parts.sources.map((source) => [source.name, source.tables.map(({ name }) => name)])),
    columns,
    outputs: (file) => outputsOf(parts.facts.get(file), columns),
  };

  /** Those its SELECT shows, where need be through what it reads; else those it declares. */
  function columnsOfModel(name: string, above: Set<string>): void {
    const model = byName.get(name);
    if (!model || columns.has(name) || above.has(name)) return;
    const facts = parts.facts.get(model.file);
    for (const output of facts?.outputs ?? [])
      if ("allOf" in output) columnsOfModel(output.allOf, new Set([...above, name]));
    const declared = model.columns.length > 0 ? model.columns.map((column) => column.name) : undefined;
    columns.set(name, outputsOf(facts, columns)?.map((output) => output.name) ?? declared);
  }
}

function outputsOf(facts: Facts | undefined, columns: World["columns"]): { name: string; place: Place }[] | undefined {
  const outputs = facts?.outputs?.map((output) =>
    "name" in output ? [output] : columns.get(output.allOf)?.map((name) => ({ name, place: output.place })),
  );
  return outputs?.includes(undefined) ? undefined : outputs?.flatMap((part) => part!);
}
