import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { codeHash } from "../../runner/inputs/parser-hash.ts";

test("the hash of code changes with a file that it imports through another, and not with one that it does not import", async () => {
  const dir = await mkdtemp(join(tmpdir(), "code-"));
  try {
    await mkdir(join(dir, "sources/desk"), { recursive: true });
    await writeFile(join(dir, "sources/desk/parser.ts"), 'import { read } from "../read.ts";\nexport default read;\n');
    await writeFile(join(dir, "sources/read.ts"), 'export { read } from "./deep.ts";\n');
    await writeFile(join(dir, "sources/deep.ts"), "export const read = 1;\n");
    await writeFile(join(dir, "sources/other.ts"), "export const other = 1;\n");
    const before = await codeHash(dir, "sources/desk/parser.ts");
    await writeFile(join(dir, "sources/other.ts"), "export const other = 2;\n");
    expect(await codeHash(dir, "sources/desk/parser.ts")).toBe(before);
    await writeFile(join(dir, "sources/deep.ts"), "export const read = 2;\n");
    expect(await codeHash(dir, "sources/desk/parser.ts")).not.toBe(before);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
