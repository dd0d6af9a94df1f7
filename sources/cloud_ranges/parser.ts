import type { InputFile, Parser } from "../../runner/inputs/parser.ts";
import { formatPrefix, parsePrefix } from "../ip.ts";
import { readJson } from "../read.ts";

type Range = { cloud: string; prefix: string; region: string; service: string };

/** The rows of both files in their order; a block that does not read goes to the rejects. */
const parse: Parser = async ({ inputs, out }) => {
  const read = async (
    files: InputFile[] = [],
    rangesOf: (content: unknown) => Range[] | undefined,
    expected: string,
  ) => {
    for (const file of files) {
      const ranges = rangesOf(await readJson(file));
      if (!ranges) throw new Error(`${file.name}: not in the expected form; expected ${expected}`);
      for (const { cloud, prefix: written, region, service } of ranges) {
        const prefix = parsePrefix(written);
        if (typeof prefix === "string") await out.cloud_range_rejects!.write([cloud, written, prefix, file.name]);
        else await out.cloud_range!.write([cloud, formatPrefix(prefix), region === "" ? null : region, service]);
      }
    }
  };
  await read(inputs.aws_ranges, awsRanges, 'an object with "prefixes" and "ipv6_prefixes", as AWS publishes it');
  await read(
    inputs.gcp_ranges,
    gcpRanges,
    'an object with "prefixes" of "ipv4Prefix" or "ipv6Prefix", as Google publishes it',
  );
};

export default parse;

function awsRanges(content: unknown): Range[] | undefined {
  const { prefixes, ipv6_prefixes } = (content ?? {}) as Record<string, Record<string, unknown>[] | undefined>;
  if (!Array.isArray(prefixes) || !Array.isArray(ipv6_prefixes)) return undefined;
  const row = (prefix: unknown, { region, service }: Record<string, unknown>): Range => ({
    cloud: "amazon",
    prefix: text(prefix),
    region: text(region),
    service: text(service),
  });
  return [
    ...prefixes.map((range) => row(range.ip_prefix, range)),
    ...ipv6_prefixes.map((range) => row(range.ipv6_prefix, range)),
  ];
}

function gcpRanges(content: unknown): Range[] | undefined {
  const { prefixes, ipv6_prefixes } = (content ?? {}) as Record<string, Record<string, unknown>[] | undefined>;
  if (!Array.isArray(prefixes) || ipv6_prefixes) return undefined; // ipv6_prefixes: that is AWS's file
  return prefixes.map((range) => ({
    cloud: "google",
    prefix: text(range.ipv4Prefix ?? range.ipv6Prefix),
    region: text(range.scope),
    service: text(range.service),
  }));
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
