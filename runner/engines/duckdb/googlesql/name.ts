import type { Context } from "./context.ts";
import { operand } from "./expression.ts";
import { mistaken, refused } from "./refusal.ts";
import { type Found, findName, findTable, type Scope, sameName, type Table } from "./scope.ts";
import type { Expression, Name } from "./tree.ts";
import { fieldNames, int64, quoted, unknown } from "./type.ts";
import { coerced, describeType, type Value } from "./value.ts";

export function pathValue(parts: Name[], context: Context): Value {
  const [first, second] = parts as [Name, Name | undefined];
  const alias = context.aliases?.get(first.text.toLowerCase());
  if (alias && second && findTable(context.scope, first.text))
    throw refused(
      `${first.text}.${second.text}`,
      first.at,
      `${first.text} is a table and a name of the select list; rename one`,
    );
  if (alias?.ambiguous) throw mistaken(first.text, first.at, "names two columns of the select list");
  if (alias) return withFields({ ...alias, at: first.at }, parts.slice(1));
  const found = findName(context.scope, first.text);
  switch (found.kind) {
    case "column": {
      const { sql, type } = found.column;
      return noted({ sql, type, at: first.at, leaf: true }, parts.slice(1), found.scope);
    }
    case "table":
      if (second) return noted(columnOf(found.table, first, second), parts.slice(2), found.scope);
      throw refused(
        `${first.text}, a whole row as a value`,
        first.at,
        "name its columns, struct(a, b); a column of the table's own name needs the table in front",
      );
    case "ambiguous":
      throw mistaken(first.text, first.at, "is a column of more than one table", "write the table in front");
    case "open":
      return openColumn(parts, found, context);
    case "nothing":
      throw mistaken(first.text, first.at, "is no column or table here", context.nearest(first.text));
    default:
      return found satisfies never;
  }
}

/** The column, or a field of it; its scope is told that it was read. */
function noted(column: Value, fields: readonly Name[], scope: Scope): Value {
  const value = withFields(column, fields);
  scope.uses?.push({ column: column.sql, sql: value.sql, at: column.at });
  return value;
}

/** A name that only a table with unknown columns can have, or a query further out. */
function openColumn(parts: Name[], { tables, outside, scope }: Found & { kind: "open" }, context: Context): Value {
  const [first, second] = parts as [Name, Name | undefined];
  const known = second && findTable(context.scope, first.text);
  if (known) return noted(columnOf(known.table, first, second), parts.slice(2), known.scope);
  const sure = tables.length === 1 && !outside;
  if (second !== undefined && !sure)
    throw refused(`${first.text}.${second.text}`, first.at, "write the table in front");
  const sql = sure ? `${quoted(tables[0]!.alias!)}.${quoted(first.text)}` : quoted(first.text);
  return noted({ sql, type: unknown, at: first.at, leaf: true }, parts.slice(1), scope);
}

function columnOf(table: Table, alias: Name, name: Name): Value {
  if (table.columns === undefined)
    return { sql: `${quoted(table.alias!)}.${quoted(name.text)}`, type: unknown, at: alias.at, leaf: true };
  const columns = table.columns.filter((column) => sameName(column.name, name.text));
  if (columns.length === 1) return { sql: columns[0]!.sql, type: columns[0]!.type, at: alias.at, leaf: true };
  if (columns.length > 1) throw mistaken(`${alias.text}.${name.text}`, alias.at, "is more than one column");
  throw mistaken(`${alias.text}.${name.text}`, name.at, `${alias.text} has no such column`);
}

function withFields(value: Value, names: readonly Name[]): Value {
  return names.reduce(fieldOf, value);
}

export function fieldOf(value: Value, name: Name): Value {
  if (value.type.kind === "UNKNOWN")
    return { sql: `(${value.sql}).${quoted(name.text)}`, type: unknown, at: value.at, leaf: true };
  if (value.type.kind !== "STRUCT") throw mistaken(`.${name.text}`, name.at, `${describeType(value)} has no fields`);
  const { fields } = value.type;
  const found = fields.flatMap((field, index) =>
    field.name !== undefined && sameName(field.name, name.text) ? [index] : [],
  );
  if (found.length !== 1)
    throw mistaken(
      `.${name.text}`,
      name.at,
      found.length === 0 ? "is no field of the struct" : "is more than one field of the struct",
    );
  const index = found[0]!;
  return {
    sql: `(${value.sql}).${quoted(fieldNames(fields)[index]!)}`,
    type: fields[index]!.type,
    at: value.at,
    ...(value.leaf ? { leaf: true } : {}),
  };
}

export function elementOf({ of, index, by, at }: Expression & { kind: "element" }, context: Context): Value {
  const array = operand(of, context);
  const position = operand(index, context);
  const number = coerced(position, int64);
  if (array.type.kind === "UNKNOWN")
    throw refused("an element of a value of unknown type", at, "read it from unnest(...) with offset");
  if (array.type.kind !== "ARRAY" || number === undefined) {
    if (array.type.kind === "JSON") throw refused("a JSON subscript", at, "use json_value(...)");
    throw mistaken(`[${by}]`, at, `${describeType(array)} has no element at ${describeType(position)}`);
  }
  context.form(by === "index" ? "array[n]" : `array[${by}(n)]`);
  const shift = by === "ordinal" || by === "safe_ordinal" ? "" : " + 1";
  const macro = by.startsWith("safe_") ? "bq_safe_element" : "bq_element";
  return { sql: `${macro}(${array.sql}, ${number.sql}${shift})`, type: array.type.element, at };
}
