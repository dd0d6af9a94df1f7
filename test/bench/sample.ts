import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { openWorld } from "../world.ts";
import { median, timed } from "./timing.ts";

/** The sample from nothing, with nothing changed, and after one edit, each from `node` on. */
export async function sample(): Promise<void> {
  await using world = await openWorld({ project: ".", target: "sample", dataset: "asn_attribution" });
  const first = await timed(["build"], { cwd: world.dir });
  console.log(
    `runner build from nothing, sample, 200,000 log rows: ${first.seconds.toFixed(1)} s, peak ${first.peakMiB.toFixed(0)} MiB   (at most 30 s)`,
  );
  const unchanged: number[] = [];
  for (let run = 0; run < 5; run += 1) unchanged.push((await timed(["build"], { cwd: world.dir })).seconds);
  console.log(`the same with nothing changed: ${median(unchanged)}   (at most 1.5 s)`);
  await appendFile(join(world.dir, "models", "bigquery", "report", "usage_by_vendor.sql"), "\n-- edited\n");
  const edited = await timed(["build"], { cwd: world.dir });
  console.log(`one report model edited: ${edited.seconds.toFixed(2)} s`);
}
