import { readdirSync, readFileSync } from "node:fs";
import { isIPv4, isIPv6 } from "node:net";
import { join } from "node:path";

/** Rows and bytes per address family, and what could not be read (`rejected`, also part of `none`). */
export type Sums = Record<"ipv4" | "ipv6" | "none" | "rejected", { requests: bigint; bytes: bigint }>;

/**
 * Reads a folder of usage log objects a second time, in another way than the project's parser does (whole texts, one regular
 * expression), so that a test can hold a build's sums against it. Objects are plain, with the columns in their documented order.
 */
export function sumFolder(folder: string): Sums {
  const sums: Sums = {
    ipv4: { requests: 0n, bytes: 0n },
    ipv6: { requests: 0n, bytes: 0n },
    none: { requests: 0n, bytes: 0n },
    rejected: { requests: 0n, bytes: 0n },
  };
  for (const name of readdirSync(folder).sort()) {
    if (!/_usage_\d{4}(_\d\d){5}_[^_]+_v0$/.test(name)) continue;
    for (const { fields, isWhole } of recordsOf(readFileSync(join(folder, name), "utf8"))) {
      if (fields[0] === "time_micros") continue;
      const isReadable =
        isWhole &&
        fields.length === 17 &&
        numbers.every((index) => isInteger(fields[index]!) || (fields[index] === "" && index > 0));
      const bytes = isInteger(fields[8] ?? "") ? BigInt(fields[8]!) : 0n;
      add(sums[isReadable ? familyOf(fields[1]!) : "none"], bytes);
      if (!isReadable) add(sums.rejected, bytes);
    }
  }
  return sums;
}

const numbers = [0, 2, 6, 7, 8, 9];
const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;

function* recordsOf(text: string): Generator<{ fields: string[]; isWhole: boolean }> {
  let start = 0;
  while (start < text.length) {
    const fields: string[] = [];
    field.lastIndex = start;
    let end = ",";
    while (end === ",") {
      const match = field.exec(text);
      if (!match) break;
      fields.push(match[1] ?? match[2] ?? "");
      end = match[3]!;
    }
    const isWhole = end !== ",";
    const next = isWhole ? field.lastIndex : text.indexOf("\n", start) + 1 || text.length;
    if (!isWhole || fields.length > 1 || fields[0] !== "") yield { fields, isWhole };
    start = next;
  }
}

function isInteger(text: string): boolean {
  return /^-?\d+$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text);
}

function familyOf(address: string): "ipv4" | "ipv6" | "none" {
  if (isIPv4(address)) return "ipv4";
  if (!isIPv6(address)) return "none";
  return /^(0*:)*:?ffff:(\d+\.\d+\.\d+\.\d+|[0-9a-f]{1,4}:[0-9a-f]{1,4})$/i.test(address) ? "ipv4" : "ipv6";
}

function add(sum: { requests: bigint; bytes: bigint }, bytes: bigint): void {
  sum.requests += 1n;
  sum.bytes += bytes;
}
