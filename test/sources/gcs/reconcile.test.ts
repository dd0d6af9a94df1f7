import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { amountsOf, unreadable } from "../../../sources/gcs/edge-cases.ts";
import generate from "../../../sources/gcs/generate.ts";
import parse from "../../../sources/gcs/parser.ts";
import { inputFile, openFolder, rowsOf } from "../world.ts";
import { sumFolder } from "./reader.ts";

test("rows and bytes of a log are what another reader finds, to the last byte", async () => {
  await using routes = await openFolder();
  await using log = await openFolder();
  const ranges = "1.0.0.0,1.0.255.255,13335,One\n2400::,2400:ffff:ffff:ffff:ffff:ffff:ffff:ffff,16509,Four\n";
  const vars = { usage_rows: "30000", usage_seed: "5" };
  await generate({ folder: log.path, inputs: { routes: [await routes.write("routes.csv", ranges)] }, vars });

  const { usage_log: records = [], usage_rejects: rejects = [] } = await rowsOf(parse, {
    usage_logs: readdirSync(log.path).map((name) => inputFile(join(log.path, name))),
  });
  const bytesOf = (rows: unknown[][], column: number) =>
    rows.reduce((sum, row) => sum + BigInt((row[column] as number | bigint | null) ?? 0), 0n);
  const sums = sumFolder(log.path);
  const amounts = amountsOf(30_000);
  expect(sums.rejected).toEqual({ requests: BigInt(rejects.length), bytes: bytesOf(rejects, 3) });
  expect(sums.rejected.requests).toBe(BigInt(unreadable.reduce((sum, kind) => sum + amounts[kind], 0)));
  expect(sums.none.requests).toBe(sums.rejected.requests + BigInt(amounts.noAddress + amounts.invalidAddress));
  expect(sums.ipv4.requests + sums.ipv6.requests + sums.none.requests).toBe(30_000n);
  expect(sums.ipv4.bytes + sums.ipv6.bytes + sums.none.bytes).toBe(bytesOf(records, 8) + bytesOf(rejects, 3));
});
