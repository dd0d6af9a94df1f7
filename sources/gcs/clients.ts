import type { InputFile } from "../../runner/inputs/parser.ts";
import { parseAsn } from "../asn.ts";
import { type Family, formatAddress, parseAddress, widthOf } from "../ip.ts";
import { readLines } from "../read.ts";
import type { Random } from "./random.ts";

export type Client = { family: Family; text: string; value: bigint };

/** Networks that most clients sit in, with their share in percent; the others are spread over all ranges. */
const busyNetworks = [
  { asns: [16509, 14618], share: 24 },
  { asns: [15169, 396982], share: 14 },
  { asns: [8075, 8068, 8069], share: 11 },
  { asns: [14061], share: 6 },
  { asns: [45102, 37963], share: 5 },
  { asns: [132203, 45090], share: 4 },
  { asns: [136907, 55990], share: 3 },
  { asns: [54825, 15830], share: 3 },
  { asns: [55967, 38365], share: 1 },
];

/**
 * Invented clients, each at a place drawn from the announced ranges: no address of a person. The first is the busiest; about one
 * in seven has IPv6 where the network announces any. `routes` are ranges or prefixes, as the source `routeviews` reads them.
 */
export async function drawClients(routes: InputFile[], count: number, random: Random): Promise<Client[]> {
  const everywhere = { ipv4: [] as string[], ipv6: [] as string[] };
  const ofNetwork = new Map(
    busyNetworks.flatMap(({ asns }) => asns).map((asn) => [asn, { ipv4: [] as string[], ipv6: [] as string[] }]),
  );
  for (const file of routes) {
    for await (const { lines } of readLines(file)) {
      for (const line of lines) {
        const [range, asn] = line.startsWith(";") ? ["", undefined] : splitRoute(line);
        if (asn === undefined) continue;
        const family = range.includes(":") ? "ipv6" : "ipv4";
        everywhere[family].push(range);
        ofNetwork.get(asn)?.[family].push(range);
      }
    }
  }
  if (everywhere.ipv4.length + everywhere.ipv6.length === 0) throw new Error("no range of addresses in the routes");

  const clients: Client[] = [];
  while (clients.length < count) {
    const ranges = rangesOf(random.below(100));
    const list = chooseFamily(ranges) ?? chooseFamily(everywhere)!;
    clients.push(addressIn(list[random.below(list.length)]!, random));
  }
  return clients;

  function rangesOf(percent: number): typeof everywhere {
    let bound = 0;
    for (const { asns, share } of busyNetworks) {
      bound += share;
      if (percent < bound) return ofNetwork.get(asns[random.below(asns.length)]!)!;
    }
    return everywhere;
  }

  function chooseFamily({ ipv4, ipv6 }: typeof everywhere): string[] | undefined {
    const [first, second] = random.below(7) === 0 ? [ipv6, ipv4] : [ipv4, ipv6];
    return [first, second].find((ranges) => ranges.length > 0);
  }
}

/** `start,end,AS,name` to `start,end` and the AS; `prefix<TAB>AS` likewise. */
function splitRoute(line: string): [string, number | undefined] {
  const [first = "", second = "", third = ""] = line.split(/[,\t]/, 3);
  return first.includes("/") ? [first, parseAsn(second)] : [`${first},${second}`, parseAsn(third)];
}

function addressIn(range: string, random: Random): Client {
  const [first = "", second = ""] = range.split(/[,/]/);
  const start = parseAddress(first);
  if (!start) throw new Error(`${range}: not a range of addresses`);
  const { family } = start;
  const last = range.includes("/") ? undefined : parseAddress(second)?.value;
  const size = last === undefined ? 1n << BigInt(widthOf[family] - Number(second)) : last - start.value + 1n;
  const value = start.value + random.belowBig(size);
  return { family, value, text: formatAddress(family, value) };
}
