import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, lstat, mkdir, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { messageOf, NotStartedError } from "../../errors.ts";
import { type Account, canReach } from "./account.ts";
import { ownerOf, readPostmaster, removeSocketFolder } from "./postmaster.ts";

/**
 * The folder for the data of the cluster of `stateDir`, made where it is missing: `<stateDir>/postgres`, or, where the
 * account that the server runs as may not enter that (a project below /root), a folder of this project's own in a shared place.
 * That is found again by its name, which is a hash of the project's path: a copied project does not share the data.
 */
export async function chooseFolder(stateDir: string, account: Account | undefined): Promise<string> {
  const inside = path.join(stateDir, "postgres");
  if (!account || (await canReach(inside, account))) return inside;
  for await (const shared of sharedFolders(account)) {
    await removeOrphans(shared);
    const owner = await realpath(stateDir);
    const folder = path.join(shared, createHash("sha256").update(owner).digest("hex").slice(0, 16));
    await mkdir(folder, { recursive: true });
    await chmod(folder, 0o755);
    await writeFile(path.join(folder, ownerFile), owner, { mode: 0o600 });
    return folder;
  }
  throw new NotStartedError(
    `the PostgreSQL server may not run as root, and no other user may enter ${inside}; run \`chmod o+x\` on the folders above it, or use a target with DATABASE_URL`,
  );
}

/**
 * Folders of this user's own that the server's account can enter, best first. Root's first choice is /var/cache: what lies in
 * the others is deleted file by file when it is some weeks old.
 */
export async function* sharedFolders(account: Account | undefined): AsyncGenerator<string> {
  const user = process.geteuid?.() ?? 0;
  const parents = [...(account ? ["/var/cache"] : []), "/var/tmp", os.tmpdir(), "/tmp"];
  for (const parent of new Set(parents)) {
    const folder = path.join(parent, account ? "runner-postgres" : `runner-postgres-${user}`);
    try {
      await mkdir(folder, { mode: 0o755 }).catch((error) => {
        if (error.code !== "EEXIST") throw error;
      });
      const { uid, mode } = await lstat(folder);
      if (uid !== user) continue; // someone else's, who could change what we would run
      if ((mode & 0o777) !== 0o755) await chmod(folder, 0o755);
      if (account && !(await canReach(folder, account))) continue;
    } catch {
      continue; // missing or read-only
    }
    yield folder;
  }
}

const ownerFile = "stateDir"; // whose data a folder in a shared place holds

/** What throwaway projects, such as those of tests, left behind. */
async function removeOrphans(shared: string): Promise<void> {
  for (const name of await readdir(shared)) {
    const folder = path.join(shared, name);
    const owner = await readFile(path.join(folder, ownerFile), "utf8").catch(() => undefined);
    if (owner === undefined || existsSync(owner)) continue;
    const data = path.join(folder, "server", "data");
    const postmaster = readPostmaster(data);
    if (postmaster && ownerOf(postmaster, data) === "this") process.kill(postmaster.pid, "SIGQUIT");
    if (postmaster) await removeSocketFolder(postmaster.socketFolder);
    await rm(folder, { recursive: true, force: true }).catch(() => undefined); // a server that is still ending: the next time
  }
}

/** Makes a folder and those above it; where that fails, the error is the true one (for a read-only disk Node says ENOENT). */
export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch(async (error) => {
    if (error.code !== "ENOENT") throw error;
    let missing = folder;
    while (!existsSync(path.dirname(missing))) missing = path.dirname(missing);
    await mkdir(missing);
    throw error;
  });
}

/** A way out for a failed write to one of the cluster's folders, which stands in front of the system's own words. */
export function cannotWrite(folder: string, cause: unknown): NotStartedError {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  const what =
    code === "EROFS" || code === "EACCES" || code === "EPERM"
      ? "make it writable"
      : code === "ENOSPC" || code === "EDQUOT"
        ? "free some space"
        : "see to it";
  return new NotStartedError(
    `cannot write to ${folder}, where the embedded PostgreSQL keeps its data: ${messageOf(cause)}; ${what}, or use a target with DATABASE_URL`,
    { cause },
  );
}
