import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Mistake, ProjectError, describeMistake } from "../../runner/errors.ts";
import { type Config, readConfig } from "../../runner/project/config.ts";
import { type Project, readProject } from "../../runner/project/project.ts";

const minimal: Record<string, string> = {
  "dataform.json": '{"defaultSchema": "stable", "vars": {"day": "2026-01-31", "count": "20", "word": ""}}\n',
  "models/postgres/.keep": "",
};

/** A throwaway project of these files, on top of a dataform.json with three vars; closed, its folder is gone. */
export function projectFolder(
  files: Record<string, string>,
): Disposable & { dir: string; write(file: string, text: string): void } {
  const dir = mkdtempSync(join(tmpdir(), "project-"));
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(dir, file)), { recursive: true });
    writeFileSync(join(dir, file), text);
  };
  for (const [file, text] of Object.entries({ ...minimal, ...files })) write(file, text);
  return { dir, write, [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }) };
}

export function configOf(
  dir: string,
  told: { vars?: string; target?: string; environment?: Record<string, string> } = {},
): Config {
  return readConfig({ projectDir: dir, now: new Date("2026-02-03T04:05:06Z"), environment: {}, ...told });
}

export async function projectOf(files: Record<string, string>, told: { vars?: string } = {}): Promise<Project> {
  using folder = projectFolder(files);
  return await readProject(configOf(folder.dir, told));
}

/** Every mistake of a project, as it is shown; none where it has none. */
export async function mistakesIn(files: Record<string, string>, told: { vars?: string } = {}): Promise<string[]> {
  using folder = projectFolder(files);
  try {
    await readProject(configOf(folder.dir, told));
    return [];
  } catch (error) {
    if (!(error instanceof ProjectError)) throw error;
    return error.mistakes.map((mistake: Mistake) => describeMistake(mistake));
  }
}
