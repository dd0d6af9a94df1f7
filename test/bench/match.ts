import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { once } from "node:events";
import pg from "pg";
import { readRoutes, type Route } from "../oracle/trie.ts";
import { openWorld, type World } from "../world.ts";
import { root } from "./timing.ts";

export const tables = {
  ipv4: join(root, "test/data/ipasn_20140513.dat.gz"),
  ipv6: join(root, "test/data/ipasn6_20151101.dat.gz"),
};

/** Seconds of the match against those of the reference, both in the Postgres of one build. */
export async function match(): Promise<void> {
  const four = await matched({ routes: tables.ipv4, addresses: randomIPv4(1_000_000) });
  console.log(
    `1,000,000 IPv4 against 512,621 nested prefixes: ${four.seconds.toFixed(2)} s inside a build (prefix_blocks ${four.blockSeconds.toFixed(2)} s, match ${four.matchSeconds.toFixed(2)} s); one hash join per prefix length ${four.referenceSeconds.toFixed(2)} s; ratio ${(four.seconds / four.referenceSeconds).toFixed(2)}   (at most 0.3)`,
  );
  const routes = (await readRoutes(tables.ipv6)).filter(({ prefix }) => prefix.includes(":"));
  const six = await matched({ routes: tables.ipv6, addresses: randomIPv6(200_000, routes) });
  const [perFour, perSix] = [four.matchSeconds / 1_000_000, six.matchSeconds / 200_000];
  console.log(
    `200,000 IPv6 against 27,693 prefixes: ${six.matchSeconds.toFixed(2)} s; ${(perSix / perFour).toFixed(2)} times IPv4 an address   (at most 3)`,
  );
}

/** Builds match_ip_to_iprange for these addresses and routes, then times one hash join per prefix length beside it. */
async function matched({ routes, addresses }: { routes: string; addresses: string[] }) {
  await using world = await openWorld({ project: ".", target: "local", dataset: "asn_attribution" });
  await buildMatch(world, { routes, addresses });
  const results = JSON.parse(await world.read("target/run_results.json")) as {
    results: { unique_id: string; execution_time: number }[];
  };
  const secondsOf = (model: string) =>
    results.results
      .filter(({ unique_id }) => unique_id === model || unique_id.endsWith(`.${model}`))
      .reduce((sum, { execution_time }) => sum + execution_time, 0);
  const blockSeconds = secondsOf("prefix_blocks") + secondsOf("block_sizes");
  const matchSeconds = secondsOf("match_ip_to_iprange");
  const referenceSeconds = await hashJoinPerLength(world);
  return { seconds: blockSeconds + matchSeconds, blockSeconds, matchSeconds, referenceSeconds };
}

/** A log with one row an address, and a build of the match over it, unpromoted. */
export async function buildMatch(
  world: World,
  { routes, addresses }: { routes: string; addresses: string[] },
): Promise<void> {
  await writeLog(join(world.dir, "logs"), addresses);
  const inputs = {
    usage_logs: "logs",
    routes: [routes],
    as_names: join(root, "test/data/asnames.json.gz"),
    aws_ranges: join(root, "sources/cloud_ranges/aws-ip-ranges_20260729.json.gz"),
    gcp_ranges: join(root, "sources/cloud_ranges/gcp-cloud_20260729.json.gz"),
    peeringdb_net: join(root, "sources/peeringdb/net_page1.json.gz"),
  };
  const ended = await world.run([
    "build",
    "--target",
    "local",
    "--select",
    "+match_ip_to_iprange",
    "--no-promote",
    "--vars",
    JSON.stringify(inputs),
  ]);
  if (ended.code !== 0) throw new Error(ended.all);
}

