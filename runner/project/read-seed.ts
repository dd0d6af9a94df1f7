import { z } from "zod";
import type { Mistake, Place } from "../errors.ts";
import { columnName, names, oneOrMore, text } from "./fields.ts";
import type { TextFile } from "./files.ts";
import { nearestTo } from "./nearest.ts";
import { nameMistakes, nameOf } from "./read-model.ts";
import { loadedType } from "./read-source.ts";
import type { Seed } from "./seed.ts";
import { readCsv } from "./seed-csv.ts";
import type { Row } from "./seed-row.ts";
import { readYaml } from "./seed-yaml.ts";
import { readSettings } from "./settings.ts";
import { Lines } from "./text.ts";

const seedSettings = z.strictObject({
  description: z.string().optional(),
  grain: oneOrMore.optional(),
  tags: names.optional(),
  rows: text.optional(),
  columns: z.record(
    columnName,
    z.strictObject({ type: loadedType, description: z.string().optional(), from: text.optional() }),
  ),
});

/** Reads `seeds/<name>.yaml` with its data. Every value that is not of its type, and every key that stands twice, is a mistake. */
export function readSeed(
  file: string,
  yaml: string,
  data: readonly TextFile[],
): { seed: Seed | undefined; mistakes: Mistake[] } {
  const lines = new Lines(file, yaml);
  const { value, mistakes, placeOf, keyOf } = readSettings(seedSettings, yaml, { lines, offset: 0 });
  mistakes.push(...nameMistakes(file));
  if (!value) return { seed: undefined, mistakes };
  const columns = Object.entries(value.columns).map(([name, { type, description, from }]) => ({
    name,
    type,
    description,
    from,
  }));
  const grain = value.grain ?? [];
  const declared = columns.map(({ name }) => name);
  if (columns.length === 0)
    mistakes.push({
      place: placeOf(["columns"]),
      message: "the seed has no columns",
      expected: "expected at least one column",
    });
  for (const key of grain.filter((name) => !declared.includes(name)))
    mistakes.push({
      place: placeOf(["grain"]),
      message: `unknown column "${key}" in grain`,
      expected: nearestTo(key, declared, "columns"),
    });
  for (const { name, from } of columns)
    if (from !== undefined && value.rows === undefined)
      mistakes.push({
        place: placeOf(["columns", name, "from"]),
        message: `column "${name}" has a path, and the seed no rows`,
        expected: "expected rows: with the name of a list",
      });
  if (data.length === 0)
    mistakes.push({
      place: keyOf([]),
      message: "the seed has no data",
      expected: `expected ${file.replace(/\.yaml$/, value.rows === undefined ? ".csv" : "/*.yaml")}`,
    });
  const read = data.map((part) =>
    part.file.endsWith(".csv") ? readCsv(part, columns) : readYaml(part, { columns, list: value.rows ?? "rows" }),
  );
  mistakes.push(
    ...read.flatMap((part) => part.mistakes),
    ...repeated(
      read.flatMap((part) => part.rows),
      { names: declared, grain },
    ),
  );
  const seed: Seed = {
    name: nameOf(file),
    file,
    description: value.description,
    tags: value.tags ?? [],
    columns,
    grain,
    dataFiles: data.map((part) => part.file),
    rows: read.flatMap((part) => part.rows.map((row) => row.values)),
    place: placeOf([]),
  };
  return { seed, mistakes };
}

function repeated(rows: readonly Row[], { names, grain }: { names: string[]; grain: string[] }): Mistake[] {
  const positions = grain.map((name) => names.indexOf(name));
  if (positions.length === 0 || positions.includes(-1)) return [];
  const first = new Map<string, Place>();
  return rows.flatMap(({ values, place }) => {
    if (values.length === 0) return [];
    const key = positions.map((position) => values[position]);
    const text = `${grain.join(", ")} ${key.map((value) => value ?? "NULL").join(", ")}`;
    if (key.includes(null))
      return [{ place, message: `${text}: a key is NULL`, expected: "expected a value in each column of grain" }];
    const before = first.get(JSON.stringify(key));
    if (!before) first.set(JSON.stringify(key), place);
    return before
      ? [
          {
            place,
            message: `${text} stands twice`,
            expected: `first at ${before.file}:${before.line}:${before.column}`,
          },
        ]
      : [];
  });
}
