import type { InputFile } from "../../runner/inputs/parser.ts";
import { readBytes } from "../read.ts";

/**
 * One record of a CSV file, valid until the next one is asked for. `broken` says why its quotes cannot be followed; such a record
 * is one physical line, and `count` the number of fields that were read before the break.
 */
export type CsvRecord = {
  /** First line of the record, from 1. */
  readonly line: number;
  readonly count: number;
  readonly broken: string | undefined;
  readonly hasNul: boolean;
  /** A field as text. Bytes that are not UTF-8 become U+FFFD, as BigQuery does when it loads the same file. */
  text(field: number): string;
  /** A field as INT64: null where it is empty, undefined where it is no integer or too large. */
  int64(field: number): number | bigint | null | undefined;
};

/** A record longer than this has lost its end; object names and headers are far shorter. */
const longestRecord = 256 * 1024;

/**
 * The records of a CSV file in batches, in constant memory. Quoted fields may hold commas, doubled quotes and line breaks; blank
 * lines are passed over; LF or CRLF ends a record, and the last one may have no end; a byte order mark is dropped. Where the
 * quotes cannot be followed only the first physical line is given up: reading goes on after it, so the records behind survive.
 */
export async function* readRecords(file: InputFile): AsyncGenerator<Iterable<CsvRecord>> {
  const reader = newReader();
  let isStart = true;
  for await (const chunk of readBytes(file)) {
    yield reader.read(isStart ? withoutMark(chunk) : chunk, false);
    isStart = false;
  }
  yield reader.read(Buffer.alloc(0), true);
}

/** Fields of the present record as offsets into `bytes`; filled anew for each record. */
function newReader() {
  const starts: number[] = [];
  const ends: number[] = [];
  const isEscaped: boolean[] = [];
  let bytes: Buffer = Buffer.alloc(0);
  let line = 1; // of the record at hand
  let count = 0;
  let hasNul = false;
  let broken: string | undefined;
  let lineBreaks = 0;
  let isSkipping = false; // the rest of a broken line lies in the next chunk

  const record: CsvRecord = {
    get line() {
      return line;
    },
    get count() {
      return count;
    },
    get broken() {
      return broken;
    },
    get hasNul() {
      return hasNul;
    },
    text(field) {
      const text = bytes.toString("utf8", starts[field], ends[field]);
      return isEscaped[field] ? text.replaceAll('""', '"') : text;
    },
    int64(field) {
      return int64Of(bytes, starts[field]!, ends[field]!);
    },
  };

  return { read };

  /** Whole records of what is left from before and this chunk; with `isEnd`, the last one too. */
  function* read(chunk: Buffer, isEnd: boolean): Generator<CsvRecord> {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    let place = 0;
    while (place < bytes.length) {
      if (isSkipping) {
        const end = bytes.indexOf(lineFeed, place);
        place = end < 0 ? bytes.length : end + 1;
        isSkipping = end < 0;
        if (!isSkipping) line++;
        continue;
      }
      const next = scan(place, isEnd);
      if (next === undefined && broken === undefined) break; // more to come
      const isBlank = count === 1 && starts[0] === ends[0] && bytes[place] !== quote;
      if (!isBlank || broken !== undefined) yield record;
      if (next === undefined) isSkipping = true;
      else {
        place = next;
        line += lineBreaks;
      }
    }
    bytes = bytes.subarray(place);
  }

  /** Finds the fields of the record at `place`; the offset after it, or undefined where it is broken or not yet whole. */
  function scan(place: number, isEnd: boolean): number | undefined {
    count = 0;
    hasNul = false;
    broken = undefined;
    lineBreaks = 0;
    const limit = Math.min(bytes.length, place + longestRecord);
    let at = place;
    for (;;) {
      let escaped = false;
      let start = at;
      let end: number;
      if (at < limit && bytes[at] === quote) {
        start = ++at;
        for (; ; at++) {
          if (at >= limit) return endsEarly(place, isEnd, "a quote is not closed");
          const byte = bytes[at]!;
          if (byte === quote) {
            if (at + 1 >= limit && !(isEnd && limit === bytes.length))
              return endsEarly(place, isEnd, "a quote is not closed");
            if (bytes[at + 1] !== quote) break;
            escaped = true;
            at++;
          } else if (byte === lineFeed) lineBreaks++;
          else if (byte === 0) hasNul = true;
        }
        end = at++;
        if (bytes[at] === carriageReturn && bytes[at + 1] === lineFeed) at++;
        const after = at < bytes.length ? bytes[at] : undefined;
        if (bytes[at] === carriageReturn && at + 1 >= bytes.length) {
          if (!isEnd) return undefined;
          at++;
        } else if (after !== undefined && after !== comma && after !== lineFeed) {
          broken = "text after a closing quote";
          return undefined;
        }
      } else {
        for (; at < limit && bytes[at] !== comma && bytes[at] !== lineFeed; at++) {
          if (bytes[at] === quote) {
            broken = "a quote inside an unquoted field";
            return undefined;
          }
          if (bytes[at] === 0) hasNul = true;
        }
        if (at >= limit && !(isEnd && limit === bytes.length)) return endsEarly(place, isEnd, "the line does not end");
        end = at > start && bytes[at - 1] === carriageReturn && bytes[at] !== comma ? at - 1 : at;
      }
      starts[count] = start;
      ends[count] = end;
      isEscaped[count] = escaped;
      count++;
      if (at >= bytes.length) return isEnd ? bytes.length : undefined;
      if (bytes[at] === lineFeed) {
        lineBreaks++;
        return at + 1;
      }
      at++; // the comma
    }
  }

  /** The record goes on behind what is in hand: that is a break where nothing more comes or it is too long already. */
  function endsEarly(place: number, isEnd: boolean, reason: string): undefined {
    if (isEnd || bytes.length - place >= longestRecord) broken = reason;
    return undefined;
  }
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;
const comma = 0x2c;

function withoutMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

function int64Of(bytes: Buffer, start: number, end: number): number | bigint | null | undefined {
  if (start === end) return null;
  const isNegative = bytes[start] === 0x2d;
  const first = isNegative ? start + 1 : start;
  if (first === end || end - first > 32) return undefined;
  let value = 0;
  for (let at = first; at < end; at++) {
    const digit = bytes[at]! - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  if (value <= Number.MAX_SAFE_INTEGER) return isNegative && value > 0 ? -value : value;
  const exact = BigInt(bytes.toString("latin1", start, end));
  return BigInt.asIntN(64, exact) === exact ? exact : undefined;
}
