import { build, type FromClause, type Here, tableClause } from "./from.ts";
import { mistaken, refused } from "./refusal.ts";
import { type Column, sameName, type Unnamed } from "./scope.ts";
import type { From } from "./tree.ts";
import { quoted, quotedText, sameType, scalar } from "./type.ts";
import { commonType } from "./value.ts";

/** One row for each column and row that is not NULL there. */
export function unpivoted(from: From & { kind: "unpivot" }, here: Here): FromClause {
  const { at } = from;
  const of = build(from.of, undefined, here);
  const columns = of.star.map((entry) => {
    if (entry.kind === "open")
      throw refused("UNPIVOT of a table whose columns are not known", at, "select the columns in a step before");
    return entry.column;
  });
  const taken = from.columns.map(({ column }) => {
    const found = columns.filter(({ name }) => name !== undefined && sameName(name, column.text));
    if (found.length !== 1) throw mistaken(column.text, column.at, "is no column here");
    return found[0]!;
  });
  const type = commonType(taken.map((column) => ({ sql: column.sql, type: column.type, at })));
  if (type === undefined || !taken.every((column) => sameType(column.type, type)))
    throw refused("UNPIVOT of several types", at, "cast the columns to one type first");
  here.contextOf(undefined).form("UNPIVOT");
  const alias = from.alias?.text ?? here.environment.nextAlias();
  const inner = here.environment.nextAlias();
  const kept = columns.filter((column) => !taken.includes(column));
  const labels = from.columns.map(({ column, label }) => quotedText(label?.text ?? column.text));
  const list = [
    ...kept.map((column, index) => `${column.sql} AS ${quoted(`kept${index}`)}`),
    `unnest([${taken.map(({ sql }) => sql).join(", ")}]) AS "value"`,
    `unnest([${labels.join(", ")}]) AS "name"`,
  ];
  const sql = `(SELECT * FROM (SELECT ${list.join(", ")} FROM ${of.sql}) AS ${quoted(inner)} WHERE "value" IS NOT NULL) AS ${quoted(alias)}`;
  const output: (Column | Unnamed)[] = [
    ...kept.map(
      (column, index) =>
        ({ name: column.name, type: column.type, sql: `${quoted(alias)}.${quoted(`kept${index}`)}` }) as Column,
    ),
    { name: from.value.text, type, sql: `${quoted(alias)}."value"` },
    { name: from.name.text, type: scalar("STRING"), sql: `${quoted(alias)}."name"` },
  ];
  return tableClause(sql, alias, output);
}
