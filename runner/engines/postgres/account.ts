import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { lchown, realpath, rename, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { messageOf, NotStartedError } from "../../errors.ts";

/** A user that the server runs as in place of this process's own. */
export type Account = { uid: number; gid: number };

/** PostgreSQL refuses to run as root, so root hands it to `nobody`; undefined is this process's own user. */
export function serverAccount(): Account | undefined {
  if (process.geteuid?.() !== 0) return undefined;
  const [, , uid, gid] = entryOf("nobody") ?? [];
  return { uid: Number(uid ?? 65_534), gid: Number(gid ?? 65_534) };
}

/** Whether the account can get at an existing file or folder: enter all folders above it, and read (a folder: enter) it. */
export async function canReach(target: string, account: Account): Promise<boolean> {
  const real = await realpath(target);
  for (let folder = path.dirname(real); ; folder = path.dirname(folder)) {
    if (!((await bitsFor(folder, account)) & 1)) return false;
    if (folder === path.dirname(folder)) break;
  }
  const needed = (await stat(real)).isDirectory() ? 5 : 4;
  return ((await bitsFor(real, account)) & needed) === needed;
}

/** Makes the account the owner. */
export async function giveTo(account: Account | undefined, ...files: string[]): Promise<void> {
  if (!account) return;
  try {
    for (const file of files) await lchown(file, account.uid, account.gid);
  } catch (cause) {
    throw new NotStartedError(
      `root may not hand files over to user ${account.uid}, which PostgreSQL needs (${messageOf(cause)}); run as a user other than root, or use a target with DATABASE_URL`,
      { cause },
    );
  }
}

/** Replaces a file that only its owner, the account, may read. A link that someone put in its place is not followed. */
export async function writeFor(account: Account | undefined, file: string, text: string): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  await writeFile(draft, text, { mode: 0o600, flag: "wx" });
  await giveTo(account, draft);
  await rename(draft, file);
}

function entryOf(user: string): string[] | undefined {
  try {
    const line = readFileSync("/etc/passwd", "utf8")
      .split("\n")
      .find((line) => line.startsWith(`${user}:`));
    return line?.split(":");
  } catch {
    return undefined; // a container without the file
  }
}

/** The rwx bits that count for the account, which is in no other group. */
async function bitsFor(file: string, account: Account): Promise<number> {
  const { mode, uid, gid } = await stat(file);
  return (uid === account.uid ? mode >> 6 : gid === account.gid ? mode >> 3 : mode) & 7;
}
