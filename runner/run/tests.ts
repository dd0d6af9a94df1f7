import type { Engine } from "../engines/engine.ts";
import type { Test, Threshold } from "../project/model.ts";
import { literal } from "../project/literal.ts";
import { quotedName } from "../project/render.ts";

/** The failing rows of a generic test, as a SELECT in the dialect of the side: no row means the test holds. */
export function failingRows(
  test: Test,
  { engine, table, to }: { engine: Engine; table: string; to: string | undefined },
): string {
  const name = (column: string) => quotedName(engine.side, column);
  const from =
    test.where === undefined ? `${table} as tested` : `(select * from ${table} where ${test.where}) as tested`;
  const columns = test.columns.map((column) => `tested.${name(column)}`);
  switch (test.kind) {
    case "unique":
      return `select ${columns.join(", ")}, count(*) as rows_found from ${from} where ${columns.map((column) => `${column} is not null`).join(" and ")} group by ${columns.join(", ")} having count(*) > 1`;
    case "not_null":
      return `select * from ${from} where ${columns.map((column) => `${column} is null`).join(" or ")}`;
    case "accepted_values": {
      const values = (test.values ?? []).map((value) => literalOf(engine, value)).join(", ");
      return `select ${columns[0]}, count(*) as rows_found from ${from} where ${columns[0]} is not null and ${columns[0]} not in (${values}) group by ${columns[0]}`;
    }
    case "relationships": {
      const target = `target.${name(test.to!.column)}`;
      return `select ${columns[0]}, count(*) as rows_found from ${from} left join ${to} as target on ${columns[0]} = ${target} where ${columns[0]} is not null and ${target} is null group by ${columns[0]}`;
    }
    case "expression":
      return `select * from ${from} where coalesce((${test.expression}), false) = false`;
    default:
      return test.kind satisfies never;
  }
}

/** Rows of an aggregate whose group is too small. A table that is smaller than that as a whole is one row, and is let be. */
export function smallGroups(
  { size, minGroup }: { size: string; minGroup: number },
  { engine, table }: { engine: Engine; table: string },
): string {
  const column = `tested.${quotedName(engine.side, size)}`;
  return `select tested.* from ${table} as tested cross join (select count(*) as rows_found from ${table}) as whole where whole.rows_found > 1 and coalesce(${column}, 0) < ${minGroup}`;
}

/** What a number of failing rows means for the build. */
export function verdict(
  test: Pick<Test, "severity" | "warnIf" | "errorIf">,
  failures: bigint,
): "passed" | "warned" | "failed" {
  if (test.severity === "error" && reaches(test.errorIf, failures)) return "failed";
  return reaches(test.warnIf, failures) ? "warned" : "passed";
}

function reaches({ operator, value }: Threshold, failures: bigint): boolean {
  const bound = BigInt(value);
  switch (operator) {
    case ">":
      return failures > bound;
    case ">=":
      return failures >= bound;
    case "<":
      return failures < bound;
    case "<=":
      return failures <= bound;
    case "=":
      return failures === bound;
    case "!=":
      return failures !== bound;
    default:
      return operator satisfies never;
  }
}

function literalOf(engine: Engine, value: string | number | boolean): string {
  if (typeof value === "number") return String(value);
  return literal(engine.side, typeof value === "boolean" ? "bool" : "string", String(value))!;
}
