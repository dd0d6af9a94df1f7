import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";

type VendorFile = { name: string; asns: { asn: number; checked_by: string; checked_on: string; note: string }[] };

const files = readdirSync("seeds/vendor_asns").map(
  (name) => parse(readFileSync(`seeds/vendor_asns/${name}`, "utf8")) as VendorFile,
);
const vendorOf = new Map(files.flatMap(({ name, asns }) => asns.map(({ asn }) => [asn, name] as const)));

test("92 autonomous systems of nine vendors, each once (mistakes 2 and 3)", () => {
  expect(files.map(({ name }) => name)).toHaveLength(9);
  expect(files.flatMap(({ asns }) => asns)).toHaveLength(92);
  expect(vendorOf.size).toBe(92);
});

test("16550 is Google's, and the networks that are not the vendors' are out (mistakes 3 and 4)", () => {
  expect(vendorOf.get(16550)).toBe("google");
  expect(vendorOf.has(39190)).toBe(false);
  expect(vendorOf.has(18382)).toBe(false);
});

test("the networks that the upstream files miss are in", () => {
  const added = {
    huawei: [136907, 55990, 63727, 139124],
    microsoft: [8070, 8071, 8072, 8073, 8074],
    alibabagroup: [45103, 45104],
  };
  for (const [vendor, asns] of Object.entries({
    ...added,
    baidu: [38365],
    digitalocean: [62567],
    tencentcloud: [133478],
  }))
    for (const asn of asns) expect(vendorOf.get(asn), String(asn)).toBe(vendor);
});

test("every entry says who checked it, when, and why", () => {
  for (const { asns } of files)
    for (const { checked_by, checked_on, note } of asns) {
      expect(checked_by).toBe("project");
      expect(checked_on).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect(note.length).toBeGreaterThan(20);
    }
});
