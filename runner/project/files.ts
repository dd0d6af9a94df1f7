import { isUtf8 } from "node:buffer";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Mistake } from "../errors.ts";
import { Lines, plainText } from "./text.ts";

/** A file of the project; `text` is plain (text.ts). */
export type TextFile = { file: string; text: string };

/** Files below a folder of the project, relative to the project with `/`, sorted; none where the folder is not there. */
export function filesBelow(projectDir: string, folder: string): string[] {
  return namesIn(join(projectDir, folder)).flatMap(({ name, isFolder }) => {
    const path = `${folder}/${name}`;
    return isFolder ? filesBelow(projectDir, path) : [path];
  });
}

/** Reads a file; bytes that are not UTF-8 are a mistake at the first of them. */
export function readText(projectDir: string, file: string, mistakes: Mistake[]): TextFile {
  const path = join(projectDir, file);
  const text = plainText(readFileSync(path, "utf8"));
  const odd = text.indexOf("\ufffd");
  if (odd >= 0 && !isUtf8(readFileSync(path)))
    mistakes.push({
      place: new Lines(file, text).place(odd),
      message: "the file is not UTF-8",
      expected: "expected UTF-8 text",
    });
  return { file, text };
}

function namesIn(folder: string): { name: string; isFolder: boolean }[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => !entry.name.startsWith("."));
    const names = entries.map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));
    return names.sort((one, other) => (one.name < other.name ? -1 : 1));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
