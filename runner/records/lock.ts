import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { NotStartedError } from "../errors.ts";

/**
 * DuckDB lets one process have the file, so whoever has it open holds the lock of its stable dataset. Who that is stands in a small
 * file beside it, since nobody else can look inside.
 */
export type HolderNote = { pid: number; host: string; command: string; since: string };

export function notePath(databaseFile: string): string {
  return `${databaseFile}.holder.json`;
}

export async function writeNote(databaseFile: string, command: string): Promise<AsyncDisposable> {
  const path = notePath(databaseFile);
  const note: HolderNote = { pid: process.pid, host: hostname(), command, since: new Date().toISOString() };
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, JSON.stringify(note));
  return {
    async [Symbol.asyncDispose]() {
      await rm(path, { force: true });
    },
  };
}

export async function readNote(databaseFile: string): Promise<HolderNote | undefined> {
  try {
    return JSON.parse(await readFile(notePath(databaseFile), "utf8")) as HolderNote;
  } catch {
    return undefined; // the holder is a program that leaves no note, or is just going
  }
}

/** The error that names who holds the lock, since when, and the way out. */
export function heldError(
  databaseFile: string,
  note: HolderNote | undefined,
  pid: number | undefined,
): NotStartedError {
  const who = note
    ? `\`runner ${note.command}\` (process ${note.pid} on ${note.host}), for ${age(note.since)}`
    : `process ${pid ?? "unknown"}`;
  return new NotStartedError(`${databaseFile} is held by ${who}; wait for it with --wait, or end that process`);
}

/** `3 s`, `12 min`, `5 h`. */
export function age(since: string): string {
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(since)) / 1000));
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
