import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Value } from "../../runner/inputs/parser.ts";
import { openRowFile } from "../../runner/inputs/rows.ts";

describe("a row file", () => {
  test("keeps null, the empty text and quotes apart, one line a row", async () => {
    const rows: Value[][] = [
      [1n, "a,b", true],
      [null, null, null],
      [-5, "", false],
      [9007199254740991, 'say "hi"\r\n', null],
    ];
    expect(await written(["int64", "string", "bool"], rows)).toBe(
      '1,"a,b",true\n,,\n-5,"",false\n9007199254740991,"say ""hi""\r\n",\n',
    );
  });

  test("takes dates, times, numerics and bytes as text", async () => {
    const row = ["2024-02-29", "2024-02-29T12:00:00.000001Z", "-12.5", "\\x00ff"];
    expect(await written(["date", "timestamp", "numeric(10, 2)", "bytes"], [row])).toBe(`${row.join(",")}\n`);
  });

  test("counts its rows, also past the point where it writes them out", async () => {
    await using folder = await openFolder();
    const sink = openRowFile(join(folder.path, "t.csv"), "t", [{ name: "a", type: "string", description: undefined }]);
    for (let row = 0; row < 100_000; row += 1) await sink.write([`row ${row}`]);
    expect(await sink.close()).toBe(100_000n);
    expect((await readFile(join(folder.path, "t.csv"), "utf8")).trimEnd().split("\n")).toHaveLength(100_000);
  });

  test.each([
    ["int64", "1.5"],
    ["int64", ""],
    ["int64", 1.5],
    ["int64", 2 ** 53],
    ["int64", true],
    ["bool", "yes"],
    ["date", "29.02.2024"],
    ["date", "0000-01-01"],
    ["timestamp", "2024-02-29 12:00:00"],
    ["timestamp", "2024-02-29 12:00:00.0000001Z"],
    ["numeric(10, 2)", "1.005"],
    ["numeric(10, 2)", "1e3"],
    ["numeric", "NaN"],
    ["bytes", "00ff"],
    ["string", undefined as unknown as Value],
  ] as [string, Value][])("a %s that is %j is an error that names the column and the row", async (type, value) => {
    await expect(written([type], [[null], [value]])).rejects.toThrow(/^t\.c0, row 2: .* is not of type /);
  });

  test("a row of another length is an error", async () => {
    await expect(written(["int64"], [[1, 2]])).rejects.toThrow("t: a row has 2 values, the table has 1 columns");
  });

  test("a folder that is not there is an error, not a loss", async () => {
    const sink = openRowFile("/nowhere/t.csv", "t", [{ name: "a", type: "string", description: undefined }]);
    await sink.write(["a"]);
    await expect(sink.close()).rejects.toThrow("ENOENT");
  });
});

async function written(types: string[], rows: Value[][]): Promise<string> {
  await using folder = await openFolder();
  const file = join(folder.path, "t.csv");
  const columns = types.map((type, index) => ({ name: `c${index}`, type, description: undefined }));
  const sink = openRowFile(file, "t", columns);
  for (const row of rows) await sink.write(row);
  await sink.close();
  return await readFile(file, "utf8");
}

async function openFolder() {
  const path = await mkdtemp(join(tmpdir(), "rows-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
