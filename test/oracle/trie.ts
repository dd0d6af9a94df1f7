import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";

export type Route = { prefix: string; asn: number };

/** Bits of an address, most significant first: 32 or 128 of them. Only the spellings that the tests write are understood. */
export function bitsOf(address: string): Uint8Array {
  const bytes = address.includes(":") ? bytesOfIPv6(address) : Uint8Array.from(address.split(".").map(Number));
  const bits = new Uint8Array(bytes.length * 8);
  for (let index = 0; index < bits.length; index += 1) bits[index] = (bytes[index >> 3]! >> (7 - (index & 7))) & 1;
  return bits;
}

function bytesOfIPv6(address: string): Uint8Array {
  const [head = "", tail] = address.split("::");
  const words = (part: string) => (part === "" ? [] : part.split(":").map((word) => Number.parseInt(word, 16)));
  const [first, last] = [words(head), tail === undefined ? [] : words(tail)];
  const all = [
    ...first,
    ...Array.from({ length: tail === undefined ? 0 : 8 - first.length - last.length }, () => 0),
    ...last,
  ];
  return Uint8Array.from(all.flatMap((word) => [word >> 8, word & 255]));
}

/**
 * A plain binary trie, one for each family, as an answer to hold the SQL against. A prefix that comes twice keeps the later AS.
 */
export class Trie {
  #children = new Int32Array(2 << 20);
  #value = new Int32Array(1 << 20).fill(-1);
  #routes: Route[] = [];
  #used = 2; // 0 is the root of IPv4, 1 that of IPv6

  add(route: Route): void {
    const [network = "", length] = route.prefix.split("/");
    const bits = bitsOf(network);
    let node = bits.length === 32 ? 0 : 1;
    for (let index = 0; index < Number(length); index += 1) {
      const slot = node * 2 + bits[index]!;
      if (this.#children[slot] === 0) {
        const grown = this.#grow(); // before the array is named: growing replaces it
        this.#children[slot] = grown;
      }
      node = this.#children[slot]!;
    }
    this.#value[node] = this.#routes.push(route) - 1;
  }

  /** The longest prefix that holds the address. */
  find(address: string): Route | undefined {
    const bits = bitsOf(address);
    let node = bits.length === 32 ? 0 : 1;
    let best = this.#value[node]!;
    for (const bit of bits) {
      node = this.#children[node * 2 + bit]!;
      if (node === 0) break;
      if (this.#value[node]! >= 0) best = this.#value[node]!;
    }
    return this.#routes[best];
  }

  #grow(): number {
    if (this.#used === this.#value.length) {
      const children = new Int32Array(this.#children.length * 2);
      children.set(this.#children);
      this.#children = children;
      const value = new Int32Array(this.#value.length * 2).fill(-1);
      value.set(this.#value);
      this.#value = value;
    }
    this.#used += 1;
    return this.#used - 1;
  }
}

/** Routes of a gzipped pyasn table, in its order, without those whose AS the project rejects. */
export async function readRoutes(file: string): Promise<Route[]> {
  const routes: Route[] = [];
  for await (const line of createInterface({ input: createReadStream(file).pipe(createGunzip()) })) {
    if (line.startsWith(";")) continue;
    const [prefix = "", asn] = line.split("\t");
    const number = Number(asn);
    const isRejected = number === 0 || number === 23456 || (number >= 64496 && number <= 131071) || number >= 1_000_000;
    if (!isRejected) routes.push({ prefix, asn: number });
  }
  return routes;
}
