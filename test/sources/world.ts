import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { InputFile, Parser, Value } from "../../runner/inputs/parser.ts";

/** A folder for the files of one test; gone when the block ends. */
export async function openFolder() {
  const path = await mkdtemp(join(tmpdir(), "sources-"));
  return {
    path,
    async write(name: string, content: string | Uint8Array): Promise<InputFile> {
      await writeFile(join(path, name), content);
      return { path: join(path, name), name };
    },
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true });
    },
  };
}

export function inputFile(path: string): InputFile {
  return { path, name: basename(path) };
}

/** What a parser writes, by table. */
export async function rowsOf(parse: Parser, inputs: Record<string, InputFile[]>): Promise<Record<string, Value[][]>> {
  const rows: Record<string, Value[][]> = {};
  const sinkOf = (table: string) => {
    rows[table] ??= [];
    return { write: (row: readonly Value[]) => void rows[table]!.push([...row]) };
  };
  const out = new Proxy({}, { get: (_, table) => sinkOf(String(table)) });
  await parse({ inputs, vars: {}, out });
  return rows;
}

/** The files of one input as texts, each parsed under the name it is given with. */
export async function parseTexts(parse: Parser, input: string, texts: Record<string, string | Uint8Array>) {
  await using folder = await openFolder();
  const files: InputFile[] = [];
  for (const [name, text] of Object.entries(texts)) files.push(await folder.write(name, text));
  return await rowsOf(parse, { [input]: files });
}
