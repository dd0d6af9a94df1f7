import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Mistake } from "../errors.ts";
import type { Config } from "./config.ts";
import type { Facts } from "./facts.ts";
import { filesBelow, readText, type TextFile } from "./files.ts";
import { withGateLimits, withLimits } from "./limits.ts";
import type { Gate, Model, Side, SqlTest } from "./model.ts";
import { partialsOf } from "./partials.ts";
import { openReader } from "./reader.ts";
import type { Policy } from "./policy.ts";
import type { Seed } from "./seed.ts";
import { type KeptSource, type Source, withPatterns } from "./source.ts";
import type { UnitTest } from "./unit-test.ts";

/** What was read of files, before names are looked up: of one name there may be two. */
export type Parts = {
  models: Model[];
  seeds: Seed[];
  sources: Source[];
  sqlTests: SqlTest[];
  gates: Gate[];
  unitTests: UnitTest[];
  policy: Policy;
  /** What only other files can answer, by file. */
  facts: Map<string, Facts>;
};

/** Reads every file by itself, or takes it from the cache. */
export async function readParts({
  projectDir,
  stateDir,
  vars,
}: Config): Promise<{ parts: Parts; mistakes: Mistake[] }> {
  const mistakes: Mistake[] = [];
  const text = (file: string) => readText(projectDir, file, mistakes);
  const modelFiles = filesBelow(projectDir, "models").filter(isSql);
  const partialFiles = modelFiles.filter((file) => file.startsWith("models/partials/")).map(text);
  const partials = { postgres: partialsOf(partialFiles, "postgres"), warehouse: partialsOf(partialFiles, "warehouse") };
  const reader = openReader(join(stateDir, "cache", "project.json"), { partials, mistakes });
  const { facts } = reader;
  const parts: Parts = {
    models: [],
    seeds: [],
    sources: [],
    sqlTests: [],
    gates: [],
    unitTests: [],
    policy: [],
    facts,
  };

  for (const partial of partialFiles) await reader.read([partial], async (readers) => readers.partial(partial));
  for (const file of modelFiles.filter((name) => !name.startsWith("models/partials/"))) {
    const side = sideOf(file);
    if (side) await readModel(text(file), side);
    else
      mistakes.push(
        wrongFile(
          file,
          "the file is in no engine's folder",
          "expected models/postgres, models/bigquery or models/partials",
        ),
      );
  }
  for (const file of filesBelow(projectDir, "test/sql").filter(isSql).map(text)) {
    const test = await reader.read<SqlTest>([file], async (readers) => readers.sqlTest(file, partials));
    if (test) parts.sqlTests.push(test);
  }
  for (const file of filesBelow(projectDir, "test/gates").filter(isSql).map(text)) {
    const gate = await reader.read<Gate>([file], async (readers) => readers.gate(file, partials));
    if (gate) parts.gates.push(filled(withGateLimits(gate, vars, facts.get(file.file)?.places)).gate);
  }
  const seedFiles = filesBelow(projectDir, "seeds");
  for (const file of seedFiles) {
    if (/^seeds\/[^/]+\.yaml$/.test(file)) await readSeed(file);
    if (/^seeds\/[^/]+\.csv$/.test(file) && !seedFiles.includes(file.replace(/\.csv$/, ".yaml")))
      mistakes.push(
        wrongFile(file, "the seed is not declared", `expected ${file.replace(/\.csv$/, ".yaml")} with its columns`),
      );
  }
  for (const file of filesBelow(projectDir, "sources")
    .filter((name) => /^sources\/[^/]+\/source\.yaml$/.test(name))
    .map(text)) {
    const source = await reader.read<KeptSource>([file], async (readers) => readers.source(file));
    if (source) addSource(withPatterns(source));
  }
  for (const file of filesBelow(projectDir, "test/models")
    .filter((name) => /^test\/models\/[^/]+\/[^/]+\.ya?ml$/.test(name))
    .map(text)) {
    const unitTest = await reader.read<UnitTest>([file], async (readers) => readers.unitTest(file));
    if (unitTest) parts.unitTests.push(unitTest);
  }
  for (const file of filesBelow(projectDir, "test")
    .filter((name) => name === "test/pii.yaml")
    .map(text))
    parts.policy = (await reader.read<Policy>([file], async (readers) => readers.policy(file))) ?? [];
  reader.save();
  return { parts, mistakes };

  async function readModel(file: TextFile, side: Side): Promise<void> {
    const model = await reader.read<Model>([file], async (readers) =>
      readers.model(file, { side, partials: partials[side] }),
    );
    if (model) parts.models.push(filled(withLimits(model, vars, facts.get(file.file)?.places)).model);
  }

  async function readSeed(file: string): Promise<void> {
    const base = file.slice(0, -".yaml".length);
    const isData = (name: string) => name === `${base}.csv` || (name.startsWith(`${base}/`) && name.endsWith(".yaml"));
    const [declaration, ...data] = [file, ...seedFiles.filter(isData)].map(text) as [TextFile, ...TextFile[]];
    const seed = await reader.read<Seed>([declaration, ...data], async (readers) => readers.seed(declaration, data));
    if (seed) parts.seeds.push(seed);
  }

  function addSource(source: Source): void {
    parts.sources.push(source);
    const generators = source.inputs.flatMap(({ bundled }) =>
      bundled && "generator" in bundled ? [bundled.generator] : [],
    );
    for (const code of [source.parser, ...generators].filter((path) => !existsSync(join(projectDir, path)))) {
      const place = facts.get(source.file)?.places[code] ?? source.place;
      mistakes.push({
        place,
        message: `there is no file ${code}`,
        expected: "expected the source's parser or generator there",
      });
    }
  }

  function filled<T extends { mistakes: Mistake[] }>(result: T): T {
    mistakes.push(...result.mistakes);
    return result;
  }
}

function wrongFile(file: string, message: string, expected: string): Mistake {
  return { place: { file, line: 1, column: 1 }, message, expected };
}

function isSql(file: string): boolean {
  return file.endsWith(".sql");
}

function sideOf(file: string): Side | undefined {
  if (file.startsWith("models/postgres/")) return "postgres";
  return file.startsWith("models/bigquery/") ? "warehouse" : undefined;
}
