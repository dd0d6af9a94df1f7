import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";

/** The content hash of files (sha256, hex). Remembers what it read by path, size and times, so that an unchanged file is read once. */
export type ContentHashes = { of(path: string): Promise<{ hash: string; bytes: number }>; save(): Promise<void> };

type Remembered = Record<string, { stamp: string; hash: string }>;

/** The memory is a file below `stateDir`; without one, or where it can't be written, every file is read each time. */
export async function openContentHashes(stateDir: string): Promise<ContentHashes> {
  const file = join(stateDir, "cache", "content.json");
  const remembered = await readRemembered(file);
  let changed = false;
  return {
    async of(path) {
      const { size, mtimeNs, ctimeNs, ino } = await stat(path, { bigint: true });
      const stamp = `${size} ${mtimeNs} ${ctimeNs} ${ino}`;
      const known = remembered[path];
      if (known?.stamp === stamp) return { hash: known.hash, bytes: Number(size) };
      const digest = createHash("sha256");
      await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), digest);
      const hash = digest.digest("hex");
      remembered[path] = { stamp, hash };
      changed = true;
      return { hash, bytes: Number(size) };
    },
    async save() {
      if (!changed) return;
      try {
        await mkdir(dirname(file), { recursive: true });
        await writeFile(`${file}.${process.pid}`, JSON.stringify(remembered));
        await rename(`${file}.${process.pid}`, file);
      } catch {
        // only a memory: the next run reads the files again
      }
    },
  };
}

async function readRemembered(file: string): Promise<Remembered> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Remembered;
  } catch {
    return {}; // none yet, or unreadable: it is made anew
  }
}
