import { hash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * What was read from files, kept by their content. An entry counts only for the same content and the same reading code; a file that
 * can't be read or written is as good as none. `save` keeps the entries that were asked for or put in since it was opened.
 */
export type Cache = {
  get<T>(key: string, contentHash: string): T | undefined;
  put(key: string, contentHash: string, value: unknown): void;
  save(): void;
};

type Entry = [contentHash: string, value: unknown];

export function openCache(file: string): Cache {
  const version = codeHash();
  const known = readEntries(file, version);
  const used = new Map<string, Entry>();
  let isChanged = false;
  return { get, put, save };

  function get<T>(key: string, contentHash: string): T | undefined {
    const entry = used.get(key) ?? known.get(key);
    if (entry?.[0] !== contentHash) return undefined;
    used.set(key, entry);
    return entry[1] as T;
  }

  function put(key: string, contentHash: string, value: unknown): void {
    used.set(key, [contentHash, value]);
    isChanged = true;
  }

  function save(): void {
    if (!isChanged && used.size === known.size) return;
    const draft = `${file}.${process.pid}`;
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(draft, JSON.stringify({ version, entries: [...used] }));
      renameSync(draft, file);
    } catch {
      removeDraft(draft); // a read-only folder or a full disk: the next run reads the files again
    }
  }
}

function removeDraft(draft: string): void {
  try {
    rmSync(draft, { force: true });
  } catch {} // its folder could not be made either
}

export function contentHash(...texts: readonly string[]): string {
  return hash("sha1", texts.length === 1 ? texts[0]! : JSON.stringify(texts), "base64url");
}

function readEntries(file: string, version: string): Map<string, Entry> {
  try {
    const kept = JSON.parse(readFileSync(file, "utf8")) as { version: string; entries: [string, Entry][] };
    return kept.version === version ? new Map(kept.entries) : new Map();
  } catch {
    return new Map();
  }
}

let codeHashOnce: string | undefined;

/** Hash of the code that reads projects, and of the versions of the packages it uses. */
function codeHash(): string {
  if (codeHashOnce !== undefined) return codeHashOnce;
  const folder = dirname(fileURLToPath(import.meta.url));
  const files = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  const texts = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8"));
  codeHashOnce = contentHash(
    ...texts,
    readFileSync(join(folder, "../../package.json"), "utf8"),
    readFileSync(join(folder, "../engines/canonical.ts"), "utf8"),
  );
  return codeHashOnce;
}
