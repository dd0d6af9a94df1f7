import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sumFolder } from "../sources/gcs/reader.ts";
import { openWorld, type World } from "../world.ts";

const sample = { project: ".", target: "sample", dataset: "asn_attribution" };
const small = ["--vars", "usage_rows: 20000"];

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
  const { ipv4, ipv6, none, rejected } = sumFolder(join(world.dir, ".runner", "inputs", folder!));
  const rows = await world.query(
    "select family, sum(requests)::varchar, sum(bytes)::varchar from asn_attribution.usage_reconciliation group by family",
  );
  const told = Object.fromEntries(
    rows.map(([family, requests, bytes]) => [family, { requests: BigInt(requests!), bytes: BigInt(bytes!) }]),
  );
  expect(told).toEqual({ ipv4, ipv6, none });
  const left = await world.query(
    "select requests::varchar, bytes::varchar from asn_attribution.usage_reconciliation where outcome = 'rejected' and family = 'none'",
  );
  expect(left).toEqual([[String(rejected.requests), String(rejected.bytes)]]);
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

test("with GCP_BIGQUERY_DATASET_LOGS the log is taken from that dataset: no file is read, and the sums are the same", async () => {
  await using world = await openWorld(sample);
  const first = await world.run(["build", ...small]);
  expect(first.code, first.all).toBe(0);
  const [[logs]] = (await world.query(
    "select schema_name from duckdb_schemas() where regexp_matches(schema_name, '^asn_attribution_[0-9]+$')",
  )) as [[string]];
  const env = { GCP_BIGQUERY_DATASET: "again", GCP_BIGQUERY_DATASET_LOGS: logs };
  const second = await world.run(["build", ...small], { env });
  expect(second.code, second.all).toBe(0);
  expect(second.all).not.toContain("source table gcs.usage_log");
  const sums = (dataset: string) =>
    world.query(`select vendor, requests::varchar, bytes::varchar from ${dataset}.usage_by_vendor order by 1`);
  expect(await sums("again")).toEqual(await sums("asn_attribution"));
  const nowhere = await world.run(["build", ...small], { env: { ...env, GCP_BIGQUERY_DATASET_LOGS: "nowhere" } });
  expect(nowhere.code).toBe(2);
  expect(nowhere.stderr).toContain("GCP_BIGQUERY_DATASET_LOGS is nowhere, which has no table usage_all_raw");
}, 400_000);

test("an address planted in a published column fails the release and names model and column", async () => {
  await using world = await openWorld(sample);
  await world.edit(
    "models/bigquery/report/usage_by_vendor.sql",
    /select \* from final\s*$/,
    "select * from final\nunion all\nselect '192.0.2.7', 1, 1, 1, cast(0 as numeric), cast(0 as numeric), 0.0\n",
  );
  const ended = await world.run(["build", ...small]);
  expect(ended.code, ended.all).toBe(1);
  expect(ended.all).toContain("usage_by_vendor.vendor: No value of a published text column is a client address.");
  expect(await world.stable()).toEqual({});
}, 300_000);
