import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import type { LoadedColumn } from "../project/source.ts";
import type { RowSink, Value } from "./parser.ts";

const flushAt = 1 << 18; // characters gathered before a write, so that a row costs no system call

/**
 * Writes rows as a transfer file (engines/canonical.ts). `write` throws where a row has another number of values than there
 * are columns; `close` answers the number of rows.
 */
export function openRowFile(file: string, table: string, columns: readonly LoadedColumn[]): RowSink & { close(): Promise<bigint> } {
  const stream = createWriteStream(file, { highWaterMark: 1 << 20 });
  const quoted = columns.map(({ type }) => /^(string|bytes)$/i.test(type));
  let failure: Error | undefined;
  stream.on("error", (error) => {
    failure = error;
  });
  let gathered = "";
  let rowCount = 0n;

  return {
    write(row) {
      if (row.length !== columns.length)
        throw new Error(`${table}: a row has ${row.length} values, the table has ${columns.length} columns`);
      let line = "";
      for (let index = 0; index < row.length; index += 1) {
        if (index > 0) line += ",";
        line += fieldOf(row[index] as Value, quoted[index]!);
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
      await finished(stream);
      return rowCount;
    },
  };

  async function flush(): Promise<void> {
    if (failure) throw failure;
    const text = gathered;
    gathered = "";
    if (!stream.write(text)) await once(stream, "drain");
  }
}

function fieldOf(value: Value, quoted: boolean): string {
  if (value === null) return "";
  const text = typeof value === "string" ? value : String(value);
  if (!quoted) return text;
  return text.includes('"') ? `"${text.replaceAll('"', '""')}"` : `"${text}"`;
}
