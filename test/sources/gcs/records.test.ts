import { parse as referenceParse } from "csv-parse/sync";
import { expect, test } from "vitest";
import { newRandom } from "../../../sources/gcs/random.ts";
import { readRecords } from "../../../sources/gcs/records.ts";
import { openFolder } from "../world.ts";

type Read = { line: number; fields: string[]; broken?: string };

async function recordsOf(content: string | Uint8Array): Promise<Read[]> {
  await using folder = await openFolder();
  const found: Read[] = [];
  for await (const records of readRecords(await folder.write("log", content))) {
    for (const record of records) {
      const fields = Array.from({ length: record.count }, (_, field) => record.text(field));
      found.push({ line: record.line, fields, ...(record.broken === undefined ? {} : { broken: record.broken }) });
    }
  }
  return found;
}

async function integersOf(...texts: string[]) {
  await using folder = await openFolder();
  for await (const records of readRecords(await folder.write("log", `${texts.map((text) => `"${text}"`).join(",")}\n`)))
    for (const record of records) return texts.map((_, field) => record.int64(field));
}

test("quoted fields hold commas, doubled quotes and line breaks", async () => {
  expect(await recordsOf('"a","b ""c"", d","e\nf"\n"g","",""\n')).toEqual([
    { line: 1, fields: ["a", 'b "c", d', "e\nf"] },
    { line: 3, fields: ["g", "", ""] },
  ]);
});

test("blank lines are no records, a line with an empty quoted field is one", async () => {
  expect(await recordsOf('\n"a"\n\n\r\n""\n\n')).toEqual([
    { line: 2, fields: ["a"] },
    { line: 5, fields: [""] },
  ]);
});

test("CRLF, a byte order mark and a missing last line end change nothing", async () => {
  const expected = [
    { line: 1, fields: ["a", "b"] },
    { line: 2, fields: ["c", "d\r\ne"] },
    { line: 4, fields: ["f", "g"] },
  ];
  expect(await recordsOf('\ufeff"a","b"\r\n"c","d\r\ne"\r\nf,g\r\n')).toEqual(expected);
  expect(await recordsOf('\ufeff"a","b"\r\n"c","d\r\ne"\r\nf,"g"')).toEqual(expected);
});

test("where a quote does not end, only its own line is lost", async () => {
  expect(await recordsOf('"a","b\n"c","d"\n"e","f"\n')).toEqual([
    { line: 1, fields: ["a"], broken: "text after a closing quote" },
    { line: 2, fields: ["c", "d"] },
    { line: 3, fields: ["e", "f"] },
  ]);
  expect(await recordsOf('"a","b"\n"c","d\n')).toEqual([
    { line: 1, fields: ["a", "b"] },
    { line: 2, fields: ["c"], broken: "a quote is not closed" },
  ]);
  expect(await recordsOf('"a","b\nc,d\ne,f\n')).toEqual([
    { line: 1, fields: ["a"], broken: "a quote is not closed" },
    { line: 2, fields: ["c", "d"] },
    { line: 3, fields: ["e", "f"] },
  ]);
});

test("a quote within a field gives up its line and no other", async () => {
  expect(await recordsOf('"a","b "c" d"\n"e"\nx"y"\n"f"\n')).toEqual([
    { line: 1, fields: ["a"], broken: "text after a closing quote" },
    { line: 2, fields: ["e"] },
    { line: 3, fields: [], broken: "a quote inside an unquoted field" },
    { line: 4, fields: ["f"] },
  ]);
});

test("a record without end is given up, and what follows it is read, wherever it lies", async () => {
  const filler = "x".repeat(300_000);
  const found = await recordsOf(`"a"\n"${filler}\n"b"\n${filler}\n"c"\n`);
  expect(found.map(({ line, broken }) => [line, broken])).toEqual([
    [1, undefined],
    [2, "a quote is not closed"],
    [3, undefined],
    [4, "the line does not end"],
    [5, undefined],
  ]);
});

test("bytes that are not UTF-8 become the replacement character", async () => {
  expect(await recordsOf(Buffer.from('"a\xff","b"\n', "latin1"))).toEqual([{ line: 1, fields: ["a\ufffd", "b"] }]);
});

test("integers keep all 64 bits, an empty field is null, anything else is none", async () => {
  expect(
    await integersOf("0", "-0", "007", "9007199254740993", "9223372036854775807", "-9223372036854775808", ""),
  ).toEqual([0, 0, 7, 9007199254740993n, 9223372036854775807n, -9223372036854775808n, null]);
  expect(
    await integersOf("9223372036854775808", "-9223372036854775809", "1.0", " 1", "1e3", "-", "+1", "0x1", "NaN"),
  ).toEqual(new Array(9).fill(undefined));
});

test("any well-formed file is read as another reader reads it, however it is cut into pieces", async () => {
  const random = newRandom(3);
  const pieces = ["a", "é", "漢", '""', ",", "\n", " ", "1", "\r\n"];
  for (const recordCount of [1, 50, 20_000]) {
    const lines = Array.from({ length: recordCount }, () =>
      Array.from(
        { length: 3 },
        () => `"${Array.from({ length: random.below(12) }, () => pieces[random.below(pieces.length)]).join("")}"`,
      ).join(","),
    );
    const text = `${lines.join("\n")}\n`;
    const expected = referenceParse(text, { recordDelimiter: "\n" }) as string[][];
    expect((await recordsOf(text)).map(({ fields }) => fields)).toEqual(expected);
  }
});
