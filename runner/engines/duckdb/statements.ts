import type { Comments, CrossingColumn, Relation } from "../engine.ts";
import { exported, imported, quoteName, quoteText } from "./types.ts";

export function nameOf({ dataset, name }: Relation): string {
  return `${quoteName(dataset)}.${quoteName(name)}`;
}

export function comments(relation: Relation & { kind: "table" | "view" }, { table, columns }: Comments): string[] {
  const name = nameOf(relation);
  return [
    `comment on ${relation.kind} ${name} is ${table === undefined ? "null" : quoteText(table)}`,
    ...Object.entries(columns).map(
      ([column, text]) => `comment on column ${name}.${quoteName(column)} is ${quoteText(text)}`,
    ),
  ];
}

/** Text is always quoted, so that NULL (nothing) and the empty string ("") stay two values. */
export function copyTo(file: string, relation: Relation, columns: readonly CrossingColumn[]): string {
  const text = columns.filter(({ type }) => type.kind === "string" || type.kind === "bytes");
  const quoted = text.length > 0 ? `, force_quote (${text.map(({ name }) => quoteName(name)).join(", ")})` : "";
  const list = columns.map(exported).join(", ");
  return `copy (select ${list} from ${nameOf(relation)}) to ${quoteText(file)} (format csv, header false, nullstr ''${quoted})`;
}

export function createFromFile(file: string, relation: Relation, columns: readonly CrossingColumn[]): string {
  const read = columns.map((column) => `${quoteText(column.name)}: '${imported(column).read}'`).join(", ");
  const stored = columns.map((column) => imported(column).stored).join(", ");
  return (
    `create table ${nameOf(relation)} as select ${stored} from read_csv(${quoteText(file)}, auto_detect = false, header = false, ` +
    `delim = ',', quote = '"', escape = '"', new_line = '\\n', nullstr = '', allow_quoted_nulls = false, strict_mode = true, ` +
    `max_line_size = 8388608, columns = {${read}})`
  );
}
