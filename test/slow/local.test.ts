import { join } from "node:path";
import { expect, test } from "vitest";
import { randomIPv4, randomIPv6, tables, writeLog } from "../bench/match.ts";
import { root } from "../bench/timing.ts";
import { readRoutes, Trie } from "../oracle/trie.ts";
import { openWorld } from "../world.ts";

const files = {
  usage_logs: "logs",
  routes: [tables.ipv4, tables.ipv6],
  as_names: join(root, "test/data/asn.txt.gz"),
  aws_ranges: join(root, "sources/cloud_ranges/aws-ip-ranges_20260729.json.gz"),
  gcp_ranges: join(root, "sources/cloud_ranges/gcp-cloud_20260729.json.gz"),
  peeringdb_net: join(root, "sources/peeringdb/net_page1.json.gz"),
};

test("your own files: builds, releases, and every address has the prefix and AS of a trie; each file is asked for by name", async () => {
  await using world = await openWorld({ project: ".", target: "local", dataset: "asn_attribution" });
  const trie = new Trie();
  const six: { prefix: string; asn: number }[] = [];
  for (const file of [tables.ipv4, tables.ipv6])
    for (const route of await readRoutes(file)) {
      trie.add(route);
      if (route.prefix.includes(":")) six.push(route);
    }
  const addresses = [...randomIPv4(150_000), ...randomIPv6(50_000, six)];
  await writeLog(join(world.dir, "logs"), addresses);
  for (const name of Object.keys(files)) {
    const { [name as keyof typeof files]: _, ...rest } = files;
    const missing = await world.run(["build", "--target", "local", "--vars", JSON.stringify(rest)]);
    expect(missing.code, missing.all).toBe(2);
    expect(missing.stderr).toContain(`${name} is not set: it takes`);
  }
  const ended = await world.run(["build", "--target", "local", "--vars", JSON.stringify(files)]);
  expect(ended.code, ended.all).toBe(0);
  expect(ended.all).toContain("Released: release 1");
  const [[dataset]] = (await world.query(
    "select schema_name from duckdb_schemas() where regexp_matches(schema_name, '^asn_attribution_[0-9]+$')",
  )) as [[string]];
  const found = new Map(
    (await world.query(`select c_ip, prefix, asn from ${dataset}.match_ip_to_iprange`)).map(
      ([address, prefix, asn]) => [address!, `${prefix} ${asn}`],
    ),
  );
  const wrong = addresses.filter((address) => {
    const route = trie.find(address);
    return found.get(address) !== (route ? `${route.prefix} ${route.asn}` : "null null");
  });
  expect(wrong.slice(0, 5)).toEqual([]);
  expect(found.size).toBe(addresses.length);
  const total = await world.query(
    "select sum(requests)::varchar, sum(bytes)::varchar from asn_attribution.usage_by_vendor",
  );
  expect(total).toEqual([[String(addresses.length), String(addresses.length * 1000)]]);
}, 600_000);
