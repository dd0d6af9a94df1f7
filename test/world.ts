import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DuckDBInstance } from "@duckdb/node-api";
import { execa } from "execa";

const root = resolve(import.meta.dirname, "..");
const cli = join(root, "runner", "bin.js");

type Child = ReturnType<typeof startCli>;

export type Ended = {
  code: number | undefined;
  signal: string | undefined;
  stdout: string;
  stderr: string;
  all: string;
};

/** A throwaway copy of a project that tests edit and run commands in; closing it removes everything, its Postgres too. */
export type World = AsyncDisposable & {
  dir: string;
  /** Runs a command to its end, in a process of its own. */
  run(args: string[], options?: { env?: Record<string, string> }): Promise<Ended>;
  /** Starts a command and leaves it running. */
  start(args: string[], options?: { env?: Record<string, string> }): Child;
  write(file: string, text: string): Promise<void>;
  read(file: string): Promise<string>;
  /** Replaces text in a file; throws where it is not there, so that a test can't edit nothing. */
  edit(file: string, from: string | RegExp, to: string): Promise<void>;
  /** Rows of DuckDB SQL on the project's file, which no command may have open. */
  query(sql: string): Promise<(string | null)[][]>;
  /** Rows of every stable view by name, sorted: what a reader of the stable dataset sees. */
  stable(): Promise<Record<string, string[]>>;
};

export type WorldOptions = {
  /** A folder below test/projects; the project itself where it is `.`. */
  project?: string;
  target?: string;
  dataset?: string;
  env?: Record<string, string>;
};

export async function openWorld({
  project = "library",
  target = "here",
  dataset = "library",
  env = {},
}: WorldOptions = {}): Promise<World> {
  const dir = await mkdtemp(join(tmpdir(), "world-"));
  await chmod(dir, 0o755); // so that the server's user, where root may not be it, can enter
  if (project === ".") {
    for (const part of [
      "models",
      "seeds",
      "sources",
      "test/sql",
      "test/gates",
      "test/models",
      "test/columns",
      "dataform.json",
      "targets.yaml",
      "package.json",
    ])
      await cp(join(root, part), join(dir, part), { recursive: true, force: true }).catch(ignoreMissing);
    await mkdir(join(dir, "runner", "inputs"), { recursive: true });
    await cp(join(root, "runner", "inputs", "parser.ts"), join(dir, "runner", "inputs", "parser.ts"));
    await symlink(join(root, "node_modules"), join(dir, "node_modules"));
  } else
    await cp(join(root, "test", "projects", project), dir, {
      recursive: true,
      filter: (path) => !/[/\\](\.runner|target)([/\\]|$)/.test(path),
    });
  const database = join(dir, ".runner", `${target}.duckdb`);
  const running = new Set<Child>();

  const world: World = {
    dir,
    start(args, options = {}) {
      const child = startCli(args, { dir, env: { ...cleanEnvironment(), ...env, ...options.env } });
      running.add(child);
      void child.finally(() => running.delete(child));
      return child;
    },
    async run(args, options) {
      const ended = await world.start(args, options);
      return {
        code: ended.exitCode,
        signal: ended.signal,
        stdout: String(ended.stdout),
        stderr: String(ended.stderr),
        all: String(ended.all),
      };
    },
    async write(file, text) {
      await mkdir(dirname(join(dir, file)), { recursive: true });
      await writeFile(join(dir, file), text);
    },
    read: (file) => readFile(join(dir, file), "utf8"),
    async edit(file, from, to) {
      const before = await world.read(file);
      const after = before.replace(from, to);
      if (after === before) throw new Error(`${file} does not hold ${String(from)}`);
      await world.write(file, after);
    },
    async query(sql) {
      const instance = await DuckDBInstance.create(database);
      const connection = await instance.connect();
      try {
        const reader = await connection.runAndReadAll(sql);
        return reader
          .getRowsJson()
          .map((row) =>
            row.map((value) => (value === null ? null : typeof value === "string" ? value : JSON.stringify(value))),
          );
      } finally {
        connection.closeSync();
        instance.closeSync();
      }
    },
    async stable() {
      const views = await world.query(
        `select view_name from duckdb_views() where schema_name = '${dataset}' and not internal order by 1`,
      );
      const rows: Record<string, string[]> = {};
      for (const [view] of views)
        rows[view!] = (await world.query(`select * from "${dataset}"."${view}"`))
          .map((row) => JSON.stringify(row))
          .sort();
      return rows;
    },
    async [Symbol.asyncDispose]() {
      for (const child of running) child.kill("SIGKILL");
      await stopPostgres(dir);
      await rm(dir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
  return world;
}

function startCli(args: string[], { dir, env }: { dir: string; env: Record<string, string> }) {
  return execa(process.execPath, [cli, ...args, "--project-dir", dir], {
    env,
    extendEnv: false,
    reject: false,
    all: true,
    cwd: dir,
  });
}

/** Nothing of the machine's own settings reaches a command under test. */
function cleanEnvironment(): Record<string, string> {
  const kept = ["PATH", "HOME", "TMPDIR", "LANG", "SYSTEMROOT", "TEST_DATABASE_URL"];
  return Object.fromEntries(
    kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

/** A killed runner leaves its Postgres running; it is ended by its own process id. */
export async function stopPostgres(dir: string): Promise<void> {
  const { clusterLocation } = await import("../runner/engines/postgres/cluster.ts");
  const pid = clusterLocation(join(dir, ".runner"))?.pid;
  if (pid === undefined) return;
  try {
    for (process.kill(pid, "SIGQUIT"); ; await sleep(20)) process.kill(pid, 0);
  } catch {
    // it is gone
  }
}

/** The machine of a pod goes away: Postgres with all its tables, while the warehouse and the records stay. */
export async function losePostgres(dir: string): Promise<void> {
  await stopPostgres(dir);
  await rm(join(dir, ".runner", "postgres"), { recursive: true, force: true });
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}
