import { isMap, isScalar, parseDocument, visit } from "yaml";
import { z } from "zod";
import type { Mistake } from "../errors.ts";
import { readSettings } from "./settings.ts";
import { Lines } from "./text.ts";
import type { UnitTest } from "./unit-test.ts";

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const rows = z.array(z.record(z.string(), scalar));

const unitTestSettings = z.strictObject({
  description: z.string().optional(),
  given: z.record(z.string(), rows).optional(),
  vars: z.record(z.string(), scalar).optional(),
  expect: rows,
});

/** Reads `test/models/<model>/<case>.yaml`; `text` is plain (text.ts). Numbers keep the digits they are written with. */
export function readUnitTest(file: string, yaml: string): { unitTest: UnitTest | undefined; mistakes: Mistake[] } {
  const lines = new Lines(file, yaml);
  const { value, mistakes, placeOf, keyOf } = readSettings(unitTestSettings, yaml, { lines, offset: 0 });
  if (!value) return { unitTest: undefined, mistakes };
  const written = asWritten(yaml) as {
    given?: UnitTest["given"];
    vars?: Record<string, string | null>;
    expect: UnitTest["expect"];
  };
  const [model, name] = file.split("/").slice(-2) as [string, string];
  const unitTest: UnitTest = {
    name: `${model}/${name.replace(/\.ya?ml$/, "")}`,
    model,
    file,
    description: value.description,
    given: written.given ?? {},
    vars: Object.fromEntries(Object.entries(written.vars ?? {}).map(([key, text]) => [key, text ?? ""])),
    expect: written.expect,
    places: Object.fromEntries([
      ...Object.keys(value.given ?? {}).map((key) => [key, keyOf(["given", key])] as const),
      ...Object.keys(value.vars ?? {}).map((key) => [`vars.${key}`, keyOf(["vars", key])] as const),
      ["expect", keyOf(["expect"])] as const,
    ]),
    place: placeOf([]),
  };
  return { unitTest, mistakes };
}

/** YAML with every scalar as the text it is written with, so that 64-bit numbers, dates and trailing zeros stay; null stays null. */
export function asWritten(yaml: string): unknown {
  const document = parseDocument(yaml, { prettyErrors: false });
  visit(document, {
    Scalar(key, node) {
      if (key !== "key" && node.value !== null && typeof node.value !== "string")
        node.value = node.source ?? String(node.value);
    },
    Pair(_, pair) {
      if (isScalar(pair.key) && !isMap(pair.key)) pair.key.value = String(pair.key.value);
    },
  });
  return document.toJS();
}
