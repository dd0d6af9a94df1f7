import { z } from "zod";
import { columnName, names, oneOrMore, text } from "./fields.ts";
import { materializations, testKinds } from "./model.ts";

/*
 * The settings that a file's first comment may hold, as people write them. Nothing else is known: a setting that is not here is a
 * mistake with the nearest one.
 */

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const limit = z.union([z.number(), text]);

const threshold = z
  .string()
  .regex(/^\s*(>=|<=|!=|>|<|=)\s*\d+\s*$/, 'expected a comparison with a number, such as ">10"')
  .transform((value) => {
    const [, operator, number] = /(>=|<=|!=|>|<|=)\s*(\d+)/.exec(value)!;
    return { operator: operator as ">" | ">=" | "=" | "!=" | "<" | "<=", value: Number(number) };
  });

const severity = z.enum(["error", "warn"]);
const bounds = { severity: severity.optional(), warn_if: threshold.optional(), error_if: threshold.optional() };
const common = { name: text.optional(), where: text.optional(), ...bounds };

const manyColumns = z.strictObject({ columns: names.min(1, "expected at least one column").optional(), ...common });
const acceptedValues = z.union([
  z.array(scalar).min(1, "expected at least one value"),
  z.strictObject({ values: z.array(scalar).min(1, "expected at least one value"), ...common }),
]);
const relationships = z.strictObject({ to: text, column: text, ...common });
const expression = z.union([text, z.strictObject({ sql: text, ...common })]);

const testWithSettings = z
  .strictObject({
    unique: manyColumns.optional(),
    not_null: manyColumns.optional(),
    accepted_values: acceptedValues.optional(),
    relationships: relationships.optional(),
    expression: expression.optional(),
  })
  .superRefine((value, context) => {
    const kinds = Object.keys(value);
    if (kinds.length !== 1)
      context.addIssue({
        code: "custom",
        message: `a test has ${kinds.length} kinds; expected one of ${testKinds.join(", ")}`,
      });
  });

const test = z.union([
  z.enum(testKinds).superRefine((kind, context) => {
    if (kind !== "unique" && kind !== "not_null")
      context.addIssue({
        code: "custom",
        message: `${kind} says nothing of what it expects; expected ${testExample[kind]}`,
      });
  }),
  testWithSettings,
]);

const testExample = {
  accepted_values: "{accepted_values: [a, b]}",
  relationships: "{relationships: {to: model, column: column}}",
  expression: '{expression: "a >= 0"}',
};

const pii = z.union([
  z.enum(["none", "personal"]),
  z
    .strictObject({
      aggregate: z
        .strictObject({ min_group: z.union([z.int().min(1, "expected a number from 1"), text]), size: text })
        .optional(),
      keyed_hash: z.unknown().optional(),
      truncate: z.unknown().optional(),
    })
    .superRefine((value, context) => {
      if (Object.keys(value).length !== 1)
        context.addIssue({
          code: "custom",
          message: "pii names no one declassifier; expected one of aggregate, keyed_hash, truncate",
        });
    }),
]);

const column = z.strictObject({
  type: text,
  description: z.string().optional(),
  pii: pii.optional(),
  crosses: z.boolean().optional(),
  tests: z.array(test).optional(),
});

const index = z.union([
  names.min(1, "expected at least one column"),
  z.strictObject({
    columns: names.min(1, "expected at least one column"),
    unique: z.boolean().optional(),
    using: text.optional(),
  }),
]);

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected the name of an environment variable");

export const modelSettings = z.strictObject({
  description: z.string().optional(),
  materialized: z.enum(materializations).optional(),
  grain: oneOrMore.optional(),
  published: z.boolean().optional(),
  export: z.boolean().optional(),
  summary: z.boolean().optional(),
  tags: names.optional(),
  depends_on: names.optional(),
  columns: z.record(columnName, column).optional(),
  tests: z.array(test).optional(),
  indexes: z.array(index).optional(),
  primary_key: oneOrMore.optional(),
  unlogged: z.boolean().optional(),
  partition_by: text.optional(),
  cluster_by: z.array(text).min(1, "expected at least one column").max(4, "expected at most four columns").optional(),
  labels: z
    .record(
      z
        .string()
        .regex(/^\p{Ll}[\p{Ll}\p{N}_-]{0,62}$/u, "expected small letters, digits, _ and -, at most 63, a letter first"),
      z.string().regex(/^[\p{Ll}\p{N}_-]{0,63}$/u, "expected small letters, digits, _ and -, at most 63"),
    )
    .optional(),
  taken_from: z
    .union([variable, z.strictObject({ env: variable, if_missing: z.enum(["fail", "empty"]).optional() })])
    .optional(),
});
export type ModelSettings = z.output<typeof modelSettings>;
export type TestSetting = z.output<typeof test>;
export type PiiSetting = z.output<typeof pii>;

const engine = z.enum(["postgres", "warehouse"]);

/** `test/sql/*.sql` */
export const sqlTestSettings = z.strictObject({
  description: z.string().optional(),
  engine: engine.optional(),
  for_each: z.literal("published text column").optional(),
  ...bounds,
});

/** `test/gates/*.sql` */
export const gateSettings = z.strictObject({
  description: z.string().optional(),
  engine: engine.optional(),
  min: limit.optional(),
  max: limit.optional(),
  max_change_percent: limit.optional(),
  max_keys_lost: limit.optional(),
});
