import { operand } from "./expression.ts";
import { type FromClause, type Here, type Starred, scopeOf } from "./from.ts";
import { GoogleSqlError, mistaken } from "./refusal.ts";
import type { Column, Table, Unnamed } from "./scope.ts";
import type { From } from "./tree.ts";
import { fieldNames, int64, quoted, type Type, unknown } from "./type.ts";
import { describeType, type Value } from "./value.ts";

/** An array as a table. It is correlated where it names a table to its left. */
export function unnested(
  from: From & { kind: "unnest" },
  left: FromClause | undefined,
  here: Here,
): { clause: FromClause; correlated: boolean } {
  const { value, correlated } = arrayOfUnnest(from, left, here);
  if (value.type.kind !== "ARRAY" && value.type.kind !== "UNKNOWN")
    throw mistaken("UNNEST", from.at, `takes an array, not ${describeType(value)}`);
  const element: Type = value.type.kind === "ARRAY" ? value.type.element : unknown;
  const alias = here.environment.nextAlias();
  const context = here.contextOf(undefined);
  context.form(from.position ? "UNNEST(array) WITH OFFSET" : "UNNEST(array)");
  const itself: Column | Unnamed = { name: from.alias?.text, type: element, sql: `${quoted(alias)}."value"` } as Column;
  const position: Column | undefined = from.position && {
    name: from.position.text,
    type: int64,
    sql: `${quoted(alias)}."position"`,
  };
  const fields = element.kind === "STRUCT" ? fieldsOf(itself, element.fields) : [];
  const numbered = position ? `, CAST(unnest(range(len(${value.sql}))) AS BIGINT) AS "position"` : "";
  const sql = `${correlated ? "LATERAL " : ""}(SELECT unnest(${value.sql}) AS "value"${numbered}) AS ${quoted(alias)}`;
  const named = fields.filter((field): field is Column => field.name !== undefined);
  const tables: Table[] = [
    { alias: from.alias?.text, columns: named, ...(from.alias ? { element: itself as Column } : {}) },
  ];
  if (position) tables.push({ alias: undefined, columns: [position] });
  const star: Starred[] = [...(element.kind === "STRUCT" ? fields : [itself]), ...(position ? [position] : [])].map(
    (column) => ({ kind: "column", column }),
  );
  return { clause: { sql, tables, merged: new Map(), star }, correlated };
}

export function fieldsOf(
  value: { sql: string },
  fields: readonly { name: string | undefined; type: Type }[],
): (Column | Unnamed)[] {
  const inner = fieldNames(fields);
  return fields.map(
    ({ name, type }, index) => ({ name, type, sql: `(${value.sql}).${quoted(inner[index]!)}` }) as Column,
  );
}

function arrayOfUnnest(
  { array }: From & { kind: "unnest" },
  left: FromClause | undefined,
  here: Here,
): { value: Value; correlated: boolean } {
  if (left === undefined) return { value: operand(array, here.contextOf(here.outer)), correlated: false };
  const { noted } = here.environment;
  const before = noted?.length ?? 0;
  try {
    const value = operand(array, here.contextOf(here.outer));
    if (noted === undefined || noted.length === before) return { value, correlated: false };
    noted.length = before;
  } catch (error) {
    if (!(error instanceof GoogleSqlError)) throw error;
  }
  return { value: operand(array, here.contextOf(scopeOf(left, here))), correlated: true };
}
