import { basename } from "node:path/posix";
import type { Mistake } from "../errors.ts";
import { checkModel } from "./checks/check-model.ts";
import { splitComment } from "./comment.ts";
import { type ModelSettings, modelSettings, type PiiSetting } from "./header.ts";
import type { Column, Model, Piece, Pii, Side } from "./model.ts";
import type { Partials } from "./partials.ts";
import { type Condition, testsOf } from "./read-tests.ts";
import { readSettings, type Settings } from "./settings.ts";
import type { Facts } from "./facts.ts";
import { readTemplate } from "./template.ts";

/** What one file gave. `partials` are those it asked for; the SQL `isWhole` where no part of the template is missing. */
export type ReadModel = {
  model: Model | undefined;
  mistakes: Mistake[];
  partials: string[];
  isWhole: boolean;
  conditions: Condition[];
  places: Facts["places"];
};

/** Reads one model file; `text` is plain (text.ts), `file` relative to the project folder. */
export function readModel(
  file: string,
  text: string,
  { side, partials }: { side: Side; partials: Partials },
): ReadModel {
  const parts = splitComment(file, text);
  if ("message" in parts)
    return { model: undefined, mistakes: [parts], partials: [], isWhole: false, conditions: [], places: {} };
  const settings = readSettings(modelSettings, parts.yaml, { lines: parts.lines, offset: parts.yamlOffset });
  const template = readTemplate(parts.body, { start: parts.lines.place(parts.bodyOffset), partials });
  const mistakes = [...settings.mistakes, ...template.mistakes, ...nameMistakes(file)];
  const isWhole = template.mistakes.length === 0;
  if (!settings.value)
    return { model: undefined, mistakes, partials: template.partials, isWhole, conditions: [], places: {} };
  const made = modelOf(file, {
    side,
    settings: settings as Settings<ModelSettings> & { value: ModelSettings },
    pieces: template.pieces,
  });
  mistakes.push(...made.mistakes);
  return {
    model: made.model,
    mistakes,
    partials: template.partials,
    isWhole,
    conditions: made.conditions,
    places: made.places,
  };
}

/** A model's name is its file's; the databases and the shell take these letters everywhere without quoting. */
export function nameMistakes(file: string): Mistake[] {
  const name = nameOf(file);
  if (/^[a-z][a-z0-9_]{0,62}$/.test(name)) return [];
  return [
    {
      place: { file, line: 1, column: 1 },
      message: `the name ${JSON.stringify(name)} can't be that of a table everywhere`,
      expected: "expected small letters, digits and _, a letter first, at most 63",
    },
  ];
}

export function nameOf(file: string): string {
  return basename(file).replace(/\.[^.]*$/, "");
}

type Given = { side: Side; settings: Settings<ModelSettings> & { value: ModelSettings }; pieces: Piece[] };

