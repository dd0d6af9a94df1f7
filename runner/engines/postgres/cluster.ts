import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { NotStartedError } from "../../errors.ts";
import { serverAccount } from "./account.ts";
import { findPackage } from "./binaries.ts";
import { type Access, ensureDatabase, hasOtherClients, urlOf } from "./client.ts";
import { inspect } from "./inspect.ts";
import { dataFolder, homeOf, knownFile, readKnown } from "./known.ts";
import { type Lock, lock, tryLock } from "./locks.ts";
import { cannotWrite, chooseFolder, makeFolder } from "./places.ts";
import { ownerOf, readPostmaster } from "./postmaster.ts";
import { initialise, logFile, type Server, start, stop } from "./server.ts";

export type Cluster = {
  /** A connection string with the password in it. */
  url(database: string): string;
  /** PostgreSQL's system identifier: a cluster with another one has none of the tables. */
  id: string;
  /** False where the server was running already. */
  startedHere: boolean;
};

export type OpenCluster = Cluster & {
  ensureDatabase(name: string): Promise<void>;
  /** Stops the server if this process started it and no other runner and no other client uses it. */
  release(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

export type ClusterOptions = {
  /** `<project>/.runner`; made where it is missing. */
  stateDir: string;
  signal?: AbortSignal | undefined;
  /** Told why an earlier cluster had to be thrown away; what it held can be built again. */
  onNotice?: ((text: string) => void) | undefined;
  /** Windows always takes a port. */
  listen?: "socket" | "port" | undefined;
};

/**
 * Starts or finds the project's one cluster, and makes it on first use. Throws NotStartedError with the way out, or
 * InterruptedError where the signal fired. `<stateDir>/postgres` holds
 * - `cluster.json` and `password`, which only this process's user reads,
 * - `server/`, with `data/` and `log`, unless the user that the server runs as cannot get there (see places.ts),
 * - `opening`, locked while a runner starts or stops the server, and `users`, locked in part by each runner that uses it.
 */
export async function openCluster(options: ClusterOptions): Promise<OpenCluster> {
  const home = homeOf(options.stateDir);
  try {
    await makeFolder(home);
    using _opening = await lockOpening(home, options.signal);
    const opened = (await openKnown(home, options)) ?? (await openNew(home, options));
    return share(home, opened);
  } catch (error) {
    throw error instanceof Error && "errno" in error ? cannotWrite(home, error) : error;
  }
}

/** Where the cluster's files are, for people; undefined where there is no cluster. `pid` is there while the server runs. */
export function clusterLocation(stateDir: string): { dataFolder: string; logFile: string; pid?: number } | undefined {
  const known = readKnown(homeOf(stateDir));
  if (!known) return undefined;
  const data = dataFolder(known.folder);
  const postmaster = readPostmaster(data);
  const running = postmaster && ownerOf(postmaster, data) === "this" ? { pid: postmaster.pid } : {};
  return { dataFolder: data, logFile: logFile(known.folder), ...running };
}

type Opened = Access & { id: string; startedHere: boolean };

/** The cluster that was made earlier, running; undefined where there is none, or none any more. */
async function openKnown(home: string, { signal, listen, onNotice }: ClusterOptions): Promise<Opened | undefined> {
  const known = readKnown(home);
  if (!known) return undefined;
  const { id } = known;
  const password = await readFile(passwordFile(home), "utf8").catch(() => undefined);
  const server: Server = { folder: known.folder, installed: await findPackage(), account: serverAccount() };
  const found = await inspect(server, { id, password, isMoved: known.isMoved, signal });
  if (found.kind === "running")
    return { server, postmaster: found.postmaster, password: password!, id, startedHere: false };
  if (found.kind === "useless") {
    using _alone = lockUsers(home);
    onNotice?.(`The embedded PostgreSQL cluster is made anew: ${found.because}.`);
    if (found.postmaster) await stop(server, found.postmaster, "immediate");
    await rm(knownFile(home));
    await rm(server.folder, { recursive: true, force: true });
    return undefined;
  }
  if (found.kind === "unreachable") {
    using _alone = lockUsers(home);
    await stop(server, found.postmaster, "fast");
  }
  if (known.isMoved) await remember(home, known);
  const postmaster = await start(server, { listen: listen ?? "socket", signal });
  return { server, postmaster, password: password!, id, startedHere: true };
}

async function openNew(home: string, { stateDir, signal, listen }: ClusterOptions): Promise<Opened> {
  const account = serverAccount();
  const parent = await chooseFolder(stateDir, account);
  const server: Server = { folder: path.join(parent, "server"), installed: await findPackage(), account };
  using _alone = lockUsers(home);
  const left = readPostmaster(dataFolder(server.folder));
  if (left && ownerOf(left, dataFolder(server.folder)) === "this") await stop(server, left, "immediate");
  for (const name of await readdir(parent))
    if (/^server(\.|$)/.test(name)) await rm(path.join(parent, name), { recursive: true, force: true });

  const password = randomBytes(24).toString("base64url");
  await initialise(server, { password, signal });
  const id = readSystemIdentifier(server.folder);
  await replace(passwordFile(home), password);
  await remember(home, { id, folder: server.folder });
  const postmaster = await start(server, { listen: listen ?? "socket", signal });
  return { server, postmaster, password, id, startedHere: true };
}

/** Registers this process as a user of the cluster until it releases it, or ends. */
function share(home: string, opened: Opened): OpenCluster {
  const registration = tryLock(usersFile(home), "shared");
  if (!registration) throw inUse(home);
  let isReleased = false;
  const release = async () => {
    if (isReleased) return;
    isReleased = true;
    const isGone = !existsSync(home); // the project was moved or removed meanwhile, and the server ends by itself
    using opening = isGone ? undefined : await lock(openingFile(home), { mode: "exclusive", waitMs: 30_000 });
    registration.release();
    using alone = opening && opened.startedHere ? tryLock(usersFile(home), "exclusive") : undefined;
    if (!alone || readPostmaster(dataFolder(opened.server.folder))?.pid !== opened.postmaster.pid) return;
    const isWanted = await hasOtherClients(opened).catch(() => false); // a server that takes no client can stop too
    if (!isWanted) await stop(opened.server, opened.postmaster, "fast");
  };
  return {
    url: (database) => urlOf(opened, database),
    id: opened.id,
    startedHere: opened.startedHere,
    ensureDatabase: (name) => ensureDatabase(opened, name),
    release,
    [Symbol.asyncDispose]: release,
  };
}

async function lockOpening(home: string, signal: AbortSignal | undefined): Promise<Lock> {
  const held = await lock(openingFile(home), { mode: "exclusive", waitMs: 120_000, signal });
  if (held) return held;
  throw new NotStartedError(
    `another runner has been starting the PostgreSQL in ${home} for two minutes; end it and try again`,
  );
}

/** For what other runners would not survive. */
function lockUsers(home: string): Lock {
  const held = tryLock(usersFile(home), "exclusive");
  if (held) return held;
  throw inUse(home);
}

function inUse(home: string): NotStartedError {
  return new NotStartedError(
    `the PostgreSQL in ${home} must be started again, and another runner still uses it; wait until that has ended and try again`,
  );
}

async function remember(home: string, { id, folder }: { id: string; folder: string }): Promise<void> {
  const elsewhere = folder === path.join(home, "server") ? {} : { folder };
  const known = { id, stateDir: realpathSync(path.dirname(home)), ...elsewhere };
  await replace(knownFile(home), `${JSON.stringify(known)}\n`);
}

/** The first eight bytes of PostgreSQL's control file. */
function readSystemIdentifier(folder: string): string {
  const control = readFileSync(path.join(dataFolder(folder), "global", "pg_control"));
  return String(os.endianness() === "LE" ? control.readBigUInt64LE() : control.readBigUInt64BE());
}

async function replace(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, text, { mode: 0o600 });
  await rename(draft, file);
}

const passwordFile = (home: string) => path.join(home, "password");
const openingFile = (home: string) => path.join(home, "opening");
const usersFile = (home: string) => path.join(home, "users");
