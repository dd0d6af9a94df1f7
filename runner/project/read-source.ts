import { z } from "zod";
import type { Mistake } from "../errors.ts";
import { columnName, names, text } from "./fields.ts";
import type { Facts } from "./facts.ts";
import { readSettings } from "./settings.ts";
import type { KeptSource } from "./source.ts";
import { Lines } from "./text.ts";
import { declaredType } from "./value.ts";

export const loadedType = z.string().refine((type) => declaredType(type) !== undefined, {
  message: "expected int64, bool, string, bytes, date, timestamp or numeric(p, s) of at most 38 digits",
});

const column = z.strictObject({ type: loadedType, description: z.string().optional() });

const bundled = z.union([
  names.min(1, "expected at least one file"),
  z.strictObject({ generator: text, reads: names.optional(), vars: names.optional() }),
]);

const input = z
  .strictObject({
    kind: z.enum(["file", "files", "folder"]),
    what: text,
    pattern: text.optional(),
    keep: z.boolean().optional(),
    bundled: bundled.optional(),
  })
  .superRefine((value, context) => {
    if (value.pattern !== undefined && value.kind !== "folder")
      context.addIssue({
        code: "custom",
        path: ["pattern"],
        message: `a ${value.kind} has no pattern; expected kind: folder`,
      });
    if (value.pattern !== undefined && !isPattern(value.pattern))
      context.addIssue({
        code: "custom",
        path: ["pattern"],
        message: `${JSON.stringify(value.pattern)} is no regular expression; expected one of JavaScript`,
      });
    if (value.bundled && !Array.isArray(value.bundled) && value.kind !== "folder")
      context.addIssue({
        code: "custom",
        path: ["bundled"],
        message: `a generator fills a folder, not a ${value.kind}; expected kind: folder`,
      });
  });

const sourceSettings = z.strictObject({
  description: z.string().optional(),
  attribution: names.optional(),
  inputs: z.record(columnName, input),
  parser: text,
  vars: names.optional(),
  tags: names.optional(),
  tables: z.record(
    columnName,
    z.strictObject({
      description: z.string().optional(),
      rejects: z.boolean().optional(),
      columns: z.record(columnName, column),
    }),
  ),
});

/** Reads `sources/<name>/source.yaml`; `text` is plain (text.ts). Whether its files exist is not looked at here. */
export function readSource(
  file: string,
  yaml: string,
): { source: KeptSource | undefined; mistakes: Mistake[]; places: Facts["places"] } {
  const lines = new Lines(file, yaml);
  const folder = file.slice(0, file.lastIndexOf("/"));
  const { value, mistakes, placeOf, keyOf } = readSettings(sourceSettings, yaml, { lines, offset: 0 });
  if (!value) return { source: undefined, mistakes, places: {} };
  const inputs = Object.entries(value.inputs).map(([name, { kind, what, pattern, keep, bundled }]) => ({
    name,
    kind,
    what,
    pattern: pattern === undefined ? undefined : wholeName(pattern),
    keep: keep ?? true,
    bundled: Array.isArray(bundled)
      ? { files: bundled }
      : bundled && {
          generator: within(folder, bundled.generator),
          reads: bundled.reads ?? [],
          vars: bundled.vars ?? [],
        },
  }));
  for (const [name, table] of Object.entries(value.tables))
    if (Object.keys(table.columns).length === 0)
      mistakes.push({
        place: keyOf(["tables", name]),
        message: `table "${name}" has no columns`,
        expected: "expected at least one column",
      });
  const source: KeptSource = {
    name: folder.slice(folder.lastIndexOf("/") + 1),
    file,
    description: value.description,
    attribution: value.attribution ?? [],
    inputs,
    tables: Object.entries(value.tables).map(([name, table]) => ({
      name,
      description: table.description,
      columns: Object.entries(table.columns).map(([column, setting]) => ({
        name: column,
        type: setting.type,
        description: setting.description,
      })),
      rejects: table.rejects ?? false,
    })),
    tags: value.tags ?? [],
    parser: within(folder, value.parser),
    vars: value.vars ?? [],
    place: placeOf([]),
  };
  const generators = inputs.flatMap(({ name, bundled }) =>
    bundled && "generator" in bundled ? [{ name, bundled }] : [],
  );
  const places = Object.fromEntries([
    [source.parser, placeOf(["parser"])],
    ...source.vars.map((name, index) => [`vars.${name}`, placeOf(["vars", index])]),
    ...generators.flatMap(({ name, bundled }) => [
      [bundled.generator, placeOf(["inputs", name, "bundled", "generator"])],
      ...(bundled.reads ?? []).map((read, index) => [
        `reads.${read}`,
        placeOf(["inputs", name, "bundled", "reads", index]),
      ]),
      ...(bundled.vars ?? []).map((read, index) => [
        `vars.${read}`,
        placeOf(["inputs", name, "bundled", "vars", index]),
      ]),
    ]),
  ]);
  return { source, mistakes, places };
}

/** A pattern matches whole names. */
function wholeName(pattern: string): string {
  return `^(?:${pattern})$`;
}

function isPattern(pattern: string): boolean {
  try {
    return Boolean(new RegExp(wholeName(pattern), "u"));
  } catch {
    return false;
  }
}

function within(folder: string, path: string): string {
  return `${folder}/${path}`.replaceAll("/./", "/");
}
