import { z } from "zod";
import type { Mistake, Place } from "../errors.ts";
import type { Pii } from "./model.ts";
import { readSettings } from "./settings.ts";
import { Lines } from "./text.ts";

/**
 * `test/pii.yaml`: what published columns have to declare, whatever their model says; `<model>: {<column>: aggregate}`. It stands
 * apart from the models so that an edit of one file can't take a promise back unseen.
 */
export type Policy = { model: string; column: string; pii: Pii["kind"]; place: Place }[];

const kinds = ["none", "personal", "aggregate", "keyed_hash", "truncate"] as const;

export function readPolicy(file: string, yaml: string): { policy: Policy | undefined; mistakes: Mistake[] } {
  const schema = z.record(z.string(), z.record(z.string(), z.enum(kinds)));
  const { value, mistakes, keyOf } = readSettings(schema, yaml, { lines: new Lines(file, yaml), offset: 0 });
  const policy = Object.entries(value ?? {}).flatMap(([model, columns]) =>
    Object.entries(columns).map(([column, pii]) => ({ model, column, pii, place: keyOf([model, column]) })),
  );
  return { policy: value && policy, mistakes };
}
