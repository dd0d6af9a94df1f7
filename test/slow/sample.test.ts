import { readdir, readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openWorld, type World } from "../world.ts";

const sample = { project: ".", target: "sample", dataset: "asn_attribution" };
const small = ["--vars", "usage_rows: 20000"];

/** Rows and bytes of the log objects per address family, read by a reader that shares nothing with the project's. */
async function readLogs(folder: string): Promise<Record<string, { requests: number; bytes: bigint }>> {
  const sums: Record<string, { requests: number; bytes: bigint }> = {};
  const record = /(?:"(?:[^"]|"")*",){16}"(?:[^"]|"")*"\n/y;
  for (const name of await readdir(folder)) {
    const text = await readFile(join(folder, name), "utf8");
    const headerEnd = text.indexOf("\n") + 1;
    for (let at = headerEnd; at < text.length; ) {
      record.lastIndex = at;
      const match = record.exec(text);
      const line = match ? match[0] : text.slice(at, text.indexOf("\n", at) + 1 || text.length);
      at += line.length;
      if (line.trim() === "") continue;
      const fields = line.slice(1, -2).split('","');
      const isWhole =
        match !== null && [0, 6, 7, 8, 9].every((index) => /^-?\d*$/.test(fields[index]!)) && fields[0] !== "";
      const family = isWhole ? familyOf(fields[1]!) : "none";
      const sum = (sums[family] ??= { requests: 0, bytes: 0n });
      sum.requests += 1;
      if (match && /^-?\d+$/.test(fields[8]!)) sum.bytes += BigInt(fields[8]!);
    }
  }
  return sums;
}

function familyOf(address: string): string {
  const version = isIP(address);
  if (version === 4 || (version === 6 && /^(::|0+:0+:0+:0+:0+:)ffff:\d+\.\d+\.\d+\.\d+$/i.test(address))) return "ipv4";
  return version === 6 ? "ipv6" : "none";
}

/** Every table of a build with its rows as one number, whatever their order. */
async function contentOf(world: World): Promise<Record<string, string>> {
  const tables = await world.query(
    "select table_schema, table_name from information_schema.tables where regexp_matches(table_schema, '^asn_attribution_[0-9]+$') and table_type = 'BASE TABLE'",
  );
  const content: Record<string, string> = {};
  for (const [dataset, name] of tables)
    content[name!] = JSON.stringify(
      await world.query(
        `select count(*), sum(hash(whole::varchar)::hugeint)::varchar from ${dataset}.${name} as whole`,
      ),
    );
  return content;
}

test("every row and byte of the files is accounted for, exactly, per address family", async () => {
  await using world = await openWorld(sample);
  const ended = await world.run(["build", ...small]);
  expect(ended.code, ended.all).toBe(0);
  const [folder] = (await readdir(join(world.dir, ".runner", "inputs"))).filter((name) =>
    name.startsWith("usage_logs-"),
  );
  const read = await readLogs(join(world.dir, ".runner", "inputs", folder!));
  const rows = await world.query(
    "select family, sum(requests)::varchar, sum(bytes)::varchar from asn_attribution.usage_reconciliation group by family",
  );
  const told = Object.fromEntries(
    rows.map(([family, requests, bytes]) => [family, { requests: Number(requests), bytes: BigInt(bytes!) }]),
  );
  expect(told).toEqual(read);
}, 300_000);

test("two builds in two empty places, with 1 thread and with 8, are equal row for row in every table", async () => {
  await using one = await openWorld(sample);
  await using other = await openWorld(sample);
  const [first, second] = [
    await one.run(["build", "--threads", "1", ...small]),
    await other.run(["build", "--threads", "8", ...small]),
  ];
  expect([first.code, second.code], first.all + second.all).toEqual([0, 0]);
  const content = await contentOf(one);
  expect(Object.keys(content).length).toBeGreaterThan(25);
  expect(await contentOf(other)).toEqual(content);
}, 400_000);
