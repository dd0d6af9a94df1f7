import type { Mistake, Place } from "../../errors.ts";
import { runnerVars } from "../config.ts";
import { literal, textOfVar } from "../literal.ts";
import type { Piece, Query } from "../model.ts";
import { nearestTo } from "../nearest.ts";
import type { Parts } from "../parts.ts";
import { shown } from "../shown.ts";
import type { World } from "./world.ts";

/** Names that stand for two things. */
export function twice({ models, seeds, sources, sqlTests }: Parts): Mistake[] {
  const mistakes: Mistake[] = [];
  const first = new Map<string, { what: string; place: Place }>();
  for (const source of sources)
    for (const table of source.tables)
      first.set(`${source.name}__${table.name}`, { what: "source table", place: source.place });
  const named = [
    ...models.map((model) => ({ what: "model", ...model })),
    ...seeds.map((seed) => ({ what: "seed", ...seed })),
  ];
  for (const { what, name, file, place } of named) {
    const other = first.get(name);
    const at = { ...place, file, line: 1, column: 1 };
    if (other)
      mistakes.push({
        place: at,
        message: `a ${what} and a ${other.what} are both named "${name}"`.replace(
          `a ${what} and a ${what} are both`,
          `two ${what}s are`,
        ),
        expected: `the other is ${other.place.file}`,
      });
    else first.set(name, { what, place });
  }
  const tests = new Map<string, string>();
  for (const { name, file, place } of [
    ...models.flatMap((model) => model.tests.map((test) => ({ ...test, file: model.file }))),
    ...sqlTests.map((test) => ({ ...test, place: { file: test.file, line: 1, column: 1 } })),
  ]) {
    const other = tests.get(name);
    if (other)
      mistakes.push({
        place,
        message: `two tests are named "${name}"`,
        expected: `the other is in ${other}; give one a name:`,
      });
    else tests.set(name, file);
  }
  return mistakes;
}

type Reader = Pick<Query, "name" | "file" | "side" | "pieces" | "reads" | "readsSources">;

/** Every `ref`, `source` and `var` leads somewhere, and every var's value is of the type that is asked for. */
export function references(reader: Reader, { readable, sources, config, parts }: World): Mistake[] {
  const mistakes: Mistake[] = [];
  for (const piece of reader.pieces) mistakes.push(...reference(piece));
  const shownInTemplate = new Set(reader.pieces.flatMap((piece) => (piece.kind === "ref" ? [piece.name] : [])));
  const places = parts.facts.get(reader.file)?.places;
  for (const name of reader.reads)
    if (!shownInTemplate.has(name) && !readable.has(name))
      mistakes.push({
        place: places?.[`depends_on.${name}`] ?? { file: reader.file, line: 1, column: 1 },
        message: `unknown model or seed "${name}" in depends_on`,
        expected: nearestTo(name, readable, "models"),
      });
  return mistakes;

  function reference(piece: Piece): Mistake[] {
    const { place } = piece;
    switch (piece.kind) {
      case "ref":
        return readable.has(piece.name)
          ? []
          : [
              {
                place,
                message: `unknown model or seed "${piece.name}"`,
                expected: nearestTo(piece.name, readable, "models"),
              },
            ];
      case "source": {
        const tables = sources.get(piece.source);
        if (!tables)
          return [
            {
              place,
              message: `unknown source "${piece.source}"`,
              expected: nearestTo(piece.source, sources.keys(), "sources"),
            },
          ];
        return tables.includes(piece.table)
          ? []
          : [
              {
                place,
                message: `source "${piece.source}" has no table "${piece.table}"`,
                expected: nearestTo(piece.table, tables, "tables"),
              },
            ];
      }
      case "var": {
        const { name, type } = piece;
        if (!Object.hasOwn(config.vars, name))
          return [
            { place, message: `unknown var "${name}"`, expected: nearestTo(name, Object.keys(config.vars), "vars") },
          ];
        const text = textOfVar(config.vars[name]);
        if (text !== undefined && literal(reader.side, type, text) !== undefined) return [];
        return [
          {
            place,
            message: `var "${name}" is ${shown(config.vars[name])}`,
            expected: `expected ${type === "string" ? "text" : type}`,
          },
        ];
      }
      case "text":
      case "ident":
      case "this":
        return [];
      default:
        return piece satisfies never;
    }
  }
}

/** Vars that parsers are given have a value, and generators read inputs that exist. */
export function sources({ sources: all, facts }: Parts, { config }: World): Mistake[] {
  const inputs = all.flatMap((source) => source.inputs.map(({ name }) => name));
  return all.flatMap((source) => {
    const generators = source.inputs.flatMap(({ bundled }) => (bundled && "generator" in bundled ? [bundled] : []));
    const unknownVars = [...source.vars, ...generators.flatMap(({ vars }) => vars)].filter(
      (name) => !Object.hasOwn(config.vars, name),
    );
    const unknownInputs = generators.flatMap(({ reads }) => reads).filter((name) => !inputs.includes(name));
    const placeOf = (key: string) => facts.get(source.file)?.places[key] ?? source.place;
    return [
      ...unknownVars.map((name) => ({
        place: placeOf(`vars.${name}`),
        message: `unknown var "${name}" in vars`,
        expected: nearestTo(name, Object.keys(config.vars), "vars"),
      })),
      ...unknownInputs.map((name) => ({
        place: placeOf(`reads.${name}`),
        message: `unknown input "${name}" in reads`,
        expected: nearestTo(name, inputs, "inputs"),
      })),
    ];
  });
}

/** A var that was given and that nothing uses is most likely a wrong name. */
export function unusedVars(parts: Parts, { config }: World): Mistake[] {
  const used = new Set([
    ...runnerVars,
    ...[...parts.models, ...parts.sqlTests, ...parts.gates].flatMap(({ vars }) => vars.map(({ name }) => name)),
    ...parts.sources.flatMap((source) => [
      ...source.vars,
      ...source.inputs.flatMap(({ name, bundled }) => [name, ...(bundled && "vars" in bundled ? bundled.vars : [])]),
    ]),
  ]);
  const known = [...new Set([...used, ...Object.keys(config.vars)])].filter(
    (name) => !(config.givenVars ?? []).includes(name) || used.has(name),
  );
  return (config.givenVars ?? [])
    .filter((name) => !used.has(name))
    .map((name) => ({
      place: { file: "targets.yaml", line: 1, column: 1 },
      message: `nothing in the project uses the var "${name}" of target "${config.target}" or --vars`,
      expected: nearestTo(name, known, "vars"),
    }));
}
