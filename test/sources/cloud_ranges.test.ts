import { expect, test } from "vitest";
import parse from "../../sources/cloud_ranges/parser.ts";
import { inputFile, openFolder, rowsOf } from "./world.ts";

const aws = {
  syncToken: "1",
  prefixes: [
    { ip_prefix: "3.5.140.0/22", region: "ap-northeast-2", service: "AMAZON", network_border_group: "x" },
    { ip_prefix: "3.5.140.0/22", region: "ap-northeast-2", service: "S3", network_border_group: "x" },
    { ip_prefix: "3.5.140.1/22", region: "", service: "EC2", network_border_group: "x" },
  ],
  ipv6_prefixes: [{ ipv6_prefix: "2600:1F00:0::/40", region: "", service: "AMAZON", network_border_group: "x" }],
};
const google = {
  syncToken: "1",
  prefixes: [
    { ipv4Prefix: "34.1.208.0/20", service: "Google Cloud", scope: "africa-south1" },
    { ipv6Prefix: "2600:1900:8000::/44", service: "Google Cloud", scope: "africa-south1" },
    { service: "Google Cloud", scope: "global" },
  ],
};

async function read(awsContent: unknown, googleContent: unknown) {
  await using folder = await openFolder();
  const write = async (name: string, content: unknown) => [await folder.write(name, JSON.stringify(content))];
  return await rowsOf(parse, {
    aws_ranges: await write("aws.json", awsContent),
    gcp_ranges: await write("gcp.json", googleContent),
  });
}

test("both families of both providers are read, a row a service, an empty region is null", async () => {
  const { cloud_range: ranges } = await read(aws, google);
  expect(ranges).toEqual([
    ["amazon", "3.5.140.0/22", "ap-northeast-2", "AMAZON"],
    ["amazon", "3.5.140.0/22", "ap-northeast-2", "S3"],
    ["amazon", "2600:1f00::/40", null, "AMAZON"],
    ["google", "34.1.208.0/20", "africa-south1", "Google Cloud"],
    ["google", "2600:1900:8000::/44", "africa-south1", "Google Cloud"],
  ]);
});

test("a row without a block that reads is a reject, never a row without a prefix", async () => {
  const { cloud_range_rejects: rejects } = await read(aws, google);
  expect(rejects).toEqual([
    ["amazon", "3.5.140.1/22", "host bits set", "aws.json"],
    ["google", "", "not a prefix", "gcp.json"],
  ]);
});

test("the files given the wrong way round, or an error page, are an error that names the file", async () => {
  await expect(read(google, google)).rejects.toThrow(
    'aws.json: not in the expected form; expected an object with "prefixes" and "ipv6_prefixes"',
  );
  await expect(read(aws, aws)).rejects.toThrow("gcp.json: not in the expected form");
  await expect(read({ error: 404 }, google)).rejects.toThrow("aws.json: not in the expected form");
});

test("the bundled files have all rows that were published", async () => {
  const { cloud_range: ranges, cloud_range_rejects: rejects } = await rowsOf(parse, {
    aws_ranges: [inputFile("sources/cloud_ranges/aws-ip-ranges_20260729.json.gz")],
    gcp_ranges: [inputFile("sources/cloud_ranges/gcp-cloud_20260729.json.gz")],
  });
  expect(ranges!.filter(([cloud]) => cloud === "amazon")).toHaveLength(10_544 + 5_880);
  expect(ranges!.filter(([cloud, prefix]) => cloud === "google" && String(prefix).includes(":"))).toHaveLength(48);
  expect(ranges!.filter(([cloud]) => cloud === "google")).toHaveLength(1_047);
  expect(rejects).toBeUndefined();
});
