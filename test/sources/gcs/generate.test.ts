import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse as parseCsv } from "csv-parse/sync";
import { expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { amountsOf, unreadable, unreadableBytes } from "../../../sources/gcs/edge-cases.ts";
import generate from "../../../sources/gcs/generate.ts";
import parse from "../../../sources/gcs/parser.ts";
import { parseAddress } from "../../../sources/ip.ts";
import { inputFile, openFolder, rowsOf } from "../world.ts";

const ranges = [
  "1.0.0.0,1.0.255.255,13335,One",
  "3.0.0.0,3.0.255.255,16509,Two",
  "34.0.0.0,34.0.255.255,15169,Three",
  "2400::,2400:ffff:ffff:ffff:ffff:ffff:ffff:ffff,16509,Four",
].join("\n");

async function generated(rows: number, { seed = 1, routes = ranges } = {}) {
  const folder = await openFolder();
  await using source = await openFolder();
  const file = await source.write("routes.csv", routes);
  await generate({
    folder: folder.path,
    inputs: { routes: [file] },
    vars: { usage_rows: String(rows), usage_seed: String(seed) },
  });
  const names = (await readdir(folder.path)).sort();
  return { ...folder, files: names.map((name) => inputFile(join(folder.path, name))) };
}

async function digestOf(files: { path: string; name: string }[]): Promise<string> {
  const hash = createHash("sha256");
  for (const { path, name } of files) hash.update(name).update(await readFile(path));
  return hash.digest("hex");
}

test("the log is the same for the same seed and routes, and another for another seed", async () => {
  await using a = await generated(3_000);
  await using b = await generated(3_000);
  await using c = await generated(3_000, { seed: 2 });
  expect(await digestOf(b.files)).toBe(await digestOf(a.files));
  expect(await digestOf(c.files)).not.toBe(await digestOf(a.files));
});

test.for([1, 7, 400, 20_000])(
  "a log of %i rows has exactly as many records, with the edge cases in their known amounts",
  async (rows) => {
    await using log = await generated(rows);
    const amounts = amountsOf(rows);
    const { usage_log: records = [], usage_rejects: rejects = [] } = await rowsOf(parse, { usage_logs: log.files });
    const rejected = unreadable.reduce((sum, kind) => sum + amounts[kind], 0);
    expect(rejects).toHaveLength(rejected);
    expect(records).toHaveLength(rows - rejected);
    expect(rejects.reduce((sum, [, , , bytes]) => sum + Number(bytes), 0)).toBe(
      (rejected - amounts.bytesNotANumber) * unreadableBytes,
    );

    const keys = new Set(records.map((row) => JSON.stringify([row[13], row[0], row[4], row[16]])));
    expect(records.length - keys.size).toBe(amounts.duplicate);
    const addresses = records.map((row) => String(row[1]));
    expect(addresses.filter((address) => address === "")).toHaveLength(amounts.noAddress);
    expect(addresses.filter((address) => address !== "" && !parseAddress(address))).toHaveLength(
      amounts.invalidAddress,
    );
    expect(addresses.filter((address) => address.startsWith("10."))).toHaveLength(amounts.privateAddress);
    expect(addresses.filter((address) => address.startsWith("::ffff:"))).toHaveLength(amounts.mappedAddress);
    expect(addresses.filter((address) => address.length === 39 && address === address.toUpperCase())).toHaveLength(
      amounts.otherSpelling,
    );
    expect(records.filter((row) => String(row[12]).includes("\n"))).toHaveLength(amounts.lineBreakInAgent);
    expect(records.filter((row) => String(row[11]).includes('"'))).toHaveLength(amounts.quotesInReferer);
  },
);

test("objects are named and written as GCS writes them, several an hour over seven days", async () => {
  await using log = await generated(20_000);
  const { inputs } = parseYaml(await readFile("sources/gcs/source.yaml", "utf8")) as {
    inputs: { usage_logs: { pattern: string } };
  };
  const name = new RegExp(`^(?:${inputs.usage_logs.pattern})$`);
  const hours = new Map<string, number>();
  for (const file of log.files) {
    expect(file.name).toMatch(name);
    const hour = /_usage_(\d{4}_\d\d_\d\d_\d\d)_/.exec(file.name)![1]!;
    hours.set(hour, (hours.get(hour) ?? 0) + 1);
  }
  expect(new Set([...hours.keys()].map((hour) => hour.slice(0, 10))).size).toBe(7);
  expect(Math.min(...hours.values())).toBeGreaterThan(1);
  const text = await readFile(log.files[0]!.path, "utf8");
  expect(text).toMatch(/^("[a-z_]+",){16}"cs_object"\n("\d{16}"|"\d+","[^"]*").*/);
  expect(parseCsv(text, { relaxQuotes: true, relaxColumnCount: true })[0]).toHaveLength(17);
});

test("the pattern of names takes usage objects of any bucket and none of the storage objects beside them", async () => {
  const { inputs } = parseYaml(await readFile("sources/gcs/source.yaml", "utf8")) as {
    inputs: { usage_logs: { pattern: string } };
  };
  const name = new RegExp(`^(?:${inputs.usage_logs.pattern})$`);
  for (const good of [
    "example-bucket_usage_2022_06_18_14_00_00_1702e6_v0",
    "a_usage_b_usage_2022_06_18_14_00_00_1702e6_v0",
    "us.artifacts.x.appspot.com_usage_2026_07_01_00_00_00_0a1b2c_v0.gz",
  ])
    expect(good).toMatch(name);
  for (const bad of [
    "example-bucket_storage_2022_06_18_07_00_00_1702e6_v0",
    "a_usage_b_storage_2022_06_18_07_00_00_1702e6_v0",
    "_usage_2022_06_18_14_00_00_1_v0x",
    "README.md",
  ])
    expect(bad).not.toMatch(name);
});

test("no record belongs to a later hour than its object, and none lies outside the seven days", async () => {
  await using log = await generated(20_000);
  for (const file of log.files) {
    const [, year, month, day, hour] = /_usage_(\d{4})_(\d\d)_(\d\d)_(\d\d)_/.exec(file.name)!;
    const end = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour) + 1) * 1000;
    const { usage_log: records = [] } = await rowsOf(parse, { usage_logs: [file] });
    for (const row of records) {
      expect(Number(row[0])).toBeLessThan(end);
      expect(Number(row[0])).toBeGreaterThanOrEqual(Date.UTC(2026, 6, 1) * 1000);
    }
  }
});

