import { expect, test } from "vitest";
import { newTrie } from "./trie.ts";

test("the longest of nested prefixes is found, down to a host and up to a default route", () => {
  const trie = newTrie<number>();
  for (const [index, prefix] of [
    "0.0.0.0/0",
    "10.0.0.0/8",
    "10.1.0.0/16",
    "10.1.2.3/32",
    "2001:db8::/32",
    "2001:db8::7/128",
  ].entries())
    trie.add(prefix, index);
  expect(trie.find("10.1.2.3")).toEqual({ prefix: "10.1.2.3/32", value: 3 });
  expect(trie.find("10.1.2.4")?.prefix).toBe("10.1.0.0/16");
  expect(trie.find("10.255.0.0")?.prefix).toBe("10.0.0.0/8");
  expect(trie.find("192.0.2.1")?.prefix).toBe("0.0.0.0/0");
  expect(trie.find("2001:db8::7")?.prefix).toBe("2001:db8::7/128");
  expect(trie.find("2001:db8::0.0.0.7")?.prefix).toBe("2001:db8::7/128");
  expect(trie.find("2001:db8:ffff::1")?.prefix).toBe("2001:db8::/32");
  expect(trie.find("2001:db9::1")).toBeUndefined();
});
