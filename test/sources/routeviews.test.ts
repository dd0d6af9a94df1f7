import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { newRandom } from "../../sources/gcs/random.ts";
import { formatAddress, parsePrefix } from "../../sources/ip.ts";
import parse from "../../sources/routeviews/parser.ts";
import { inputFile, parseTexts, rowsOf } from "./world.ts";

const dat =
  "; IP-ASN32-DAT file\n; Original file : rib\n; Prefixes      : 3\n;\n1.0.0.0/24\t15169\n2001:DB8::/32\t64500\n2400:0:0::/32\t13335\n";

async function routesOf(texts: Record<string, string | Uint8Array>) {
  const { prefix_origin: routes = [], route_rejects: rejects = [] } = await parseTexts(parse, "routes", texts);
  return { routes: routes.toSorted((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1)), rejects };
}

test("both versions of pyasn's file are read, plain and gzipped, and IPv6 in its one spelling", async () => {
  const older = dat.replace("IP-ASN32-DAT", "IP-ASN-DAT").replace("Prefixes      :", "CIDRs :");
  for (const text of [dat, older, gzipSync(dat), dat.replaceAll("\n", "\r\n")]) {
    const { routes, rejects } = await routesOf({ "a.dat": text });
    expect(routes).toEqual([
      ["1.0.0.0/24", 15169],
      ["2400::/32", 13335],
    ]);
    expect(rejects).toEqual([["2001:db8::/32", 64500, "reserved or impossible AS", "a.dat", 6]]);
  }
});

test("a route with an AS that no route may come from is rejected with file and line", async () => {
  const asns = [0, 23456, 64496, 65535, 131071, 1_000_000, 4_294_967_295];
  const good = [1, 23455, 23457, 64495, 131072, 999_999];
  const text = ["; IP-ASN32-DAT file", ...[...asns, ...good].map((asn, index) => `10.0.${index}.0/24\t${asn}`)].join(
    "\n",
  );
  const { routes, rejects } = await routesOf({ "a.dat": text });
  expect(routes.map(([, asn]) => asn).sort()).toEqual(good.sort());
  expect(rejects.map(([, asn, reason, file, line]) => [asn, reason, file, line]).reverse()).toEqual(
    asns.map((asn, index) => [asn, "reserved or impossible AS", "a.dat", index + 2]),
  );
});

test("what is no prefix, has host bits or no AS number is rejected", async () => {
  const lines = [
    "1.0.0.1/24\t1",
    "1.0.0.0\t2",
    "nonsense",
    "1.0.0.0/24\tGOOGLE",
    "1.0.0.0/24\t1\t2",
    "1.2.0.0/16\t1.10",
  ];
  const { routes, rejects } = await routesOf({ "a.dat": `; IP-ASN32-DAT file\n${lines.join("\n")}\n` });
  expect(routes).toEqual([]);
  expect(rejects.reverse().map(([route, asn, reason]) => [route, asn, reason])).toEqual([
    ["1.0.0.1/24", 1, "host bits set"],
    ["1.0.0.0", 2, "not a prefix"],
    ["nonsense", null, "not a prefix"],
    ["1.0.0.0/24", null, "not an AS number"],
    ["1.0.0.0/24", null, "not an AS number"],
    ["1.2.0.0/16", 65546, "reserved or impossible AS"],
  ]);
});

test("of a prefix in two files the later file counts, of one twice in a file the later line, and both are counted", async () => {
  const { routes, rejects } = await routesOf({
    "a.dat": "; IP-ASN32-DAT file\n1.0.0.0/24\t1\n2400::/32\t2\n3.0.0.0/8\t3\n",
    "b.dat": "; IP-ASN32-DAT file\n1.0.0.0/24\t4\n2400:0::/32\t5\n2400::/32\t6\n",
  });
  expect(routes).toEqual([
    ["1.0.0.0/24", 4],
    ["2400::/32", 6],
    ["3.0.0.0/8", 3],
  ]);
  expect(rejects).toEqual([
    ["2400::/32", 5, "replaced by a later line", "b.dat", 3],
    ["2400::/32", 2, "replaced by a later file", "a.dat", 3],
    ["1.0.0.0/24", 1, "replaced by a later file", "a.dat", 2],
  ]);
});

test("a rejected route replaces nothing", async () => {
  const { routes } = await routesOf({
    "a.dat": "; IP-ASN32-DAT file\n1.0.0.0/24\t1\n",
    "b.dat": "; IP-ASN32-DAT file\n1.0.0.0/24\t0\n",
  });
  expect(routes).toEqual([["1.0.0.0/24", 1]]);
});

test("a file that breaks off is an error, a part with whole lines says what it lacks", async () => {
  await expect(routesOf({ "cut.dat": dat.slice(0, -30) })).rejects.toThrow(
    "cut.dat:6: the file ends after 2 of the 3 prefixes",
  );
  const { routes, rejects } = await routesOf({ "part.dat": dat.split("\n").slice(0, 5).join("\n").concat("\n") });
  expect(routes).toEqual([["1.0.0.0/24", 15169]]);
  expect(rejects).toEqual([["", null, "the file ends after 1 of the 3 prefixes that its header names", "part.dat", 5]]);
});