test("a few addresses make most requests, and bytes stay below 2^53", async () => {
  await using log = await generated(20_000);
  const { usage_log: records = [] } = await rowsOf(parse, { usage_logs: log.files });
  const counts = new Map<string, number>();
  for (const row of records) counts.set(String(row[1]), (counts.get(String(row[1])) ?? 0) + 1);
  const sorted = [...counts.values()].toSorted((a, b) => b - a);
  const busiest = sorted.slice(0, Math.ceil(sorted.length / 10)).reduce((sum, count) => sum + count, 0);
  expect(busiest / records.length).toBeGreaterThan(0.5);
  expect(sorted.length).toBeGreaterThan(1_500);
  for (const row of records) expect(typeof row[8]).toBe("number");
});

test("clients are drawn from .dat files too", async () => {
  await using log = await generated(500, { routes: "; IP-ASN32-DAT file\n1.2.0.0/16\t15169\n" });
  const { usage_log: records = [] } = await rowsOf(parse, { usage_logs: log.files });
  expect(records.filter((row) => String(row[1]).startsWith("1.2.")).length).toBeGreaterThan(450);
});

test.for(["0", "-5", "1.5", "many", ""])("usage_rows of %j is an error that says what is expected", async (rows) => {
  await using folder = await openFolder();
  const routes = [await folder.write("routes.csv", ranges)];
  await expect(
    generate({ folder: folder.path, inputs: { routes }, vars: { usage_rows: rows, usage_seed: "1" } }),
  ).rejects.toThrow("usage_rows is");
});
