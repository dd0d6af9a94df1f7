import type { InputFile, Parser, RowSink, Value } from "../../runner/inputs/parser.ts";
import { columns } from "./columns.ts";
import { type CsvRecord, readRecords } from "./records.ts";

/**
 * The records of all objects in the order of their names, each typed; one that cannot be read goes to the rejects with its
 * reason. Each object begins with a header line, which may have the columns in any order; an object without one has lost
 * its beginning, and is an error.
 */
const parse: Parser = async ({ inputs, out }) => {
  const objects = (inputs.usage_logs ?? []).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  for (const object of objects) await readObject(object, out.usage_log!, out.usage_rejects!);
};

export default parse;

async function readObject(object: InputFile, log: RowSink, rejects: RowSink): Promise<void> {
  let fields: number[] | undefined; // for each column its place in the object
  for await (const records of readRecords(object)) {
    for (const record of records) {
      if (!fields) {
        fields = fieldsOf(record, object);
        continue;
      }
      const row = rowOf(record, fields);
      if (row === header) continue;
      const full =
        typeof row === "string"
          ? rejects.write([object.name, record.line, row, readableBytes(record, fields)])
          : log.write(row);
      if (full) await full;
    }
  }
  if (!fields) throw new Error(`${object.name}: no header line; expected ${columns.map(({ name }) => name).join(",")}`);
}

/** Reads the header. Throws an Error naming what is missing. */
function fieldsOf(record: CsvRecord, object: InputFile): number[] {
  const names =
    record.broken === undefined ? Array.from({ length: record.count }, (_, field) => record.text(field)) : [];
  const fields = columns.map(({ name }) => names.indexOf(name));
  if (names.length === columns.length && !fields.includes(-1)) return fields;
  const missing = columns.filter((_, index) => fields[index] === -1).map(({ name }) => name);
  throw new Error(
    `${object.name}:${record.line}: not the header of a usage log (${missing.length > 0 ? `missing: ${missing.join(", ")}` : `${names.length} columns`}); expected the ${columns.length} columns of GCS usage logs, version 0`,
  );
}

const header = Symbol("a header line among the records, as where objects were joined");

/** The typed row, or the reason why there is none. */
function rowOf(record: CsvRecord, fields: readonly number[]): Value[] | string | typeof header {
  if (record.broken !== undefined) return record.broken;
  if (record.count !== columns.length) return `${record.count} fields, expected ${columns.length}`;
  if (record.hasNul) return "a NUL byte";
  const row: Value[] = new Array(columns.length);
  for (let index = 0; index < columns.length; index++) {
    const field = fields[index]!;
    const column = columns[index]!;
    if (column.type === "string") row[index] = record.text(field);
    else {
      const value = record.int64(field);
      if (value === undefined) return record.text(field) === column.name ? header : `${column.name} is not an INT64`;
      row[index] = value;
    }
  }
  return whyNoTime(row[0] as number | bigint | null) ?? row;
}

/** The time is part of a record's key, and its day is UTC's: a record has one, between the years 1 and 9999. */
function whyNoTime(timeMicros: number | bigint | null): string | undefined {
  if (timeMicros === null) return "time_micros is empty";
  const isTime = timeMicros >= -62_135_596_800_000_000n && timeMicros <= 253_402_300_799_999_999n;
  return isTime ? undefined : "time_micros is not a time of the years 1 to 9999";
}

function readableBytes(record: CsvRecord, fields: readonly number[]): Value {
  const field = fields[bytesColumn]!;
  return field < record.count ? (record.int64(field) ?? 0) : 0;
}

const bytesColumn = columns.findIndex(({ name }) => name === "sc_bytes");
