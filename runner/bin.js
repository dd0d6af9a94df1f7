#!/usr/bin/env node
// The `runner` command for whatever Node is there, from 16 on: starts cli.ts with Node 24, which runs TypeScript directly. The npm
// package `node` brings that one along, and `npx` and npm's scripts find it first, so mostly it runs this file already.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import * as nodeModule from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const oldest = 24;
const thisFile = fileURLToPath(import.meta.url);
const projectDir = path.resolve(path.dirname(thisFile), "..");

if (Number.parseInt(process.versions.node, 10) >= oldest) await runHere();
else runWith(findNode());

async function runHere() {
  if (process.env.RUNNER_FOLLOWS_PARENT && process.channel) followParent();
  // Compiled code is kept for the next start; where the folder cannot be written nothing is, and nothing fails.
  nodeModule.enableCompileCache(path.join(projectDir, "node_modules", ".cache", "runner"));
  await import("./cli.ts");
}

/** Runs this file again with another Node, which gets all signals and whose end is this process's end. */
function runWith(node) {
  const child = spawn(node, [thisFile, ...process.argv.slice(2)], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: { ...process.env, RUNNER_FOLLOWS_PARENT: "1" },
  });
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  process.on("SIGINT", () => child.connected && child.send("SIGINT", () => undefined)); // not the signal itself: see followParent
  child.on("error", (error) => giveUp(`${node} does not start: ${error.message}`));
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code);
    for (const name of ["SIGTERM", "SIGHUP", "SIGINT"]) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}

/**
 * The other half of runWith, in the Node that it started. A closed channel means that the parent was killed: this process stops as
 * on SIGTERM, so that it does not go on alone with the lock. Ctrl-C in a terminal reaches parent and child alike, `kill -INT`
 * the parent only, and a second SIGINT has a meaning of its own: what the parent tells counts only where none came from elsewhere.
 */
function followParent() {
  delete process.env.RUNNER_FOLLOWS_PARENT;
  let interruptedAt = Number.NEGATIVE_INFINITY;
  process.on("SIGINT", function noteTime() {
    interruptedAt = performance.now();
    if (process.listenerCount("SIGINT") > 1) return;
    process.off("SIGINT", noteTime); // nobody else listens yet: end, as without this listener
    process.kill(process.pid, "SIGINT");
  });
  process.on("message", () => {
    const tell = () => performance.now() - interruptedAt > 500 && process.kill(process.pid, "SIGINT");
    setTimeout(tell, 100).unref();
  });
  process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel.unref(); // it does not keep the process from ending
}

function findNode() {
  try {
    const manifest = nodeModule.createRequire(import.meta.url).resolve("node/package.json");
    const { version } = JSON.parse(readFileSync(manifest, "utf8"));
    const node = path.join(path.dirname(manifest), "bin", process.platform === "win32" ? "node.exe" : "node");
    if (Number.parseInt(version, 10) >= oldest && existsSync(node)) return node;
  } catch {
    // not installed
  }
  return giveUp(`it needs Node ${oldest} or later, and this is ${process.versions.node}`);
}

function giveUp(why) {
  console.error(
    `runner: ${why}. Run \`npm ci\` in ${projectDir}, which brings Node ${oldest} along (with install scripts switched off: \`npm rebuild node\` after it), or install Node ${oldest}.`,
  );
  process.exit(2);
}
