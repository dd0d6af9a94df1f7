import type { OutputColumn, Relation } from "./context.ts";
import type { Environment } from "./environment.ts";
import { bodyOf } from "./query.ts";
import { mistaken, refused } from "./refusal.ts";
import type { Scope } from "./scope.ts";
import type { Body, SetOperator } from "./tree.ts";
import { isGroupable, nameOfType, quoted, sameType, type Type, unknown } from "./type.ts";
import { coerced, commonType, type Value } from "./value.ts";

const setKeywords: Record<SetOperator, string> = {
  "union all": "UNION ALL",
  "union distinct": "UNION",
  "except distinct": "EXCEPT",
  "intersect distinct": "INTERSECT",
};

/** Set operations of one kind in a row: each column takes the type that fits all of them. */
export function setOf(body: Body & { kind: "set" }, environment: Environment, outer: Scope | undefined): Relation {
  const { operator, at } = body;
  const sides = operandsOf(body, operator).map((side) => bodyOf(side, environment, outer));
  const word = operator.toUpperCase();
  environment.forms.add(word);
  const join = (texts: readonly string[]) =>
    texts.reduce((done, text, index) => `${index > 1 ? `(${done})` : done}\n${setKeywords[operator]}\n${text}`);
  const first = sides[0]!.columns;
  const closed = sides.flatMap(({ columns }) => (columns ? [columns] : []));
  if (first === undefined || closed.length < sides.length) {
    const columns = first?.map((column) => ({ ...column, type: unknown }));
    return { columns, sql: join(sides.map(({ sql }) => `(${sql})`)) };
  }
  const odd = closed.find(({ length }) => length !== first.length);
  if (odd) throw mistaken(word, at, `joins ${first.length} columns with ${odd.length}`);
  const types = first.map((_, index) => {
    const columns = closed.map((side) => side[index]!);
    return commonColumn(columns, { word, index, at });
  });
  if (operator !== "union all")
    for (const type of types)
      if (!isGroupable(type)) throw refused(`${word} of ${nameOfType(type)}`, at, "use union all");
  const columns = first.map((column, index) => ({ ...plain(column), type: types[index]! }));
  return { columns, sql: join(sides.map((side) => `(${converted(side, types, environment)})`)) };
}

function operandsOf(body: Body, operator: SetOperator): Body[] {
  if (body.kind !== "set" || body.operator !== operator) return [body];
  return [...operandsOf(body.left, operator), body.right];
}

function plain({ name, inner, type }: OutputColumn): OutputColumn {
  return { name, inner, type };
}

function asValue(column: OutputColumn, at: number): Value {
  return { ...(column.value ?? { sql: "" }), type: column.type, at };
}

function commonColumn(columns: OutputColumn[], { word, index, at }: { word: string; index: number; at: number }): Type {
  const type = commonType(columns.map((column) => asValue(column, at)));
  if (type === undefined)
    throw mistaken(
      word,
      at,
      `column ${index + 1} is ${columns.map((column) => nameOfType(column.type)).join(" and ")}`,
      "cast one side",
    );
  return type;
}

/** The side with its columns in these types. A bare literal is written again, as GoogleSQL reads it for that type. */
function converted(side: Relation, types: readonly Type[], environment: Environment): string {
  const columns = side.columns!;
  const bare = (column: OutputColumn) => column.value?.literal !== undefined;
  if (
    columns.every(
      (column, index) =>
        types[index]!.kind === "UNKNOWN" ||
        (sameType(column.type, types[index]!) && column.value?.literal?.kind !== "null"),
    )
  )
    return side.sql;
  const alias = environment.nextAlias();
  const list = columns.map((column, index) => {
    const read = `${quoted(alias)}.${quoted(column.inner)}`;
    const value = coerced(bare(column) ? asValue(column, 0) : { sql: read, type: column.type, at: 0 }, types[index]!);
    return `${value?.sql ?? read} AS ${quoted(column.inner)}`;
  });
  return `SELECT ${list.join(", ")} FROM (${side.sql}) AS ${quoted(alias)}`;
}
