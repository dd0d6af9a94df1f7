/** A block of addresses: `first` is its first address as a number, host bits zero. IPv6 needs 128 bits, so all are bigint. */
export type Prefix = { family: Family; first: bigint; length: number };
export type Family = "ipv4" | "ipv6";

/** Bits of an address. */
export const widthOf = { ipv4: 32, ipv6: 128 } as const;

/** Dotted quad to number, undefined where it is none; parts have no leading zeros, which some programs read as octal. */
export function parseIPv4(text: string): number | undefined {
  let value = 0;
  let part = -1; // -1: no digit yet
  let dots = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 46) {
      if (part < 0 || dots === 3) return undefined;
      value = value * 256 + part;
      part = -1;
      dots++;
    } else if (code >= 48 && code <= 57) {
      if (part === 0) return undefined;
      part = part < 0 ? code - 48 : part * 10 + code - 48;
      if (part > 255) return undefined;
    } else return undefined;
  }
  return dots === 3 && part >= 0 ? value * 256 + part : undefined;
}

/** Any RFC 4291 spelling of an IPv6 address to its number, also with a dotted quad at the end; undefined where it is none. */
export function parseIPv6(text: string): bigint | undefined {
  const gap = text.indexOf("::");
  if (gap < 0) {
    const groups = parseGroups(text);
    return groups?.length === 8 ? joinGroups(groups) : undefined;
  }
  const before = gap === 0 ? [] : parseGroups(text.slice(0, gap), false);
  const after = gap + 2 === text.length ? [] : parseGroups(text.slice(gap + 2));
  if (!before || !after || before.length + after.length > 7) return undefined;
  return joinGroups([...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after]);
}

/** The number of an address and its family; undefined where the text is no address. */
export function parseAddress(text: string): { family: Family; value: bigint } | undefined {
  if (text.includes(":")) {
    const value = parseIPv6(text);
    return value === undefined ? undefined : { family: "ipv6", value };
  }
  const value = parseIPv4(text);
  return value === undefined ? undefined : { family: "ipv4", value: BigInt(value) };
}

/** `192.0.2.0/24` and the like. The answer is a sentence for a reject table where it is none. */
export function parsePrefix(text: string): Prefix | string {
  const slash = text.indexOf("/");
  const address = slash < 0 ? undefined : parseAddress(text.slice(0, slash));
  const digits = text.slice(slash + 1);
  if (!address || !/^(0|[1-9]\d{0,2})$/.test(digits)) return "not a prefix";
  const length = Number(digits);
  const width = widthOf[address.family];
  if (length > width) return "not a prefix";
  const hostBits = BigInt(width - length);
  if ((address.value >> hostBits) << hostBits !== address.value) return "host bits set";
  return { family: address.family, first: address.value, length };
}

export function formatPrefix({ family, first, length }: Prefix): string {
  return `${formatAddress(family, first)}/${length}`;
}

/** The text of RFC 5952: lower case, the longest run of zeros as `::`. */
export function formatAddress(family: Family, value: bigint): string {
  return family === "ipv4" ? formatIPv4(Number(value)) : formatIPv6(value);
}

export function formatIPv4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/** The fewest CIDR blocks that cover first to last, both included, in order. */
export function* blocksOf(family: Family, first: bigint, last: bigint): Generator<Prefix> {
  const width = widthOf[family];
  for (let start = first; start <= last; ) {
    let hostBits = trailingZeros(start, width); // the largest block that begins here
    while (start + sizes[hostBits]! - 1n > last) hostBits--;
    yield { family, first: start, length: width - hostBits };
    start += sizes[hostBits]!;
  }
}

const sizes = Array.from({ length: 129 }, (_, bits) => 1n << BigInt(bits));

function formatIPv6(value: bigint): string {
  const groups: number[] = [];
  for (let shift = 96n; shift >= 0n; shift -= 32n) {
    const word = Number((value >> shift) & 0xffffffffn);
    groups.push(word >>> 16, word & 0xffff);
  }
  let [start, length] = [0, 1]; // a single zero group is written out
  for (let index = 0; index < 8; ) {
    let end = index;
    while (end < 8 && groups[end] === 0) end++;
    if (end - index > length) [start, length] = [index, end - index];
    index = end + 1;
  }
  const hex = (part: number[]) => part.map((group) => group.toString(16)).join(":");
  return length > 1 ? `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}` : hex(groups);
}

function parseGroups(text: string, mayEndInQuad = true): number[] | undefined {
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else {
      const quad = mayEndInQuad && index === parts.length - 1 ? parseIPv4(part) : undefined;
      if (quad === undefined) return undefined;
      groups.push(quad >>> 16, quad & 0xffff);
    }
  }
  return groups;
}

function joinGroups(groups: number[]): bigint {
  let value = 0n;
  for (let index = 0; index < 8; index += 2) {
    value = (value << 32n) | BigInt(groups[index]! * 65536 + groups[index + 1]!);
  }
  return value;
}

function trailingZeros(value: bigint, width: number): number {
  if (value === 0n) return width;
  let zeros = 0;
  for (let rest = value; ; rest >>= 32n, zeros += 32) {
    const word = Number(rest & 0xffffffffn);
    if (word !== 0) return zeros + 31 - Math.clz32(word & -word);
  }
}
