import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { type Lines, readLines, readText } from "../../sources/read.ts";
import { openFolder } from "./world.ts";

async function linesOf(content: string | Uint8Array): Promise<string[]> {
  await using folder = await openFolder();
  const batches: Lines[] = [];
  for await (const batch of readLines(await folder.write("file.txt", content))) batches.push(batch);
  return batches.flatMap(({ lines }) => lines);
}

test("lines are the same plain and gzipped, with LF and CRLF, with a mark and without a last line end", async () => {
  const expected = ["a", "b", "", "c"];
  for (const content of ["a\nb\n\nc\n", "a\r\nb\r\n\r\nc\r\n", "\ufeffa\nb\n\nc", gzipSync("a\nb\n\nc\n")])
    expect(await linesOf(content)).toEqual(expected);
});

test("a line that is not UTF-8 is read as latin-1, the lines around it are not", async () => {
  const bytes = Buffer.concat([Buffer.from("São\n"), Buffer.from("Fran\xe7ois\n", "latin1"), Buffer.from("漢\n")]);
  expect(await linesOf(bytes)).toEqual(["São", "François", "漢"]);
});

test("a line longer than what is read at once stays whole", async () => {
  const long = "x".repeat(1_000_000);
  expect(await linesOf(`a\n${long}\nb`)).toEqual(["a", long, "b"]);
});

test("an empty file, a missing file and a gzip stream that is cut off are errors that name the file", async () => {
  await using folder = await openFolder();
  const packed = gzipSync("abc\n".repeat(1000));
  await expect(readText(await folder.write("empty.txt", ""))).rejects.toThrow("empty.txt: the file is empty");
  await expect(readText({ name: "gone.txt", path: `${folder.path}/gone.txt` })).rejects.toThrow(
    "gone.txt: cannot be read",
  );
  await expect(readText(await folder.write("cut.gz", packed.subarray(0, packed.length - 9)))).rejects.toThrow(
    "cut.gz: the gzip stream is damaged or cut off",
  );
  await expect(readText(await folder.write("empty.gz", gzipSync("")))).rejects.toThrow("empty.gz: the file is empty");
});
