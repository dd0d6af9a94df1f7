import { describeMistake, type Mistake, ProjectError } from "../errors.ts";
import { checkProject } from "./checks/check-project.ts";
import type { Config } from "./config.ts";
import type { Gate, Model, SqlTest } from "./model.ts";
import { readParts } from "./parts.ts";
import type { Seed } from "./seed.ts";
import type { Source } from "./source.ts";
import type { UnitTest } from "./unit-test.ts";

/** A project without a mistake: everything a plan needs, read without a database. Maps are in order of the file names. */
export type Project = {
  config: Config;
  models: Map<string, Model>;
  seeds: Map<string, Seed>;
  sources: Map<string, Source>;
  sqlTests: Map<string, SqlTest>;
  gates: Map<string, Gate>;
  /** By `<model>/<case>`. */
  unitTests: Map<string, UnitTest>;
};

/** Reads every file of the project. Throws one ProjectError with every mistake of every file, in order of the files. */
export async function readProject(config: Config): Promise<Project> {
  const { parts, mistakes } = await readParts(config);
  mistakes.push(...checkProject(parts, config));
  if (mistakes.length > 0) throw new ProjectError(inOrderOfPlaces(mistakes));
  return {
    config,
    models: new Map(parts.models.map((model) => [model.name, model])),
    seeds: new Map(parts.seeds.map((seed) => [seed.name, seed])),
    sources: new Map(parts.sources.map((source) => [source.name, source])),
    sqlTests: new Map(parts.sqlTests.map((test) => [test.name, test])),
    gates: new Map(parts.gates.map((gate) => [gate.name, gate])),
    unitTests: new Map(parts.unitTests.map((test) => [test.name, test])),
  };
}

function inOrderOfPlaces(mistakes: readonly Mistake[]): Mistake[] {
  const once = new Map(mistakes.map((mistake) => [describeMistake(mistake), mistake]));
  return [...once.values()].sort(({ place: one }, { place: other }) => {
    if (one.file !== other.file) return one.file < other.file ? -1 : 1;
    return one.line - other.line || one.column - other.column;
  });
}
