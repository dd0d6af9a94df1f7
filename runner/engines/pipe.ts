import { execFile } from "node:child_process";
import { closeSync, constants, createReadStream, createWriteStream, openSync, statSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import net from "node:net";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { messageOf } from "../errors.ts";

/** A reader of DuckDB's holds one of libuv's four threads while it waits for rows; some must stay free for those who send them. */
const pipesAtOnce = 2;
let openPipes = 0;

/**
 * Lets one engine read a file while the other writes it, over a named pipe: nothing is kept on the disk, and both work at the
 * same time. Where there is no pipe (Windows, too many at once) the one follows the other over a plain file. `read` gets what
 * `write` will answer and must not keep what it read before that is there: an end of the file can also mean that the writer
 * failed. The signal that `write` gets fires where the reader failed. Throws the error that came first; the file is gone
 * afterwards.
 */
export async function passOver<Written, Received>(
  file: string,
  {
    write,
    read,
  }: { write: (readerFailed: AbortSignal) => Promise<Written>; read: (written: Promise<Written>) => Promise<Received> },
): Promise<Received> {
  try {
    if (openPipes < pipesAtOnce && (await makePipe(file))) {
      openPipes += 1;
      try {
        return await overPipe(file, { write, read });
      } finally {
        openPipes -= 1;
      }
    }
    const written = await write(new AbortController().signal);
    return await read(Promise.resolve(written));
  } finally {
    await rm(file, { force: true });
  }
}

async function overPipe<Written, Received>(
  file: string,
  {
    write,
    read,
  }: { write: (readerFailed: AbortSignal) => Promise<Written>; read: (written: Promise<Written>) => Promise<Received> },
): Promise<Received> {
  const readerFailed = new AbortController();
  const writing = Promise.withResolvers<Written>();
  writing.promise.catch(() => undefined); // told below
  let isWriterDone = false;
  const reading = read(writing.promise).then(
    (value) => ({ value }),
    (error: unknown) => {
      if (!isWriterDone) readerFailed.abort(error);
      return { error };
    },
  );
  const end = await writingEnd(file, readerFailed.signal);
  let writerError: unknown;
  if (end !== undefined) {
    try {
      writing.resolve(await write(readerFailed.signal));
    } catch (error) {
      writerError = error;
      writing.reject(error);
    } finally {
      isWriterDone = true;
      closeSync(end); // the reader has all of it, or never will
    }
  } else writing.reject(readerFailed.signal.reason);
  const received = await reading;
  if ("value" in received) return received.value;
  throw writerError === undefined || readerFailed.signal.aborted || isBrokenPipe(writerError)
    ? received.error
    : writerError;
}

/** The rows of a transfer file, or of a pipe whose writer is there or will be. */
export async function readingStream(file: string): Promise<Readable> {
  if (!statSync(file).isFIFO()) return createReadStream(file, { highWaterMark: 1 << 20 });
  const { fd } = await detached(file);
  return new net.Socket({ fd, readable: true, writable: false });
}

/** Takes the rows of a transfer file, or of a pipe whose reader is there. It holds no thread while that reader is slow. */
export function writingStream(file: string): Writable {
  const isPipe = statSync(file, { throwIfNoEntry: false })?.isFIFO();
  if (!isPipe) return createWriteStream(file, { highWaterMark: 1 << 20, mode: 0o600 });
  const fd = openSync(file, constants.O_WRONLY | constants.O_NONBLOCK);
  return new net.Socket({ fd, readable: false, writable: true });
}

/** Opens without holding up the event loop: the open of a pipe waits for the other end. */
async function detached(file: string): Promise<{ fd: number }> {
  const handle = await open(file, "r");
  const fd = openSync(`/dev/fd/${handle.fd}`, constants.O_RDONLY | constants.O_NONBLOCK);
  await handle.close();
  return { fd };
}

async function makePipe(file: string): Promise<boolean> {
  if (process.platform === "win32") return false;
  try {
    await promisify(execFile)("mkfifo", ["-m", "600", file]);
    return true;
  } catch {
    return false; // no such program, or a file system without pipes
  }
}

/** Opens the writing end as soon as somebody has opened the other; undefined where the reader failed before that. */
async function writingEnd(file: string, readerFailed: AbortSignal): Promise<number | undefined> {
  for (let waitMs = 0; !readerFailed.aborted; waitMs = Math.min(waitMs + 1, 20)) {
    try {
      return openSync(file, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENXIO") throw error;
    }
    await sleep(waitMs);
  }
  return undefined;
}

function isBrokenPipe(error: unknown): boolean {
  return /EPIPE|broken pipe/i.test(messageOf(error));
}
