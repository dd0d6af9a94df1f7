import type { TextFile } from "./files.ts";
import type { Gate, Model, Query, Side, SqlTest } from "./model.ts";
import { programOf } from "./partial-tree.ts";
import { type Policy, readPolicy } from "./policy.ts";
import type { Partials } from "./partials.ts";
import { readModel } from "./read-model.ts";
import { type ReadQuery, readGate, readSqlTest } from "./read-query.ts";
import { readSeed } from "./read-seed.ts";
import { readSource } from "./read-source.ts";
import { readUnitTest } from "./read-unit-test.ts";
import type { Read } from "./reader.ts";
import type { Seed } from "./seed.ts";
import type { KeptSource } from "./source.ts";
import { checkCondition, checkSelect } from "./sql/check-select.ts";
import { unknownTypes } from "./sql/column-type.ts";
import type { UnitTest } from "./unit-test.ts";

/*
 * Reads files, each alone: everything that needs a parser. It is loaded only for files that the cache does not know; a run that
 * finds all of them there loads none of these packages.
 */

export async function model({ file, text }: TextFile, given: { side: Side; partials: Partials }): Promise<Read<Model>> {
  const { model, mistakes, partials: asked, isWhole, conditions, places } = readModel(file, text, given);
  const partials = asked.map((name) => `${given.side} ${name}`);
  if (model) mistakes.push(...(await unknownTypes(model.columns, model.side)));
  if (!model || !isWhole) return { value: model, mistakes, facts: { outputs: undefined, uses: [], places }, partials };
  const checked = await checkSelect(model.pieces, { side: model.side, grain: model.grain });
  for (const condition of conditions) {
    const { mistakes: wrong, uses } = await checkCondition(condition, model);
    checked.mistakes.push(...wrong);
    checked.facts.uses.push(...uses);
  }
  return { value: model, mistakes: [...mistakes, ...checked.mistakes], facts: { ...checked.facts, places }, partials };
}

export async function sqlTest({ file, text }: TextFile, partials: Record<Side, Partials>): Promise<Read<SqlTest>> {
  return await checkedQuery(readSqlTest(file, text, partials));
}

export async function gate({ file, text }: TextFile, partials: Record<Side, Partials>): Promise<Read<Gate>> {
  return await checkedQuery(readGate(file, text, partials));
}

/** A partial's SQL is looked at where it is used; its grammar is, also where it is not. */
export async function partial(file: TextFile): Promise<Read<true>> {
  const program = programOf(file);
  return { value: true, mistakes: "message" in program ? [program] : [] };
}

export async function source({ file, text }: TextFile): Promise<Read<KeptSource>> {
  const { source, mistakes, places } = readSource(file, text);
  return { value: source, mistakes, facts: { outputs: undefined, uses: [], places } };
}

export async function seed({ file, text }: TextFile, data: readonly TextFile[]): Promise<Read<Seed>> {
  const { seed, mistakes } = readSeed(file, text, data);
  return { value: seed, mistakes };
}

export async function unitTest({ file, text }: TextFile): Promise<Read<UnitTest>> {
  const { unitTest, mistakes } = readUnitTest(file, text);
  return { value: unitTest, mistakes };
}

export async function policy({ file, text }: TextFile): Promise<Read<Policy>> {
  const { policy, mistakes } = readPolicy(file, text);
  return { value: policy, mistakes };
}

async function checkedQuery<T extends Query>({
  query,
  mistakes,
  partials: asked,
  places,
}: ReadQuery<T>): Promise<Read<T>> {
  if (!query || mistakes.length > 0) return { value: query, mistakes };
  const partials = asked.map((name) => `${query.side} ${name}`);
  const readsThis = "forEach" in query && query.forEach !== undefined; // it is run when the table stands
  const checked = await checkSelect(query.pieces, { side: query.side, grain: [], readsThis });
  return { value: query, mistakes: checked.mistakes, facts: { ...checked.facts, places }, partials };
}
