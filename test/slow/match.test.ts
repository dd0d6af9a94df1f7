import { expect, test } from "vitest";
import { buildMatch, randomIPv4, randomIPv6, tables } from "../bench/match.ts";
import { readRoutes, Trie } from "../oracle/trie.ts";
import { openWorld } from "../world.ts";

async function answers(routes: string, addresses: string[]): Promise<Map<string, string>> {
  await using world = await openWorld({ project: ".", target: "local", dataset: "asn_attribution" });
  await buildMatch(world, { routes, addresses });
  const [[dataset]] = (await world.query(
    "select schema_name from duckdb_schemas() where regexp_matches(schema_name, '^asn_attribution_[0-9]+$')",
  )) as [[string]];
  const rows = await world.query(`select c_ip, prefix, asn from ${dataset}.match_ip_to_iprange`);
  return new Map(rows.map(([address, prefix, asn]) => [address!, `${prefix} ${asn}`]));
}

test.each([
  { family: "IPv4", table: tables.ipv4, count: 1_000_000 },
  { family: "IPv6", table: tables.ipv6, count: 200_000 },
])(
  "$count $family addresses get the same prefix and AS as from a trie",
  async ({ family, table, count }) => {
    const routes = await readRoutes(table);
    const trie = new Trie();
    for (const route of routes) trie.add(route);
    const addresses =
      family === "IPv4"
        ? randomIPv4(count)
        : randomIPv6(
            count,
            routes.filter(({ prefix }) => prefix.includes(":")),
          );
    const found = await answers(table, addresses);
    expect(found.size).toBe(count);
    const wrong = addresses.filter((address) => {
      const route = trie.find(address);
      return found.get(address) !== (route ? `${route.prefix} ${route.asn}` : "null null");
    });
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(wrong).toHaveLength(0);
  },
  600_000,
);
