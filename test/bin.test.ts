import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";

const project = fileURLToPath(new URL("..", import.meta.url));

// A Node that says that it is older takes the way of an older one; where the machine has one, that is tried too.
const nodes: { name: string; command: (folder: string) => string[] }[] = [
  { name: "this Node", command: () => [process.execPath] },
  {
    name: "a Node that calls itself 20",
    command: (folder) => [process.execPath, "--import", pathToFileURL(path.join(folder, "older.js")).href],
  },
  ...olderNodes().map((node) => ({ name: node, command: () => [node] })),
];

describe.each(nodes)("started with $name", { timeout: 20_000 }, ({ name, command }) => {
  const isOlder = name !== "this Node";

  test("cli.ts runs in Node 24 with the arguments, the folder and the input, and its exit code is the command's", async () => {
    await using folder = await makeFolder(`
      let input: string = "";
      for await (const chunk of process.stdin) input += chunk;
      const { version, env } = process;
      console.log(JSON.stringify({ version: version.split(".")[0], rest: process.argv.slice(2), cwd: process.cwd(), input, marker: env.RUNNER_FOLLOWS_PARENT }));
      console.error("to stderr");
      process.exitCode = 3;`);
    const command = start(folder.root, ["a", "b c", "--x=*"]);
    command.process.stdin!.end("some input");
    expect(await command.ended).toEqual([3, null]);
    expect(command.errors()).toBe("to stderr\n");
    expect(JSON.parse(command.output())).toEqual({
      version: "v24",
      rest: ["a", "b c", "--x=*"],
      cwd: await realpath(folder.root),
      input: "some input",
    });
  });

  test("it ends by the signal that ended cli.ts", async () => {
    await using folder = await makeFolder(`process.kill(process.pid, "SIGTERM"); setInterval(() => undefined, 1000);`);
    expect(await start(folder.root).ended).toEqual([null, "SIGTERM"]);
  });

  test.each(["SIGTERM", "SIGHUP", "SIGINT"] as const)("%s that only this process gets arrives once", async (signal) => {
    await using folder = await makeFolder(listening);
    const command = start(folder.root);
    await command.says("ready");
    command.process.kill(signal);
    expect(await command.ended).toEqual([1, null]);
    expect(command.output()).toBe(`ready\n${signal}\n`);
  });

  test("Ctrl-C, which reaches all processes of a terminal, arrives once, and a later one again", async () => {
    await using folder = await makeFolder(listening);
    const command = start(folder.root, ["2"]);
    await command.says("ready");
    process.kill(-command.process.pid!, "SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect(command.output()).toBe("ready\nSIGINT\n");
    process.kill(-command.process.pid!, "SIGINT");
    expect(await command.ended).toEqual([1, null]);
    expect(command.output()).toBe("ready\nSIGINT\nSIGINT\n");
  });

  test("Ctrl-C while nobody listens for it ends all", async () => {
    await using folder = await makeFolder(`console.log("ready"); setInterval(() => undefined, 1000);`);
    const command = start(folder.root);
    await command.says("ready");
    process.kill(-command.process.pid!, "SIGINT");
    expect(await command.ended).toEqual([null, "SIGINT"]);
  });

  test.runIf(isOlder)("where it is killed, cli.ts is asked to stop", async () => {
    await using folder = await makeFolder(listening);
    const command = start(folder.root);
    await command.says("ready");
    command.process.kill("SIGKILL");
    await command.ended; // the output is open until cli.ts has ended too
    expect(command.output()).toBe("ready\nSIGTERM\n");
  });

  test.runIf(isOlder)("without a Node 24 it says what to run", async () => {
    await using folder = await makeFolder("");
    await rm(path.join(folder.root, "node_modules"), { recursive: true });
    const command = start(folder.root);
    expect(await command.ended).toEqual([2, null]);
    expect(command.errors()).toMatch(
      /^runner: it needs Node 24 or later, and this is \d+\.\d+\.\d+\. Run `npm ci` in .*\n$/,
    );
  });

  test("what was compiled is kept for the next start, and a folder that cannot be written does no harm", async () => {
    await using folder = await makeFolder("console.log('ran')");
    const modules = path.join(folder.root, "node_modules");
    await writeFile(path.join(modules, ".cache"), "a file in the way, which stops root too");
    expect(await start(folder.root).ended).toEqual([0, null]);
    await rm(path.join(modules, ".cache"));
    const command = start(folder.root);
    expect(await command.ended).toEqual([0, null]);
    expect(command.output()).toBe("ran\n");
    expect(await readdir(path.join(modules, ".cache", "runner"))).toHaveLength(1);
  });

  /** In a process group of its own, as a terminal starts it. */
  function start(folder: string, args: string[] = []) {
    const [node, ...options] = command(folder);
    const child: ChildProcess = spawn(node!, [...options, path.join(folder, "runner", "bin.js"), ...args], {
      cwd: folder,
      detached: true,
      stdio: "pipe",
      env: { ...process.env, NODE_OPTIONS: "", NODE_COMPILE_CACHE: "", NODE_V8_COVERAGE: "" },
    });
    let output = "";
    let errors = "";
    child.stdout!.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr!.on("data", (chunk) => {
      errors += chunk;
    });
    const says = async (text: string) => {
      while (!output.includes(text)) await once(child.stdout!, "data");
    };
    return { process: child, ended: once(child, "close"), says, output: () => output, errors: () => errors };
  }
});

// Tells each signal it gets, and ends some time after as many as it was told, so that one too many is seen.
const listening = `
  let left = Number(process.argv[2] ?? 1);
  for (const signal of ["SIGTERM", "SIGHUP", "SIGINT"])
    process.on(signal, () => {
      console.log(signal);
      if (--left === 0) setTimeout(() => process.exit(1), 300);
    });
  console.log("ready");
  setTimeout(() => undefined, 15_000);`;

/** A project of bin.js and a cli.ts that stands in for the real one. */
async function makeFolder(cli: string) {
  const root = await mkdtemp(path.join(os.tmpdir(), "bin test-"));
  await mkdir(path.join(root, "runner"));
  await mkdir(path.join(root, "node_modules"));
  await copyFile(path.join(project, "runner", "bin.js"), path.join(root, "runner", "bin.js"));
  await symlink(path.join(project, "node_modules", "node"), path.join(root, "node_modules", "node"));
  await writeFile(path.join(root, "package.json"), `{ "type": "module" }`);
  await writeFile(path.join(root, "runner", "cli.ts"), `const start: number = 1;\n${cli}\nexport default start;\n`);
  const versions = `{ ...process.versions, node: "20.0.0" }`;
  await writeFile(path.join(root, "older.js"), `Object.defineProperty(process, "versions", { value: ${versions} });`);
  return { root, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) };
}

/** The first one in the PATH that is older than 24, if there is any. */
function olderNodes(): string[] {
  const found = (process.env.PATH ?? "")
    .split(path.delimiter)
    .map((folder) => path.join(folder, "node"))
    .find((node) => {
      try {
        const version = execFileSync(node, ["-p", "process.versions.node"], { encoding: "utf8", stdio: "pipe" });
        return Number.parseInt(version, 10) < 24;
      } catch {
        return false; // there is none in this folder
      }
    });
  return found ? [found] : [];
}
