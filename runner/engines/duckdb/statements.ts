import type { Comments, CrossingColumn, Relation } from "../engine.ts";
import { exported, imported, quoteName, quoteText } from "./types.ts";

export function nameOf({ dataset, name }: Relation): string {
  return `${quoteName(dataset)}.${quoteName(name)}`;
}

/** Says exactly this: a column that is not told of loses what was said of it. */
export function comments(
  relation: Relation & { kind: "table" | "view" },
  { columns, comments: { table, columns: texts } }: { columns: readonly string[]; comments: Comments },
): string[] {
  const name = nameOf(relation);
  const said = (text: string | undefined) => (text === undefined ? "null" : quoteText(text));
  return [
    `comment on ${relation.kind} ${name} is ${said(table)}`,
    ...[...new Set([...columns, ...Object.keys(texts)])].map(
      (column) => `comment on column ${name}.${quoteName(column)} is ${said(texts[column])}`,
    ),
  ];
}

/**
 * The empty string is written in quotes and NULL without, as DuckDB does with what looks like NULL; in a table of one column all
 * text is, since `\.` alone on a line ends the data for older servers. In no order: DuckDB would hold the rows to keep theirs.
 */
export function copyTo(file: string, relation: Relation, columns: readonly CrossingColumn[]): string {
  const quoted =
    columns.length === 1 && columns[0]!.type.kind === "string" ? `, force_quote (${quoteName(columns[0]!.name)})` : "";
  const list = columns.map(exported).join(", ");
  return `copy (select ${list} from ${nameOf(relation)}) to ${quoteText(file)} (format csv, header false, nullstr '', preserve_order false${quoted})`;
}

/** Memory goes with the longest row that is prepared for: DuckDB keeps two or three buffers of that size. */
export function createFromFile(
  file: string,
  relation: Relation,
  { columns, maxRowBytes }: { columns: readonly CrossingColumn[]; maxRowBytes: number },
): string {
  const read = columns.map((column) => `${quoteText(column.name)}: '${imported(column).read}'`).join(", ");
  const stored = columns.map((column) => imported(column).stored).join(", ");
  return (
    `create table ${nameOf(relation)} as select ${stored} from read_csv(${quoteText(file)}, auto_detect = false, header = false, ` +
    `delim = ',', quote = '"', escape = '"', new_line = '\\n', nullstr = '', allow_quoted_nulls = false, strict_mode = true, ` +
    `max_line_size = ${maxRowBytes}, buffer_size = ${maxRowBytes}, columns = {${read}})`
  );
}
