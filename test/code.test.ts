import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
const bin = (name: string) => resolve(root, "node_modules", ".bin", name);

test("the compiler finds no wrong type", async () => {
  const { stdout, exitCode } = await execa(bin("tsc"), ["--noEmit", "-p", root], { reject: false });
  expect(stdout).toBe("");
  expect(exitCode).toBe(0);
}, 120_000);

test("the linter and the formatter have nothing to say", async () => {
  const { all, exitCode } = await execa(bin("biome"), ["check", "--colors=off", root], {
    reject: false,
    all: true,
    cwd: root,
  });
  expect(exitCode, all).toBe(0);
}, 120_000);

test("the lock file knows the packages of every platform, not only of the machine that wrote it", async () => {
  const { packages } = JSON.parse(await readFile(resolve(root, "package-lock.json"), "utf8")) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`],
    ),
  );
  expect(missing).toEqual([]);
});
