import { constants, copyFile, mkdir, rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Kept inputs by content hash, below `.runner/inputs/`: what `--inputs <build>` and partial builds run again on. */
export function keptPath(stateDir: string, hash: string): string {
  return join(stateDir, "inputs", hash.slice(0, 2), hash);
}

export async function isKept(stateDir: string, hash: string): Promise<boolean> {
  return await stat(keptPath(stateDir, hash)).then(
    () => true,
    () => false,
  );
}

/** Copies the file into the store, once; a reader never sees half of it. */
export async function keep(stateDir: string, path: string, hash: string): Promise<void> {
  if (await isKept(stateDir, hash)) return;
  const kept = keptPath(stateDir, hash);
  await mkdir(dirname(kept), { recursive: true });
  await copyFile(path, `${kept}.${process.pid}`, constants.COPYFILE_FICLONE);
  await rename(`${kept}.${process.pid}`, kept);
}
