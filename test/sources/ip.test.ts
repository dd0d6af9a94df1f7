import { expect, test } from "vitest";
import { newRandom } from "../../sources/gcs/random.ts";
import { blocksOf, formatAddress, parseAddress, parseIPv4, parseIPv6, parsePrefix, widthOf } from "../../sources/ip.ts";

test("a dotted quad is read as one number, and nothing else is one", () => {
  expect(parseIPv4("255.255.255.255")).toBe(0xffffffff);
  expect(parseIPv4("0.0.0.1")).toBe(1);
  for (const text of [
    "",
    "1.2.3",
    "1.2.3.",
    "1.2.3.4.5",
    "256.1.1.1",
    "01.2.3.4",
    "1.2.3.4 ",
    "1..2.3",
    "a.b.c.d",
    "1.2.3.-4",
  ])
    expect(parseIPv4(text), text).toBeUndefined();
});

test("every spelling of an IPv6 address is read as the same number", () => {
  const value = 0x20010db8000000000000000000000005n;
  for (const text of ["2001:db8::5", "2001:DB8:0:0:0:0:0:5", "2001:0db8:0000::0005", "2001:db8:0:0::0.0.0.5"])
    expect(parseIPv6(text), text).toBe(value);
  expect(parseIPv6("::")).toBe(0n);
  expect(parseIPv6("::ffff:192.0.2.10")).toBe(0xffffc000020an);
});

test("what only looks like IPv6 is refused", () => {
  for (const text of [
    "",
    ":",
    ":::",
    "1::2::3",
    "2001:db8",
    "1:2:3:4:5:6:7:8:9",
    "12345::",
    "::1.2.3",
    "1.2.3.4::",
    "g::",
    "1:2:3:4:5:6:7::8",
  ])
    expect(parseIPv6(text), text).toBeUndefined();
});

test("IPv6 is written as RFC 5952 has it", () => {
  const text = (address: string) => formatAddress("ipv6", parseIPv6(address)!);
  expect(text("2001:DB8:0:0:1:0:0:1")).toBe("2001:db8::1:0:0:1");
  expect(text("0:0:0:0:0:0:0:0")).toBe("::");
  expect(text("1:0:2:3:4:5:6:7")).toBe("1:0:2:3:4:5:6:7");
  expect(text("1:2:3:4:5:6:0:0")).toBe("1:2:3:4:5:6::");
});

test("a prefix with host bits, or a length that its family has not, is refused with the reason", () => {
  expect(parsePrefix("192.0.2.0/24")).toEqual({ family: "ipv4", first: 0xc0000200n, length: 24 });
  expect(parsePrefix("0.0.0.0/0")).toEqual({ family: "ipv4", first: 0n, length: 0 });
  expect(parsePrefix("192.0.2.1/24")).toBe("host bits set");
  expect(parsePrefix("2001:db8::1/127")).toBe("host bits set");
  for (const text of ["192.0.2.0", "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/024", "2001:db8::/129", "/24", "x/1"])
    expect(parsePrefix(text), text).toBe("not a prefix");
});

test("the blocks of a range cover it exactly, and no fewer would", () => {
  const random = newRandom(1);
  for (let round = 0; round < 300; round++) {
    const [a, b] = [BigInt(random.below(256)), BigInt(random.below(256))];
    const [first, last] = a < b ? [a, b] : [b, a];
    const blocks = [...blocksOf("ipv6", first, last)].map(
      ({ first: start, length }) => [start, start + (1n << BigInt(128 - length))] as const,
    );
    expect(blocks[0]![0]).toBe(first);
    expect(blocks.at(-1)![1]).toBe(last + 1n);
    for (const [index, [start, end]] of blocks.entries()) {
      if (index > 0) expect(start).toBe(blocks[index - 1]![1]);
      expect(start % (end - start)).toBe(0n);
      const next = blocks[index + 1]; // two neighbours of one size may not be one aligned block
      if (next && next[1] - next[0] === end - start) expect(start % (2n * (end - start))).not.toBe(0n);
    }
  }
});

test("the whole of both families is one block", () => {
  for (const family of ["ipv4", "ipv6"] as const)
    expect([...blocksOf(family, 0n, (1n << BigInt(widthOf[family])) - 1n)]).toEqual([{ family, first: 0n, length: 0 }]);
});

test("an address is told from text that is none", () => {
  expect(parseAddress("192.0.2.1")).toEqual({ family: "ipv4", value: 0xc0000201n });
  expect(parseAddress("::1")).toEqual({ family: "ipv6", value: 1n });
  expect(parseAddress("999.1.2.3")).toBeUndefined();
});
