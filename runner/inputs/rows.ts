import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { crossingType } from "../engines/canonical.ts";
import type { LoadedColumn } from "../project/source.ts";
import type { RowSink, Value } from "./parser.ts";

const flushAt = 1 << 18; // characters gathered before a write, so that a row costs no system call

/**
 * Writes rows as a transfer file (engines/canonical.ts). `write` throws where a row has another number of values than there
 * are columns, or a value is not of its column's type: a database would round it or read it as something else. `close` answers
 * the number of rows.
 */
export function openRowFile(
  file: string,
  table: string,
  columns: readonly LoadedColumn[],
): RowSink & { close(): Promise<bigint> } {
  const stream = createWriteStream(file, { highWaterMark: 1 << 20 });
  const fields = columns.map(({ type }) => fieldOf(type));
  let failure: Error | undefined;
  stream.on("error", (error) => {
    failure = new Error(`${table} can't be written to ${file}: ${error.message}`, { cause: error });
  });
  let gathered = "";
  let rowCount = 0n;

  return {
    write(row) {
      if (row.length !== columns.length)
        throw new Error(`${table}: a row has ${row.length} values, the table has ${columns.length} columns`);
      let line = "";
      for (let index = 0; index < row.length; index += 1) {
        const value = row[index] as Value | undefined;
        if (index > 0) line += ",";
        if (value === null) continue;
        const field = value === undefined ? undefined : fields[index]!(value);
        if (field === undefined) throw wrongType(index, value);
        line += field;
      }
      gathered += line;
      gathered += "\n";
      rowCount += 1n;
      if (gathered.length < flushAt) return;
      return flush();
    },
    async close() {
      await flush();
      stream.end();
      await finished(stream).catch(() => undefined); // told in words of our own
      if (failure) throw failure;
      return rowCount;
    },
  };

  async function flush(): Promise<void> {
    if (failure) throw failure;
    const text = gathered;
    gathered = "";
    if (!stream.write(text)) await once(stream, "drain").catch(() => undefined);
    if (failure) throw failure;
  }

  function wrongType(index: number, value: unknown): Error {
    const { name, type } = columns[index]!;
    const shown = typeof value === "string" ? JSON.stringify(value.slice(0, 60)) : String(value);
    return new Error(`${table}.${name}, row ${rowCount + 1n}: ${shown} is not of type ${type}, and not null`);
  }
}

/** The field of a value that is not null; undefined where the value is not of the type. */
type Field = (value: string | number | bigint | boolean) => string | undefined;

function fieldOf(type: string): Field {
  const crossing = crossingType(type);
  if ("refused" in crossing) throw new Error(crossing.refused);
  switch (crossing.kind) {
    case "string":
      return (value) => quoted(typeof value === "string" ? value : String(value));
    case "int64":
      return (value) => {
        if (typeof value === "bigint") return String(value);
        if (typeof value === "number") return Number.isSafeInteger(value) ? String(value) : undefined;
        return textLike(value, /^-?\d+$/);
      };
    case "bool":
      return (value) => (typeof value === "boolean" ? String(value) : textLike(value, /^(?:true|false)$/));
    case "bytes":
      return (value) => textLike(value, /^\\x(?:[\da-f]{2})*$/i);
    case "date":
      return (value) => textLike(value, /^(?!0000)\d{4}-\d\d-\d\d$/);
    case "timestamp":
      return (value) =>
        textLike(value, /^(?!0000)\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d(?::?\d\d)?)$/);
    case "numeric": {
      const digits = new RegExp(crossing.scale === 0 ? "^-?\\d+$" : `^-?\\d+(?:\\.\\d{1,${crossing.scale}})?$`);
      return (value) => textLike(value, digits);
    }
    default:
      return crossing satisfies never;
  }
}

function textLike(value: string | number | bigint | boolean, form: RegExp): string | undefined {
  const text = String(value);
  return form.test(text) ? text : undefined;
}

function quoted(text: string): string {
  return text.includes('"') ? `"${text.replaceAll('"', '""')}"` : `"${text}"`;
}
