import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Source } from "../project/source.ts";

/**
 * Hash of what turns a source's files into rows: its declaration, and its parser with every file of the project that it imports.
 * Comments count: telling them apart is not worth a parser.
 */
export async function parserHash(projectDir: string, source: Source): Promise<string> {
  const digest = createHash("sha256");
  digest.update(
    JSON.stringify([
      source.inputs.map(({ name, kind, pattern }) => [name, kind, pattern?.source ?? null]),
      source.vars,
    ]),
  );
  const seen = new Set<string>();
  const open = [join(projectDir, source.parser)];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const text = await readFile(file, "utf8");
    digest.update(text);
    const imports = [...text.matchAll(/^(?:import|export)\s(?!type\b)[^;]*?from\s+["'](\.[^"']+)["']/gm)];
    open.push(...imports.map((match) => resolve(dirname(file!), match[1]!)).sort());
  }
  return digest.digest("hex").slice(0, 32);
}