test("what is neither format is an error that says what is expected", async () => {
  await expect(routesOf({ "page.html": "<html></html>\n" })).rejects.toThrow("page.html:1: neither a pyasn .dat file");
});

test("ranges become the fewest blocks", async () => {
  const { routes } = await routesOf({
    "a.csv": '1.0.0.0,1.0.2.255,13335,"Cloud, Inc."\n2400::,2400:0:0:1:ffff:ffff:ffff:ffff,2,B\n',
  });
  expect(routes).toEqual([
    ["1.0.0.0/23", 13335],
    ["1.0.2.0/24", 13335],
    ["2400::/63", 2],
  ]);
});

test("where ranges overlap the later start wins, and the part cut off is a reject", async () => {
  const { routes, rejects } = await routesOf({
    "a.csv": "214.95.0.0,215.0.255.255,749,A\n215.0.0.0,215.1.3.255,721,B\n",
  });
  expect(rejects).toEqual([["215.0.0.0-215.0.255.255", 749, "overlap: the range that starts later wins", "a.csv", 1]]);
  expect(routes.filter(([, asn]) => asn === 721)).toEqual([
    ["215.0.0.0/16", 721],
    ["215.1.0.0/22", 721],
  ]);
});

test("a range that is no range, or has a reserved AS, is rejected as a whole and takes nothing from others", async () => {
  const { routes, rejects } = await routesOf({
    "a.csv":
      "1.0.0.0,1.0.0.255,1,A\n1.0.0.64,1.0.0.127,64512,B\n1.0.1.0,1.0.0.0,2,C\n1.0.1.0,2400::,2,D\n1.0.1.0,1.0.1.255,x,E\n",
  });
  expect(routes).toEqual([["1.0.0.0/24", 1]]);
  expect(rejects.map(([route, , reason]) => [route, reason]).reverse()).toEqual([
    ["1.0.0.64-1.0.0.127", "reserved or impossible AS"],
    ["1.0.1.0-1.0.0.0", "not a range"],
    ["1.0.1.0-2400::", "not a range"],
    ["1.0.1.0-1.0.1.255", "not an AS number"],
  ]);
});

test("ranges that are not sorted are an error, since overlaps could not be seen", async () => {
  await expect(routesOf({ "a.csv": "1.0.1.0,1.0.1.255,1,A\n1.0.0.0,1.0.0.255,1,A\n" })).rejects.toThrow(
    "a.csv:2: the ranges are not sorted by their start",
  );
});

test("any overlap is resolved as address by address, and blocks and rejects account for every address of every range", async () => {
  const random = newRandom(2);
  for (let round = 0; round < 60; round++) {
    const ranges = Array.from({ length: 12 }, (_, index) => ({
      first: random.below(200),
      size: 1 + random.below(60),
      asn: 100 + index,
    })).toSorted((a, b) => a.first - b.first);
    const text = ranges.map(
      ({ first, size, asn }) =>
        `${formatAddress("ipv4", BigInt(first))},${formatAddress("ipv4", BigInt(first + size - 1))},${asn},N`,
    );
    const { routes, rejects } = await routesOf({ "a.csv": text.join("\n") });
    const winners = new Map<number, number>();
    for (const { first, size, asn } of ranges) for (let at = first; at < first + size; at++) winners.set(at, asn); // later start last
    const found = new Map<number, number>();
    for (const [prefix, asn] of routes) {
      const { first, length } = parsePrefix(String(prefix)) as { first: bigint; length: number };
      for (let at = Number(first); at < Number(first) + 2 ** (32 - length); at++) {
        expect(found.has(at)).toBe(false);
        found.set(at, Number(asn));
      }
    }
    expect(new Map([...found].sort((a, b) => a[0] - b[0]))).toEqual(new Map([...winners].sort((a, b) => a[0] - b[0])));
    const lost = rejects.reduce((sum, [part]) => {
      const [first = 0n, last = 0n] = String(part)
        .split("-")
        .map((address) => (parsePrefix(`${address}/32`) as { first: bigint }).first);
      return sum + Number(last - first) + 1;
    }, 0);
    expect(found.size + lost).toBe(ranges.reduce((sum, { size }) => sum + size, 0));
  }
});

test("the npm package gives its known numbers of blocks and rejects", { timeout: 60_000 }, async () => {
  const files = ["asn-ipv4.csv", "asn-ipv6.csv"].map((name) => inputFile(`node_modules/@ip-location-db/asn/${name}`));
  const { prefix_origin: routes, route_rejects: rejects } = await rowsOf(parse, { routes: files });
  const count = (rows: unknown[][] | undefined, keep: (row: unknown[]) => boolean) => rows!.filter(keep).length;
  expect(count(routes, ([prefix]) => !String(prefix).includes(":"))).toBe(564_546);
  expect(count(routes, ([prefix]) => String(prefix).includes(":"))).toBe(167_887);
  expect(
    count(rejects, ([, , reason, file]) => reason === "reserved or impossible AS" && file === "asn-ipv4.csv"),
  ).toBe(32);
  expect(
    count(rejects, ([, , reason, file]) => reason === "reserved or impossible AS" && file === "asn-ipv6.csv"),
  ).toBe(14);
  expect(count(rejects, ([, , reason]) => String(reason).startsWith("overlap"))).toBe(1);
});