function modelOf(
  file: string,
  { side, settings, pieces }: Given,
): Pick<ReadModel, "mistakes" | "conditions" | "places"> & { model: Model } {
  const { value, placeOf, keyOf, letterOf } = settings;
  const name = nameOf(file);
  const columns: Column[] = Object.entries(value.columns ?? {}).map(([column, setting]) => ({
    name: column,
    type: setting.type,
    description: setting.description,
    pii: piiOf(setting.pii),
    crosses: setting.crosses ?? true,
    place: keyOf(["columns", column]),
  }));
  const grain = value.grain ?? [];
  const ofColumns = Object.entries(value.columns ?? {}).flatMap(([column, { tests = [] }]) =>
    tests.map((setting, index) => ({ columns: [column], setting, path: ["columns", column, "tests", index] })),
  );
  const own = (value.tests ?? []).map((setting, index) => ({ columns: [], setting, path: ["tests", index] }));
  const { tests, conditions, mistakes } = testsOf(name, [...ofColumns, ...own], { grain, placeOf, letterOf });
  const takenFrom = typeof value.taken_from === "string" ? { env: value.taken_from } : value.taken_from;
  const model: Model = {
    name,
    side,
    file,
    description: value.description,
    materialized: value.materialized ?? "table",
    grain,
    published: value.published ?? false,
    exported: value.export ?? false,
    summary: value.summary ?? false,
    tags: value.tags ?? [],
    columns,
    tests,
    indexes: (value.indexes ?? []).map((index) =>
      Array.isArray(index)
        ? { columns: index, unique: false, using: undefined }
        : { columns: index.columns, unique: index.unique ?? false, using: index.using },
    ),
    primaryKey: value.primary_key ?? [],
    unlogged: value.unlogged ?? false,
    partitionBy: value.partition_by,
    clusterBy: value.cluster_by ?? [],
    labels: value.labels ?? {},
    takenFrom: takenFrom && { env: takenFrom.env, ifMissing: takenFrom.if_missing ?? "fail" },
    pieces,
    reads: [...new Set([...referencesIn(pieces).reads, ...(value.depends_on ?? [])])],
    readsSources: referencesIn(pieces).readsSources,
    vars: referencesIn(pieces).vars,
    shape: "",
    place: placeOf([]),
  };
  model.shape = shapeOf(model);
  const naming = [
    ...(["grain", "primary_key", "partition_by", "cluster_by"] as const)
      .filter((setting) => value[setting] !== undefined)
      .map((setting) => [setting]),
    ...model.indexes.map((_, index) => ["indexes", index]),
    ...columns.filter(({ pii }) => pii.kind === "aggregate").map((column) => ["columns", column.name, "pii"]),
  ];
  const added = (value.depends_on ?? []).map(
    (read, index) => [`depends_on.${read}`, placeOf(["depends_on", index])] as const,
  );
  const places = Object.fromEntries([...added, ...naming.map((path) => [path.join("."), placeOf(path)] as const)]);
  return { model, conditions, places, mistakes: [...mistakes, ...checkModel(model, settings)] };
}

/** What a template reads, each once, in the order of first mention. */
export function referencesIn(pieces: readonly Piece[]): Pick<Model, "reads" | "readsSources" | "vars"> {
  const reads = new Set<string>();
  const sources = new Map<string, { source: string; table: string }>();
  const vars = new Map<string, { name: string; type: string }>();
  for (const piece of pieces) {
    if (piece.kind === "ref") reads.add(piece.name);
    if (piece.kind === "source")
      sources.set(`${piece.source}.${piece.table}`, { source: piece.source, table: piece.table });
    if (piece.kind === "var") vars.set(`${piece.name} ${piece.type}`, { name: piece.name, type: piece.type });
  }
  return { reads: [...reads], readsSources: [...sources.values()], vars: [...vars.values()] };
}

/** The settings that shape the table, in one text: what is said of it (descriptions, tags, tests, pii, published) is not among them. */
function shapeOf(model: Model): string {
  return JSON.stringify({
    materialized: model.materialized,
    columns: model.columns.map(({ name, type, crosses }) => [name, type, crosses]),
    indexes: model.indexes.map(({ columns, unique, using }) => [columns, unique, using ?? null]),
    primaryKey: model.primaryKey,
    unlogged: model.unlogged,
    partitionBy: model.partitionBy ?? null,
    clusterBy: model.clusterBy,
    labels: Object.entries(model.labels).sort(([one], [other]) => (one < other ? -1 : 1)),
    takenFrom: model.takenFrom ?? null,
  });
}

/** Where `minGroup` is the name of a var, limits.ts puts the number in; until then it is that name. */
function piiOf(setting: PiiSetting | undefined): Pii {
  if (setting === undefined) return { kind: "personal" };
  if (typeof setting === "string") return { kind: setting };
  if (setting.aggregate)
    return { kind: "aggregate", minGroup: setting.aggregate.min_group as number, size: setting.aggregate.size };
  if ("keyed_hash" in setting) return { kind: "keyed_hash", detail: setting.keyed_hash };
  return { kind: "truncate", detail: setting.truncate };
}
