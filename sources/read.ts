import { type FileHandle, open } from "node:fs/promises";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { InputFile } from "../runner/inputs/parser.ts";

/**
 * The bytes of a file, gzipped or not, told by its first two bytes. Throws an Error naming the file where it is empty, cannot be
 * read, or its gzip stream ends too early.
 */
export async function* readBytes(file: InputFile): AsyncGenerator<Buffer> {
  await using handle = await opened(file);
  const raw = chunksOf(handle);
  const first = await raw.next();
  if (first.done) throw new Error(`${file.name}: the file is empty`);
  if (!first.value.subarray(0, 2).equals(gzipMagic)) {
    yield first.value;
    yield* raw;
    return;
  }
  let isEmpty = true;
  try {
    for await (const chunk of pipeline(
      Readable.from(joined(first.value, raw)),
      createGunzip({ chunkSize: chunkBytes }),
      () => {},
    )) {
      isEmpty = false;
      yield chunk as Buffer;
    }
  } catch (cause) {
    throw new Error(`${file.name}: the gzip stream is damaged or cut off (${(cause as Error).message})`, { cause });
  }
  if (isEmpty) throw new Error(`${file.name}: the file is empty`);
}

/** `firstLine` is the number of the first of the lines, from 1; `isCut`: the file ended within the last of them. */
export type Lines = { lines: string[]; firstLine: number; isCut: boolean };

/**
 * The lines of a file in batches, without their ends (LF or CRLF) and without a byte order mark.
 * UTF-8, and latin-1 for a line that is not: the AS name lists changed from one to the other and declare neither truthfully.
 */
export async function* readLines(file: InputFile): AsyncGenerator<Lines> {
  let rest: Buffer = Buffer.alloc(0);
  let firstLine = 1;
  for await (const chunk of readBytes(file)) {
    const end = chunk.lastIndexOf(newline) + 1;
    if (end === 0) {
      rest = Buffer.concat([rest, chunk]);
      continue;
    }
    const lines = decodeLines(Buffer.concat([rest, chunk.subarray(0, end - 1)]), firstLine === 1);
    yield { lines, firstLine, isCut: false };
    firstLine += lines.length;
    rest = chunk.subarray(end);
  }
  if (rest.length > 0) yield { lines: decodeLines(rest, firstLine === 1), firstLine, isCut: true };
}

/** A whole file as text, for formats that come in one piece (JSON); decoded as `readLines` does. */
export async function readText(file: InputFile): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of readBytes(file)) chunks.push(chunk);
  return decode(Buffer.concat(chunks), true);
}

/** A whole file of JSON. Throws an Error naming the file where it is none. */
export async function readJson(file: InputFile): Promise<unknown> {
  const text = await readText(file);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${file.name}: not JSON (${(cause as Error).message})`, { cause });
  }
}

const gzipMagic = Buffer.from([0x1f, 0x8b]);
const newline = 0x0a;
const chunkBytes = 1 << 18;

async function opened(file: InputFile): Promise<FileHandle> {
  try {
    return await open(file.path);
  } catch (cause) {
    throw new Error(`${file.name}: cannot be read (${(cause as Error).message})`, { cause });
  }
}

async function* chunksOf(handle: FileHandle): AsyncGenerator<Buffer> {
  const { size } = await handle.stat();
  const length = size > 0 && size < chunkBytes ? size : chunkBytes; // most log objects are small
  for (;;) {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, null);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

async function* joined(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

function decodeLines(bytes: Buffer, isStart: boolean): string[] {
  const lines = decode(bytes, isStart, (raw) =>
    splitBytes(raw)
      .map((line) => decode(line, false))
      .join("\n"),
  ).split("\n");
  return lines.some((line) => line.endsWith("\r")) ? lines.map((line) => line.replace(/\r$/, "")) : lines;
}

function decode(bytes: Buffer, isStart: boolean, otherwise = (raw: Buffer) => raw.toString("latin1")): string {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    text = otherwise(bytes);
  }
  return isStart && text.startsWith("\ufeff") ? text.slice(1) : text;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function splitBytes(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let start = 0;
  for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  lines.push(bytes.subarray(start));
  return lines;
}
