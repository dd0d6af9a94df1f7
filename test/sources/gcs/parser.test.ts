import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { columns } from "../../../sources/gcs/columns.ts";
import parse from "../../../sources/gcs/parser.ts";
import { parseTexts } from "../world.ts";

const header = columns.map(({ name }) => `"${name}"`).join(",");

/** A record of the log in its documented form, with some fields of its own. */
function line(own: Partial<Record<(typeof columns)[number]["name"], string>> = {}): string {
  const usual: Record<string, string> = {
    time_micros: "1785333600000001",
    c_ip: "192.0.2.10",
    c_ip_type: "1",
    cs_method: "GET",
    sc_status: "200",
    cs_bytes: "0",
    sc_bytes: "100",
    time_taken_micros: "5",
    s_request_id: "id",
    cs_bucket: "bucket",
    cs_object: "object",
  };
  return columns.map(({ name }) => `"${(own[name] ?? usual[name] ?? "").replaceAll('"', '""')}"`).join(",");
}

async function logOf(...lines: string[]) {
  return await objectsOf({ log: `${[header, ...lines].join("\n")}\n` });
}

async function objectsOf(texts: Record<string, string | Uint8Array>) {
  const { usage_log: log = [], usage_rejects: rejects = [] } = await parseTexts(parse, "usage_logs", texts);
  return { log, rejects };
}

test("a record has 17 typed columns; an empty text is '', an empty number null", async () => {
  const { log, rejects } = await logOf(
    line({ c_ip: "", c_ip_type: "", sc_bytes: "", time_taken_micros: "", cs_object: "漢.txt" }),
  );
  expect(rejects).toEqual([]);
  expect(log).toEqual([
    [1785333600000001, "", null, "", "GET", "", 200, 0, null, null, "", "", "", "id", "", "bucket", "漢.txt"],
  ]);
});

test("bytes beyond 2^53 lose nothing", async () => {
  const { log } = await logOf(line({ sc_bytes: "9007199254740993" }));
  expect(log[0]![8]).toBe(9007199254740993n);
});

test("quotes, commas and line breaks in agents and referers are part of them", async () => {
  const { log } = await logOf(
    line({ cs_user_agent: "line one\nline two", cs_referer: 'https://docs.example.org/a "quoted", page' }),
    line(),
  );
  expect(log.map((row) => [row[11], row[12]])).toEqual([
    ['https://docs.example.org/a "quoted", page', "line one\nline two"],
    ["", ""],
  ]);
});

test("a record that cannot be read is one reject with its reason and its readable bytes, and costs no other", async () => {
  const good = line({ s_request_id: "good" });
  const { log, rejects } = await logOf(
    good,
    line().replace(/,"[^"]*"$/, ""),
    `${line()},"more"`,
    line({ sc_bytes: "12 kB" }),
    line({ sc_status: "OK", sc_bytes: "7" }),
    line().replace('"object"', '"object'),
    line({ cs_user_agent: "tool" }).replace('"tool"', '"tool "beta""'),
    line({ sc_bytes: "9223372036854775808" }),
    line({ c_ip: "a\0b" }),
    line({ time_micros: "" }),
    line({ time_micros: "253402300800000000" }),
    good,
  );
  expect(log.map((row) => row[13])).toEqual(["good", "good"]);
  expect(rejects).toEqual([
    ["log", 3, "16 fields, expected 17", 100],
    ["log", 4, "18 fields, expected 17", 100],
    ["log", 5, "sc_bytes is not an INT64", 0],
    ["log", 6, "sc_status is not an INT64", 7],
    ["log", 7, "text after a closing quote", 100],
    ["log", 8, "text after a closing quote", 100],
    ["log", 9, "sc_bytes is not an INT64", 0],
    ["log", 10, "a NUL byte", 100],
    ["log", 11, "time_micros is empty", 100],
    ["log", 12, "time_micros is not a time of the years 1 to 9999", 100],
  ]);
});

test("a reject holds no address", async () => {
  const { rejects } = await logOf(
    line({ c_ip: "192.0.2.77", sc_status: "x" }),
    line({ time_micros: "192.0.2.77" }),
    line({ c_ip: "192.0.2.77" }).slice(0, -30),
  );
  expect(rejects).toHaveLength(3);
  expect(JSON.stringify(rejects)).not.toContain("192.0.2.77");
});

test("an object may have its columns in another order, each object its own", async () => {
  const names = columns.map(({ name }) => name).toReversed();
  const reversed = line({ s_request_id: "b" }).split(",").toReversed().join(",");
  const { log } = await objectsOf({
    a: `${header}\n${line({ s_request_id: "a" })}\n`,
    b: `${names.join(",")}\n${reversed}\n`,
  });
  expect(log.map((row) => row[13])).toEqual(["a", "b"]);
  expect(log[1]).toEqual([...log[0]!.slice(0, 13), "b", ...log[0]!.slice(14)]);
});

test("blank lines, a header line where objects were joined, CRLF, a mark and a missing last line end are no rows", async () => {
  const text = `\ufeff${header}\r\n\r\n${line()}\r\n${header}\r\n${line()}`;
  const { log, rejects } = await objectsOf({ log: text });
  expect(log).toHaveLength(2);
  expect(rejects).toEqual([]);
});

test("objects are read in the order of their names, gzipped or not", async () => {
  const { log } = await objectsOf({
    b: `${header}\n${line({ s_request_id: "2" })}\n`,
    a: gzipSync(`${header}\n${line({ s_request_id: "1" })}\n`),
    c: `${header}\n`,
  });
  expect(log.map((row) => row[13])).toEqual(["1", "2"]);
});

test("an object without its header, with another header, or empty, is an error that names it", async () => {
  await expect(objectsOf({ log: `${line()}\n` })).rejects.toThrow("log:1: not the header of a usage log");
  await expect(objectsOf({ log: '"bucket","storage_byte_hours"\n"b","1"\n' })).rejects.toThrow(
    "missing: time_micros, c_ip,",
  );
  await expect(objectsOf({ log: "" })).rejects.toThrow("log: the file is empty");
  await expect(objectsOf({ log: "\n\n" })).rejects.toThrow("log: no header line");
  const packed = gzipSync(`${header}\n${line()}\n`.repeat(50));
  await expect(objectsOf({ log: packed.subarray(0, packed.length - 20) })).rejects.toThrow(
    "log: the gzip stream is damaged or cut off",
  );
});