export async function writeLog(folder: string, addresses: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const stream = createWriteStream(join(folder, "k8s-artifacts-prod_usage_2026_07_29_14_00_00_0a1b2c_v0"));
  const columns =
    "time_micros c_ip c_ip_type c_ip_region cs_method cs_uri sc_status cs_bytes sc_bytes time_taken_micros cs_host cs_referer cs_user_agent s_request_id cs_operation cs_bucket cs_object".split(
      " ",
    );
  stream.write(`${columns.map((name) => `"${name}"`).join(",")}\n`);
  for (const [index, address] of addresses.entries()) {
    const type = address.includes(":") ? 2 : 1;
    const fields = [
      1785333600000000 + index,
      address,
      type,
      "",
      "GET",
      "/b/o",
      200,
      0,
      1000,
      900,
      "storage.googleapis.com",
      "",
      "curl/8.5.0",
      `r${index}`,
      "GET_Object",
      "k8s-artifacts-prod",
      "o",
    ];
    if (!stream.write(`${fields.map((field) => `"${field}"`).join(",")}\n`)) await once(stream, "drain");
  }
  stream.end();
  await once(stream, "finish");
}

/** The plain way: for each prefix length in the table, one hash join of the addresses cut to that length; the longest wins. */
async function hashJoinPerLength(world: World): Promise<number> {
  const { openCluster } = await import("../../runner/engines/postgres/cluster.ts");
  const cluster = await openCluster({ stateDir: join(world.dir, ".runner") });
  const client = new pg.Client({ connectionString: cluster.url("local") });
  await client.connect();
  try {
    const { rows } = await client.query(
      "select nspname from pg_namespace where nspname ~ '^asn_attribution_[0-9]{8}$'",
    );
    await client.query(`set search_path to ${rows[0].nspname}`);
    const lengths = (
      await client.query(
        "select distinct masklen(prefix) as length from pyasn_ip_asn where family(prefix) = 4 order by 1",
      )
    ).rows.map(({ length }) => Number(length));
    await client.query(
      "create temporary table prefixes as select masklen(prefix) as length, (host(network(prefix))::inet - '0.0.0.0'::inet) as network, prefix, asn from pyasn_ip_asn where family(prefix) = 4",
    );
    await client.query(
      "create temporary table addresses as select c_ip, address - '0.0.0.0'::inet as number from cust_ip where family(address) = 4",
    );
    await client.query("analyze prefixes; analyze addresses");
    const joins = lengths.map(
      (length) =>
        `select addresses.c_ip, prefixes.prefix, prefixes.asn, prefixes.length from addresses join prefixes on prefixes.length = ${length} and prefixes.network = (addresses.number >> ${32 - length}) << ${32 - length}`,
    );
    const startedAt = performance.now();
    await client.query(
      `create temporary table answer as select distinct on (c_ip) c_ip, prefix, asn from (${joins.join(" union all ")}) as found order by c_ip, length desc`,
    );
    return (performance.now() - startedAt) / 1000;
  } finally {
    await client.end();
    await cluster.release();
  }
}

/** Distinct, from the whole space; the same ones each time. */
export function randomIPv4(count: number): string[] {
  const found = new Set<number>();
  const random = numbers(4);
  while (found.size < count) found.add(random());
  return [...found].map((number) =>
    [number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255].join("."),
  );
}

/** Distinct, most of them inside prefixes of the table, in the spelling of RFC 5952's plainest case. */
export function randomIPv6(count: number, routes: readonly Route[]): string[] {
  const random = numbers(6);
  const found = new Set<string>();
  while (found.size < count) {
    const [network = "", length] = routes[random() % routes.length]!.prefix.split("/");
    const [head = ""] = network.split("::");
    const words = head.split(":").map((word) => Number.parseInt(word, 16));
    while (words.length < 8) words.push(0);
    for (let bit = Number(length); bit < 128; bit += 1) if (random() & 64) words[bit >> 4]! |= 0x8000 >> (bit & 15);
    if (words.some((word, index) => word === 0 && words[index + 1] === 0)) continue; // would be written with ::
    found.add(words.map((word) => word.toString(16)).join(":"));
  }
  return [...found];
}

/** Unsigned 32-bit numbers, a xorshift from this seed. */
function numbers(seed: number): () => number {
  let state = seed * 2654435761;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
