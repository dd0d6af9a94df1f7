import { isIPv6 } from "node:net";

/** Longest-prefix match the slow and certain way, one bit at a time, to hold the models' answers against. */
export function newTrie<T>() {
  type Node = { zero?: Node; one?: Node; answer?: { prefix: string; value: T } };
  const roots: Record<"ipv4" | "ipv6", Node> = { ipv4: {}, ipv6: {} };
  return {
    add(prefix: string, value: T): void {
      const [address = "", length = ""] = prefix.split("/");
      let node = roots[familyOf(address)];
      for (const bit of bitsOf(address).slice(0, Number(length))) {
        const side = bit === "1" ? "one" : "zero";
        node[side] ??= {};
        node = node[side];
      }
      node.answer = { prefix, value };
    },
    find(address: string): { prefix: string; value: T } | undefined {
      let node: Node | undefined = roots[familyOf(address)];
      let longest = node.answer;
      for (const bit of bitsOf(address)) {
        node = bit === "1" ? node.one : node.zero;
        if (!node) break;
        longest = node.answer ?? longest;
      }
      return longest;
    },
  };
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIPv6(address) ? "ipv6" : "ipv4";
}

/** The address as 32 or 128 letters, 0 and 1. */
function bitsOf(address: string): string {
  if (!isIPv6(address))
    return address
      .split(".")
      .map((part) => Number(part).toString(2).padStart(8, "0"))
      .join("");
  const quad = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  if (quad) return bitsOf(`${quad[1]}0:0`).slice(0, 96) + bitsOf(quad[2]!);
  const [before = "", after] = address.split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const [head, tail] = [groups(before), groups(after ?? "")];
  const middle = after === undefined ? [] : new Array<string>(8 - head.length - tail.length).fill("0");
  return [...head, ...middle, ...tail]
    .map((group) => Number.parseInt(group, 16).toString(2).padStart(16, "0"))
    .join("");
}
