import { parse } from "yaml";
import { z } from "zod";
import type { Mistake } from "../errors.ts";
import { text } from "./fields.ts";
import { asWritten } from "./read-unit-test.ts";
import { readSettings } from "./settings.ts";
import { Lines } from "./text.ts";

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** A schema of Postgres has 63 letters at most, and `_<YYYYMMDD>_<n>` comes after this one. */
export const datasetName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,47}$/, "expected letters, digits and _, no digit first, at most 48");

const dataformSettings = z.strictObject({
  warehouse: z.literal("bigquery").optional(),
  defaultDatabase: text.optional(),
  defaultSchema: datasetName,
  defaultLocation: text.optional(),
  assertionSchema: text.optional(),
  vars: z.record(z.string(), z.string()).optional(),
});

const postgresChoices = ["embedded", "DATABASE_URL", "DATABASE_URL, or embedded"] as const;

const targetSettings = z.strictObject({
  postgres: z.enum(postgresChoices).optional(),
  warehouse: z.enum(["duckdb", "bigquery"]).optional(),
  inputs: z.enum(["bundled", "files"]).optional(),
  dataset: datasetName.optional(),
  memory_limit: z
    .string()
    .regex(/^\d+(\.\d+)? ?([KMGT]i?B)$/i, "expected an amount such as 512MB")
    .optional(),
  project: text.optional(),
  location: text.optional(),
  vars: z.record(z.string(), z.union([scalar, z.array(scalar)])).nullish(),
});

const targetsSettings = z
  .strictObject({
    default: text,
    targets: z.record(
      z.string().regex(/^[a-z][a-z0-9_]{0,30}$/, "expected small letters, digits and _, a letter first"),
      targetSettings,
    ),
  })
  .superRefine((value, context) => {
    if (!Object.hasOwn(value.targets, value.default))
      context.addIssue({
        code: "custom",
        path: ["default"],
        message: `there is no target "${value.default}"; expected one of ${Object.keys(value.targets).join(", ")}`,
      });
  });

export type DataformSettings = z.output<typeof dataformSettings>;
export type TargetSettings = Omit<z.output<typeof targetSettings>, "vars"> & { vars: Record<string, unknown> };
export type TargetsSettings = { default: string; targets: Record<string, TargetSettings> };

/** dataform.json, read as YAML, of which JSON is a part, for the places of its mistakes. */
export function readDataform(file: string, json: string): { value: DataformSettings | undefined; mistakes: Mistake[] } {
  const { value, mistakes } = readSettings(dataformSettings, json, { lines: new Lines(file, json), offset: 0 });
  return { value, mistakes };
}

/** targets.yaml; values of vars are the text they are written as. */
export function readTargets(file: string, yaml: string): { value: TargetsSettings | undefined; mistakes: Mistake[] } {
  const { value, mistakes } = readSettings(targetsSettings, yaml, { lines: new Lines(file, yaml), offset: 0 });
  if (!value) return { value: undefined, mistakes };
  const written = asWritten(yaml) as { targets: Record<string, { vars?: Record<string, unknown> }> };
  const targets = Object.entries(value.targets).map(
    ([name, target]) => [name, { ...target, vars: written.targets[name]?.vars ?? {} }] as const,
  );
  return { value: { default: value.default, targets: Object.fromEntries(targets) }, mistakes };
}

/** The map that `--vars` was given; the sentence of what is wrong where it is none. */
export function readVars(yaml: string): Record<string, unknown> | string {
  try {
    const value: unknown = parse(yaml, { prettyErrors: false });
    if (value === null || value === undefined) return {};
    if (typeof value !== "object" || Array.isArray(value)) return "it is no map";
    const written = asWritten(yaml) as Record<string, unknown>;
    const wrong = Object.entries(written).find(
      ([, inner]) =>
        typeof inner === "object" &&
        inner !== null &&
        !(Array.isArray(inner) && inner.every((part) => typeof part !== "object")),
    );
    return wrong ? `${wrong[0]} is a map` : written;
  } catch (error) {
    return `it is not YAML: ${(error as Error).message.replace(/\s*\n.*/s, "")}`;
  }
}
