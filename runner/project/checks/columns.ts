import type { Mistake, Place } from "../../errors.ts";
import { readsOf } from "../graph.ts";
import type { Model, Test } from "../model.ts";
import { nearestTo } from "../nearest.ts";
import type { Parts } from "../parts.ts";
import type { World } from "./world.ts";

/** Columns that a model's settings and tests name are columns it has, and those it declares are those its SELECT gives. */
export function columnsOf(
  model: Model,
  { columns, outputs: outputsOfFile, models, readable, parts }: World,
): Mistake[] {
  const mistakes: Mistake[] = [];
  const known = columns.get(model.name);
  const outputs = outputsOfFile(model.file);
  const declared = model.columns.map(({ name }) => name);
  if (outputs && declared.length > 0) {
    const given = outputs.map(({ name }) => name);
    for (const column of model.columns)
      if (!given.includes(column.name))
        mistakes.push({
          place: column.place,
          message: `column "${column.name}" is declared, and the SELECT has none`,
          expected: nearestTo(column.name, given, "columns"),
        });
    for (const { name, place } of outputs)
      if (!declared.includes(name))
        mistakes.push({
          place,
          message: `column "${name}" is not declared`,
          expected: nearestTo(name, declared, "columns"),
        });
  }
  const missing = new Set<string>();
  const need = (name: string, where: string, place: Place) => {
    if (!known || known.includes(name) || declared.includes(name) || missing.has(`${where} ${name}`)) return;
    missing.add(`${where} ${name}`);
    mistakes.push({
      place,
      message: `unknown column "${name}" in ${where}`,
      expected: nearestTo(name, known, "columns"),
    });
  };
  const placeOf = (path: string) => parts.facts.get(model.file)?.places[path] ?? model.place;
  for (const name of model.grain) need(name, "grain", placeOf("grain"));
  for (const name of model.primaryKey) need(name, "primary_key", placeOf("primary_key"));
  for (const [number, index] of model.indexes.entries())
    for (const name of index.columns) need(name, "indexes", placeOf(`indexes.${number}`));
  if (model.partitionBy) need(model.partitionBy, "partition_by", placeOf("partition_by"));
  for (const name of model.clusterBy) need(name, "cluster_by", placeOf("cluster_by"));
  for (const column of model.columns)
    if (column.pii.kind === "aggregate")
      need(column.pii.size, "pii.aggregate.size", placeOf(`columns.${column.name}.pii`));
  for (const test of model.tests) {
    if (isOfGrain(test, placeOf("grain"))) continue; // said of the grain itself
    for (const name of test.columns) need(name, `test ${test.kind}`, test.place);
    if (!test.to) continue;
    if (!readable.has(test.to.model))
      mistakes.push({
        place: test.place,
        message: `unknown model or seed "${test.to.model}" in relationships`,
        expected: nearestTo(test.to.model, readable, "models"),
      });
    const there = columns.get(test.to.model);
    if (there && !there.includes(test.to.column))
      mistakes.push({
        place: test.place,
        message: `"${test.to.model}" has no column "${test.to.column}"`,
        expected: nearestTo(test.to.column, there, "columns"),
      });
    if (models.get(test.to.model)?.materialized === "ephemeral")
      mistakes.push({
        place: test.place,
        message: `"${test.to.model}" is ephemeral and has no table`,
        expected: "expected a table, view or seed",
      });
  }
  return mistakes;
}

function isOfGrain({ place }: Test, grain: Place): boolean {
  return place.line === grain.line && place.column === grain.column;
}

/** What a SELECT takes by name from a model, seed or source is there, and no float of theirs is computed with. */
export function usedColumns(file: string, { parts, columns, models }: World): Mistake[] {
  return (parts.facts.get(file)?.uses ?? []).flatMap(({ of, column, isLast, place }) => {
    const there = columns.get(of);
    if (there && !there.includes(column))
      return [{ place, message: `"${of}" has no column "${column}"`, expected: nearestTo(column, there, "columns") }];
    const type = models.get(of)?.columns.find(({ name }) => name === column)?.type ?? "";
    if (isLast || !/^(float(4|8|64)?|double precision|real)$/i.test(type)) return [];
    return [
      {
        place,
        message: `"${of}.${column}" is a float and is computed with`,
        expected: "a float is a column's last operation; keep NUMERIC or integers until then",
      },
    ];
  });
}

/** A gate gives (key, value). */
export function gateColumns(outputs: ReturnType<World["outputs"]>): Mistake[] {
  if (!outputs || outputs.length === 2) return [];
  return [
    {
      place: outputs[0]!.place,
      message: `the gate gives ${outputs.length} column${outputs.length === 1 ? "" : "s"}`,
      expected: "expected two: key and value",
    },
  ];
}

/** A worked case is of a model, gives rows of what that reads, and uses columns that are there. */
export function unitTest(test: Parts["unitTests"][number], { models, columns, config }: World): Mistake[] {
  const model = models.get(test.model);
  if (!model)
    return [
      {
        place: { file: test.file, line: 1, column: 1 },
        message: `the folder names no model: "${test.model}"`,
        expected: nearestTo(test.model, models.keys(), "models"),
      },
    ];
  const reads = readsOf(model);
  const mistakes: Mistake[] = [];
  for (const name of Object.keys(test.vars))
    if (!Object.hasOwn(config.vars, name))
      mistakes.push({
        place: test.places[`vars.${name}`] ?? test.place,
        message: `unknown var "${name}"`,
        expected: nearestTo(name, Object.keys(config.vars), "vars"),
      });
  for (const [name, rows] of Object.entries(test.given)) {
    const place = test.places[name] ?? test.place;
    if (!reads.includes(name))
      mistakes.push({
        place,
        message: `"${model.name}" does not read "${name}"`,
        expected: nearestTo(name, reads, "tables that it reads"),
      });
    else mistakes.push(...unknownFields(rows, columns.get(name), { name, place }));
  }
  return [
    ...mistakes,
    ...unknownFields(test.expect, columns.get(model.name), {
      name: model.name,
      place: test.places.expect ?? test.place,
    }),
  ];
}

function unknownFields(
  rows: readonly Record<string, unknown>[],
  known: readonly string[] | undefined,
  { name, place }: { name: string; place: Place },
): Mistake[] {
  const fields = new Set(rows.flatMap((row) => Object.keys(row)));
  return [...fields]
    .filter((field) => known && !known.includes(field))
    .map((field) => ({
      place,
      message: `"${name}" has no column "${field}"`,
      expected: nearestTo(field, known!, "columns"),
    }));
}
