import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Source } from "../project/source.ts";

/** Hash of what turns a source's files into rows: its declaration, and its parser with every file of the project that it imports. */
export async function parserHash(projectDir: string, source: Source): Promise<string> {
  const inputs = source.inputs.map(({ name, kind, pattern }) => [name, kind, pattern?.source ?? null]);
  const code = await codeHash(projectDir, source.parser);
  return createHash("sha256")
    .update(JSON.stringify([inputs, source.vars, code]))
    .digest("hex")
    .slice(0, 32);
}

/**
 * Hash of a file of code and of every file that it imports by a relative path; `file` is relative to the project. Comments count:
 * telling them apart is not worth a parser.
 */
export async function codeHash(projectDir: string, file: string): Promise<string> {
  const digest = createHash("sha256");
  const seen = new Set<string>();
  const open = [join(projectDir, file)];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const text = await readFile(path, "utf8");
    digest.update(text);
    const imports = [...text.matchAll(/^(?:import|export)\s(?!type\b)[^;]*?from\s+["'](\.[^"']+)["']/gm)];
    const folder = dirname(path);
    open.push(...imports.map((match) => resolve(folder, match[1]!)).sort());
  }
  return digest.digest("hex").slice(0, 32);
}
