import type { Mistake } from "../../errors.ts";
import { nearestTo } from "../nearest.ts";
import type { World } from "./world.ts";

/** Columns that declare something else of personal data than `test/pii.yaml` demands. */
export function policyMistakes({ parts, models }: World): Mistake[] {
  return parts.policy.flatMap(({ model: name, column: columnName, pii, place }): Mistake[] => {
    const model = models.get(name);
    if (!model)
      return [{ place, message: `unknown model "${name}"`, expected: nearestTo(name, models.keys(), "models") }];
    const column = model.columns.find((declared) => declared.name === columnName);
    if (!column) {
      const known = model.columns.map((declared) => declared.name);
      return [
        {
          place,
          message: `"${name}" has no column "${columnName}"`,
          expected: nearestTo(columnName, known, "columns"),
        },
      ];
    }
    if (column.pii.kind === pii) return [];
    const message = `pii of ${name}.${columnName} is ${column.pii.kind}`;
    return [{ place: column.place, message, expected: `${place.file}:${place.line} demands ${pii}` }];
  });
}
