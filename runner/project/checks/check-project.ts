import type { Mistake } from "../../errors.ts";
import type { Config } from "../config.ts";
import type { Parts } from "../parts.ts";
import { columnsOf, gateColumns, unitTest, usedColumns } from "./columns.ts";
import { crossings, cycle, edges } from "./edges.ts";
import { references, sources, twice, unusedVars } from "./names.ts";
import { policyMistakes } from "./policy.ts";
import { worldOf } from "./world.ts";

/** What only the whole project can tell: names that lead nowhere or to two places, columns of other files, edges between engines. */
export function checkProject(parts: Parts, config: Config): Mistake[] {
  const world = worldOf(parts, config);
  return [
    ...twice(parts),
    ...parts.models.flatMap((model) => [...references(model, world), ...columnsOf(model, world)]),
    ...edges(world),
    ...[...parts.sqlTests, ...parts.gates].flatMap((query) => references(query, world)),
    ...[...parts.models, ...parts.sqlTests, ...parts.gates].flatMap(({ file }) => usedColumns(file, world)),
    ...parts.gates.flatMap(({ file }) => gateColumns(world.outputs(file))),
    ...parts.unitTests.flatMap((test) => unitTest(test, world)),
    ...sources(parts, world),
    ...cycle(parts),
    ...crossings(parts, world),
    ...unusedVars(parts, world),
    ...policyMistakes(world),
  ];
}
