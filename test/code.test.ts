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
