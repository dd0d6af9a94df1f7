import { parse } from "csv-parse/sync";
import type { Mistake, Place } from "../errors.ts";
import type { TextFile } from "./files.ts";
import { nearestTo } from "./nearest.ts";
import type { Seed } from "./seed.ts";
import { type Read, typed } from "./seed-row.ts";
import { shown } from "./shown.ts";
import { Lines } from "./text.ts";

/** A header line names the columns, in any order; an empty field is NULL, except in a column of text. */
export function readCsv({ file, text }: TextFile, columns: Seed["columns"]): Read {
  const lines = new Lines(file, text);
  const fields: { text: string; line: number; column: number }[][] = [];
  try {
    parse(text, {
      relaxColumnCount: true,
      skipEmptyLines: true,
      onRecord: (record: string[], context: { lines: number }) =>
        void fields.push(record.map((field) => ({ text: field, line: context.lines, column: 1 }))),
    });
  } catch (error) {
    const { lines: line = 1, message } = error as { lines?: number; message: string };
    return {
      rows: [],
      mistakes: [
        {
          place: { file, line, column: 1 },
          message: `not CSV: ${message}`,
          expected: "expected fields with commas between, in double quotes where needed",
        },
      ],
    };
  }
  const places = fieldPlaces(text, lines);
  const [header, ...records] = fields.map((record, row) =>
    record.map((field, index) => ({ text: field.text, place: places[row]?.[index] ?? lines.place(0) })),
  );
  if (!header)
    return {
      rows: [],
      mistakes: [
        {
          place: lines.place(0),
          message: "the file is empty",
          expected: `expected a header line: ${columns.map(({ name }) => name).join(",")}`,
        },
      ],
    };
  const names = columns.map(({ name }) => name);
  const mistakes: Mistake[] = [];
  for (const [index, { text: name, place }] of header.entries()) {
    if (!names.includes(name))
      mistakes.push({
        place,
        message: `column ${shown(name)} is not declared`,
        expected: nearestTo(name, names, "columns"),
      });
    else if (header.findIndex((other) => other.text === name) < index)
      mistakes.push({ place, message: `column "${name}" stands twice`, expected: "expected each column once" });
  }
  for (const name of names)
    if (!header.some((field) => field.text === name))
      mistakes.push({
        place: lines.place(0),
        message: `column "${name}" is not in the header line`,
        expected: nearestTo(
          name,
          header.map((field) => field.text),
          "columns",
        ),
      });
  if (mistakes.length > 0) return { rows: [], mistakes };
  const rows = records.map((record) => {
    const place = record[0]!.place;
    if (record.length !== header.length) {
      mistakes.push({
        place,
        message: `${record.length} field${record.length === 1 ? "" : "s"}`,
        expected: `expected ${header.length}, as in the header line`,
      });
      return { values: [], place };
    }
    const before = mistakes.length;
    const values = columns.map((column) => {
      const field = record[header.findIndex((name) => name.text === column.name)]!;
      return typed(column, field.text, { place: field.place, mistakes });
    });
    return { values: mistakes.length > before ? [] : values, place };
  });
  return { rows, mistakes };
}

/** Where each field of each record begins, as the CSV grammar has it; blank lines are no records. */
function fieldPlaces(text: string, lines: Lines): Place[][] {
  const records: Place[][] = [];
  const field = /(?:"(?:[^"]|"")*"|[^",\n]*)(,|\n|$)/y;
  let record: Place[] = [];
  for (let at = 0; at < text.length; ) {
    field.lastIndex = at;
    const match = field.exec(text);
    if (!match) break;
    if (record.length === 0 && match[0] === "\n") {
      at += 1;
      continue;
    }
    record.push(lines.place(at));
    at += match[0].length;
    if (match[1] === ",") {
      if (at === text.length) record.push(lines.place(at));
    } else {
      records.push(record);
      record = [];
    }
    if (match[0] === "") break;
  }
  if (record.length > 0) records.push(record);
  return records;
}
