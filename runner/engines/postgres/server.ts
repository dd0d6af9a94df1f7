import { type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:fs";
import { mkdtemp, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { InterruptedError, messageOf, NotStartedError } from "../../errors.ts";
import { type Account, canReach, giveTo, writeFor } from "./account.ts";
import { type Package, prepareBinaries } from "./binaries.ts";
import { dataFolder } from "./known.ts";
import { isAlive, type Postmaster, readPostmaster, removeSocketFolder, socketPrefix } from "./postmaster.ts";
import { type Address, serverSettings } from "./settings.ts";

/** One data folder and the programs for it. `folder` has `data` and `log` and belongs to the account, where there is one. */
export type Server = { folder: string; installed: Package; account: Account | undefined };

export const superuser = "runner";

/**
 * Makes the data folder; an interrupted one is never taken for a whole one. Text sorts by its bytes, the same on every
 * system and as in BigQuery, while upper, lower and regular expressions know all letters (PostgreSQL's own C.UTF-8).
 */
export async function initialise(
  { folder, installed, account }: Server,
  { password, signal }: { password: string; signal: AbortSignal | undefined },
): Promise<void> {
  const bin = await prepareBinaries(installed, account);
  const { execa } = await import("execa");
  const draft = await mkdtemp(`${folder}.`);
  try {
    const passwordFile = path.join(draft, "password");
    await writeFile(passwordFile, password, { mode: 0o600 });
    await giveTo(account, draft, passwordFile);
    const { failed, all, shortMessage } = await execa(
      path.join(bin, "initdb"),
      [
        `--pgdata=${path.join(draft, "data")}`,
        `--username=${superuser}`,
        `--pwfile=${passwordFile}`,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-data-checksums",
        "--no-sync",
        "--no-instructions",
        "--set=timezone=UTC", // else it looks for the machine's
      ],
      {
        ...running(account, draft),
        extendEnv: false,
        stdin: "ignore",
        all: true,
        reject: false,
        ...(signal ? { cancelSignal: signal } : {}),
      },
    );
    if (signal?.aborted) throw new InterruptedError("interrupted", { cause: signal.reason });
    if (failed) throw notStarted(`PostgreSQL's initdb failed in ${folder}`, all || shortMessage || "");
    await rm(passwordFile);
    await rename(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/**
 * Starts the server in a session of its own, which the terminal's Ctrl-C does not reach, and returns when it takes
 * connections. `listen` says what was asked for; a socket needs a folder with a short path, else it is a port.
 */
export async function start(
  server: Server,
  { listen, signal }: { listen: "socket" | "port"; signal: AbortSignal | undefined },
): Promise<Postmaster> {
  const deadline = performance.now() + 60_000; // a killed server may have a lot to recover
  await forgetDeadServer(server);
  for (;;) {
    const address = await chooseAddress(server, listen);
    try {
      return await launch(server, { address, deadline, signal });
    } catch (error) {
      if ("socketFolder" in address) await removeSocketFolder(address.socketFolder);
      if (!willPass.test(messageOf(error)) || performance.now() > deadline) throw error;
    }
    await sleep(100);
  }
}

// The port was taken a moment ago, or the last processes of a killed server are still ending.
const willPass = /Address already in use|pre-existing shared memory block/;

/**
 * Stops the server and waits until it is gone, at most a minute. Clients are disconnected; `fast` keeps the rows of unlogged
 * tables, `immediate` does not wait for anything to be written.
 */
export async function stop(server: Server, postmaster: Postmaster, mode: "fast" | "immediate"): Promise<void> {
  await askToStop(server, mode);
  for (const deadline = performance.now() + 60_000; isAlive(postmaster.pid); await sleep(5))
    if (performance.now() > deadline) return; // whoever opens the cluster next waits on
  await removeSocketFolder(postmaster.socketFolder);
}

export function logFile(folder: string): string {
  return path.join(folder, "log");
}

function settingsFile(folder: string): string {
  return path.join(dataFolder(folder), "postgresql.conf");
}

/** The environment has nothing of ours: no key that a server could show, no PG* variable or locale that would change one. */
function running(account: Account | undefined, cwd: string) {
  const system = process.platform === "win32" ? process.env : { PATH: process.env.PATH };
  return { ...account, cwd, env: { ...system, LC_ALL: "C", TZ: "UTC" }, detached: true, windowsHide: true };
}

/** Throws NotStartedError with what the server said where it ends before it is ready. */
async function launch(
  server: Server,
  { address, deadline, signal }: { address: Address; deadline: number; signal: AbortSignal | undefined },
): Promise<Postmaster> {
  const { folder, account } = server;
  await writeFor(account, settingsFile(folder), serverSettings(address));
  await using log = await openLog(server);
  const said = log.size;
  const control = await spawnControl(
    server,
    ["start", "-w", "-s", "-t", "3600", "-l", "log"],
    ["ignore", log.fd, log.fd],
  );
  control.unref(); // it looks ten times a second whether the server is ready; we look more often
  let ended: string | undefined;
  control.once("error", (error) => {
    ended = error.message;
  });
  control.once("exit", (code, by) => {
    ended = `pg_ctl ended with ${by ?? code}`;
  });
  for (;;) {
    const atEnd = ended; // read before the file: pg_ctl also ends when all is well
    const postmaster = readPostmaster(dataFolder(folder));
    if (postmaster?.status === "ready" && isAlive(postmaster.pid)) return postmaster;
    if (atEnd !== undefined)
      throw notStarted(`PostgreSQL did not start in ${folder}`, (await log.readFrom(said)) || atEnd);
    if (signal?.aborted || performance.now() > deadline) break;
    await sleep(4);
  }
  await askToStop(server, "immediate");
  if (signal?.aborted) throw new InterruptedError("interrupted", { cause: signal.reason });
  throw notStarted(`PostgreSQL is not ready after a minute in ${folder}`, await log.readFrom(said));
}

async function askToStop(server: Server, mode: "fast" | "immediate"): Promise<void> {
  const control = await spawnControl(server, ["stop", "-W", "-s", "-m", mode], "ignore");
  await once(control, "exit").catch(() => undefined); // the server is gone already, or pg_ctl itself
}

/**
 * By Node's own means: execa takes longer to load than the server to start. The data folder goes by the environment and the log
 * by a bare name, since pg_ctl puts its arguments through a shell.
 */
async function spawnControl(server: Server, args: string[], stdio: SpawnOptions["stdio"]) {
  const { folder, installed, account } = server;
  const { env, ...rest } = running(account, folder);
  return spawn(path.join(await prepareBinaries(installed, account), "pg_ctl"), args, {
    ...rest,
    env: { ...env, PGDATA: dataFolder(folder) },
    stdio: stdio ?? "ignore",
  });
}

/**
 * A killed server leaves its pid behind, and PostgreSQL refuses to start while any process has that number, a zombie too. The
 * caller knows that it is dead, so the number becomes one that no process has. The rest of the file stays: by it PostgreSQL
 * waits for the last processes of the dead server.
 */
async function forgetDeadServer({ folder, account }: Server): Promise<void> {
  const conf = await readFile(settingsFile(folder), "utf8");
  await removeSocketFolder(/^unix_socket_directories = '(.+)'$/m.exec(conf)?.[1] ?? "");
  const postmaster = readPostmaster(dataFolder(folder));
  if (!postmaster) return;
  const lines = (await readFile(postmaster.file, "utf8")).split("\n");
  await writeFor(account, postmaster.file, ["2147483647", ...lines.slice(1)].join("\n"));
}

async function chooseAddress({ account }: Server, listen: "socket" | "port"): Promise<Address> {
  const parents = listen === "socket" && process.platform !== "win32" ? [os.tmpdir(), "/tmp", "/var/tmp"] : [];
  for (const parent of parents) {
    // 103 bytes are a socket's whole path on macOS, and a comma or a quote would need care in the settings.
    if (!/^[\w/.+-]{1,55}$/.test(parent)) continue;
    try {
      if (account && !(await canReach(parent, account))) continue;
      const socketFolder = await mkdtemp(path.join(parent, socketPrefix));
      await giveTo(account, socketFolder);
      return { socketFolder };
    } catch {
      // missing or read-only: the next one
    }
  }
  return { port: await freePort() };
}

async function freePort(): Promise<number> {
  const probe = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve, reject) => probe.once("listening", resolve).once("error", reject));
  const { port } = probe.address() as net.AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Opened here, so that the server's user need not be allowed to make it; above 1 MB it begins anew. */
async function openLog({ folder, account }: Server) {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_RDWR } = constants;
  const file = await open(logFile(folder), O_RDWR | O_APPEND | O_CREAT | (O_NOFOLLOW ?? 0), 0o600); // no NOFOLLOW on Windows
  await giveTo(account, logFile(folder));
  if ((await file.stat()).size > 1_000_000) await file.truncate();
  return {
    fd: file.fd,
    size: (await file.stat()).size,
    readFrom: async (position: number) => {
      const buffer = Buffer.alloc(20_000);
      const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
      return buffer.toString("utf8", 0, bytesRead);
    },
    [Symbol.asyncDispose]: () => file.close(),
  };
}

function notStarted(what: string, said: string): NotStartedError {
  const wayOut = /No space left on device|Disk quota exceeded|Check free disk space/.test(said)
    ? "The disk is full: free some space and try again."
    : /\bEPERM\b/.test(said)
      ? "Root may not start programs as another user here: run as a user other than root, or use a target with DATABASE_URL."
      : "If this does not help, remove that folder: it holds only tables that the next build makes again.";
  return new NotStartedError([`${what}:`, ...said.trim().split("\n").slice(-15), wayOut].join("\n  "));
}
