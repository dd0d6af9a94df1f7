import { comparedValues } from "./comparison.ts";
import { condition } from "./expression.ts";
import { build, type FromClause, type Here, type Starred } from "./from.ts";
import { mistaken, refused } from "./refusal.ts";
import { type Column, sameName } from "./scope.ts";
import type { From, JoinType, Name } from "./tree.ts";
import { nameOfType, quoted, sameType, unknown } from "./type.ts";
import { unnested } from "./unnest.ts";

export function joined(from: From & { kind: "join" }, here: Here): FromClause {
  const { type, at } = from;
  const left = build(from.left, undefined, here);
  const isArray = from.right.kind === "unnest";
  const array = isArray ? unnested(from.right as From & { kind: "unnest" }, left, here) : undefined;
  const right = array?.clause ?? build(from.right, left, here);
  const lateral = array?.correlated || right.sql.startsWith("LATERAL ");
  if (isArray && lateral && (type === "right" || type === "full"))
    throw mistaken(`${type.toUpperCase()} JOIN UNNEST`, at, "can't follow the tables whose array it reads");
  for (const table of right.tables) {
    if (
      table.alias !== undefined &&
      left.tables.some((other) => other.alias !== undefined && sameName(other.alias, table.alias!))
    )
      throw mistaken(table.alias, at, "names two tables of one FROM", "give one an alias");
  }
  here.contextOf(undefined).form(type === "cross" ? "CROSS JOIN, comma" : `${type.toUpperCase()} JOIN`);
  const tables = [...left.tables, ...right.tables];
  const merged = mergedOf(left, right);
  const both: FromClause = { sql: "", tables, merged, star: [...left.star, ...right.star] };
  if (type === "cross") return { ...both, sql: `${left.sql}\nCROSS JOIN ${right.sql}` };
  if (from.using.length > 0) return joinedUsing({ type, using: from.using }, left, right, both, here);
  if (from.on === undefined)
    return {
      ...both,
      sql: type === "left" ? `${left.sql}\nLEFT JOIN ${right.sql} ON true` : `${left.sql}\nCROSS JOIN ${right.sql}`,
    };
  const on = condition(from.on, here.contextOf({ tables, merged, outer: here.outer, uses: undefined }), "ON");
  if (lateral && type !== "inner")
    throw refused("LEFT JOIN UNNEST ... ON", at, "filter the array first, unnest(array(select ... where ...))");
  const parenthesized = from.right.kind === "join" ? `(${right.sql})` : right.sql;
  return { ...both, sql: `${left.sql}\n${type.toUpperCase()} JOIN ${parenthesized} ON ${on}` };
}

/** A merged column of one side stays so, unless the other side has the name as well. */
function mergedOf(left: FromClause, right: FromClause): Map<string, Column> {
  const merged = new Map<string, Column>();
  for (const [own, other] of [
    [left, right],
    [right, left],
  ] as const)
    for (const [name, column] of own.merged) if (!has(other, name)) merged.set(name, column);
  return merged;
}

function has(clause: FromClause, name: string): boolean {
  return (
    clause.merged.has(name) ||
    clause.tables.some((table) => table.columns?.some((column) => sameName(column.name, name)))
  );
}

function joinedUsing(
  { type, using }: { type: JoinType; using: Name[] },
  left: FromClause,
  right: FromClause,
  both: FromClause,
  here: Here,
): FromClause {
  const context = here.contextOf(undefined);
  context.form("USING (columns)");
  const first: Starred[] = [];
  const tests = using.map((name) => {
    const [leftColumn, rightColumn] = [usingColumn(left, name), usingColumn(right, name)];
    const values = comparedValues(
      name.at,
      "USING",
      context,
      [leftColumn, rightColumn].map(({ sql, type: of }) => ({ sql, type: of, at: name.at })),
    );
    if (
      !sameType(leftColumn.type, rightColumn.type) &&
      type !== "inner" &&
      ![leftColumn, rightColumn].some((column) => column.type.kind === "UNKNOWN")
    )
      throw refused(
        `USING (${name.text}) of ${nameOfType(leftColumn.type)} and ${nameOfType(rightColumn.type)}`,
        name.at,
        "cast one side first",
      );
    const sql =
      type === "right"
        ? rightColumn.sql
        : type === "full"
          ? `coalesce(${leftColumn.sql}, ${rightColumn.sql})`
          : leftColumn.sql;
    const column: Column = {
      name: leftColumn.name,
      type: leftColumn.type.kind === "UNKNOWN" ? rightColumn.type : leftColumn.type,
      sql,
    };
    both.merged.set(name.text.toLowerCase(), column);
    first.push({ kind: "column", column });
    return `${values[0]!.sql} = ${values[1]!.sql}`;
  });
  const rest = both.star.flatMap((entry): Starred[] => {
    if (entry.kind === "open")
      return [
        {
          ...entry,
          except: [
            ...entry.except,
            ...using.filter((name) => belongsTo(entry.alias, name, left, right)).map(({ text }) => text),
          ],
        },
      ];
    return using.some(({ text }) => entry.column.name !== undefined && sameName(entry.column.name, text))
      ? []
      : [entry];
  });
  const parenthesized = right.tables.length > 1 ? `(${right.sql})` : right.sql;
  return {
    ...both,
    sql: `${left.sql}\n${type.toUpperCase()} JOIN ${parenthesized} ON ${tests.join(" AND ")}`,
    star: [...first, ...rest],
  };
}

/** Is it this unknown table that the column of USING was taken from? */
function belongsTo(alias: string, name: Name, left: FromClause, right: FromClause): boolean {
  return [left, right].some((side) => usingColumn(side, name).sql === `${quoted(alias)}.${quoted(name.text)}`);
}

function usingColumn(side: FromClause, name: Name): Column {
  const merged = side.merged.get(name.text.toLowerCase());
  if (merged) return merged;
  const found = side.tables
    .flatMap((table) => [...(table.columns ?? []), ...(table.element ? [table.element] : [])])
    .filter((column) => sameName(column.name, name.text));
  if (found.length === 1) return found[0]!;
  if (found.length > 1)
    throw mistaken(`USING (${name.text})`, name.at, "is in more than one table of one side", "use ON");
  const open = side.tables.filter((table) => table.columns === undefined);
  if (open.length === 1)
    return { name: name.text, type: unknown, sql: `${quoted(open[0]!.alias!)}.${quoted(name.text)}` };
  if (open.length > 1)
    throw refused(`USING (${name.text}) after several tables`, name.at, "use ON with the table in front of the column");
  throw mistaken(`USING (${name.text})`, name.at, "is not a column of both sides");
}
