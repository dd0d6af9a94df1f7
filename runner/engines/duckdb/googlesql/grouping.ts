import type { Context } from "./context.ts";
import type { Environment } from "./environment.ts";
import { operand } from "./expression.ts";
import { mistaken, refused } from "./refusal.ts";
import type { Use } from "./scope.ts";
import type { Listed } from "./select-list.ts";
import type { Expression } from "./tree.ts";
import { isGroupable, nameOfType } from "./type.ts";
import type { Value } from "./value.ts";

type Grouping = {
  listed: Listed[];
  context: Context;
  aliases: Map<string, Value> | undefined;
  environment: Environment;
};

/** GROUP BY takes a name of the select list before a column, a number, or an expression over columns. */
export function groupSql(
  expression: Expression,
  { listed, context, aliases, environment }: Grouping,
): { sql: string; isExpression: boolean } {
  environment.forms.add("GROUP BY");
  const open = listed.some((entry) => entry.kind === "open");
  const index = ordinalOf(expression, open ? undefined : listed.length);
  const entry = index === undefined ? undefined : listed[index];
  const alias =
    expression.kind === "path" && expression.parts.length === 1
      ? aliases?.get(expression.parts[0]!.text.toLowerCase())
      : undefined;
  if (alias?.ambiguous) throw mistaken("GROUP BY", expression.at, "names two columns of the select list");
  const named = entry?.kind === "output" ? entry.output.value : alias;
  const value =
    named ?? operand(expression, { ...context, aliases: undefined, found: { aggregate: false, window: false } });
  if (!named && (value.literal || ["bool", "bytes", "typed"].includes(expression.kind)))
    throw mistaken("GROUP BY", expression.at, "can't take a literal", "leave it out");
  if (!isGroupable(value.type))
    throw refused(`GROUP BY ${nameOfType(value.type)}`, expression.at, "group by its parts");
  return { sql: value.sql, isExpression: !named && expression.kind !== "path" && expression.kind !== "field" };
}

/** `1`: the first column; undefined where the expression is not a number. */
export function ordinalOf(expression: Expression, count: number | undefined): number | undefined {
  if (expression.kind !== "integer") return undefined;
  const index = Number(expression.value) - 1;
  if (count === undefined) throw refused("a column number after *", expression.at, "name the column");
  if (index < 0 || index >= count)
    throw mistaken(String(expression.value), expression.at, "is no column number of this query");
  return index;
}

/** Beside GROUP BY or an aggregate function only grouped columns can be read; an expression counts where it is a whole column of the list. */
export function checkGrouped(uses: readonly Use[], group: readonly string[]): void {
  const loose = uses.find(({ column, sql }) => !group.includes(sql) && !group.includes(column));
  if (loose)
    throw mistaken(
      "a column",
      loose.at,
      "is neither grouped nor aggregated",
      "add it to GROUP BY, or use any_value(...)",
    );
}
