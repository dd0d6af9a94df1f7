import { crossingType } from "../../engines/canonical.ts";
import type { Mistake } from "../../errors.ts";
import { transfersOf } from "../graph.ts";
import type { Model } from "../model.ts";
import { inOrder } from "../order.ts";
import type { Parts } from "../parts.ts";
import type { World } from "./world.ts";

/** An ephemeral model is part of what reads it, so it has no table to copy. */
export function edges({ parts, models }: World): Mistake[] {
  return [...parts.models, ...parts.sqlTests, ...parts.gates].flatMap((reader) =>
    reader.reads.flatMap((name) => {
      const model = models.get(name);
      if (model?.materialized !== "ephemeral" || model.side === reader.side) return [];
      const piece = reader.pieces.find((candidate) => candidate.kind === "ref" && candidate.name === name);
      const place = piece?.place ?? { file: reader.file, line: 1, column: 1 };
      const message = `"${name}" is ephemeral and in the other engine (${model.side}), so there is nothing to copy`;
      return [{ place, message, expected: "expected materialized: table" }];
    }),
  );
}

/** What reads itself, directly or through others, can't be built. */
export function cycle({ models }: Parts): Mistake[] {
  const byName = new Map(models.map((model) => [model.name, model]));
  const order = inOrder(byName.keys(), (name) => byName.get(name)?.reads ?? []);
  if (Array.isArray(order)) return [];
  const [first, second] = order.cycle.map((name) => byName.get(name)!) as [Model, Model];
  const piece = first.pieces.find((candidate) => candidate.kind === "ref" && candidate.name === second.name);
  return [
    {
      place: piece?.place ?? first.place,
      message: `a cycle: ${order.cycle.join(" -> ")}`,
      expected: "take one of these references out",
    },
  ];
}

/** A model that is copied to the other engine says what its columns are there. */
export function crossings(parts: Parts, { models }: World): Mistake[] {
  const transfers = transfersOf({
    models,
    seeds: new Map(),
    sqlTests: new Map(parts.sqlTests.map((test) => [test.name, test])),
    gates: new Map(parts.gates.map((gate) => [gate.name, gate])),
  });
  return [...transfers.values()].flatMap(({ model, to, for: readers }) => {
    if (model.materialized === "ephemeral") return []; // said where it is read
    if (model.columns.length === 0)
      return [
        {
          place: model.place,
          message: `"${model.name}" is copied to the ${to} for ${readers[0]}, and declares no columns`,
          expected: "expected columns: with a type each",
        },
      ];
    return model.columns.flatMap((column) => {
      const type = column.crosses ? crossingType(column.type) : undefined;
      if (!type || !("refused" in type)) return [];
      return [
        {
          place: column.place,
          message: `column "${column.name}" is copied to the ${to} for ${readers[0]}: ${type.refused}`,
          expected: "expected another type, or crosses: false",
        },
      ];
    });
  });
}
