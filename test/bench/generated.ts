import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateProject } from "../generate.ts";
import { stopPostgres } from "../world.ts";
import { median, timed } from "./timing.ts";

const sides = ["postgres", "warehouse"] as const;

/** `runner ls` on 1,000 models in a new process, with the parse cache and without. */
export async function listing(): Promise<void> {
  for (const side of sides) {
    const dir = await mkdtemp(join(tmpdir(), "bench-ls-"));
    generateProject({ dir, models: 1000, side });
    const cold: number[] = [];
    for (let run = 0; run < 3; run += 1) {
      await rm(join(dir, ".runner"), { recursive: true, force: true });
      cold.push((await timed(["ls"], { cwd: dir })).seconds);
    }
    const warm: number[] = [];
    for (let run = 0; run < 5; run += 1) warm.push((await timed(["ls"], { cwd: dir })).seconds);
    console.log(
      `runner ls, 1,000 ${side} models: ${median(warm)} with the parse cache (at most 1 s), ${median(cold)} without (at most 4 s)`,
    );
    await rm(dir, { recursive: true, force: true });
  }
}

/** `runner build` of 100 models with 400 tests, from an initialised and stopped cluster; then unchanged, then one model edited. */
export async function building(): Promise<void> {
  for (const side of sides) {
    const dir = await mkdtemp(join(tmpdir(), "bench-build-"));
    const names = generateProject({ dir, models: 100, side });
    const first: number[] = [];
    for (let run = 0; run < 3; run += 1) {
      await timed(["doctor"], { cwd: dir }); // initialises the cluster, and leaves it stopped
      await rm(join(dir, ".runner", "sample.duckdb"), { force: true });
      first.push((await timed(["build"], { cwd: dir })).seconds);
    }
    console.log(`100 ${side} models, 400 tests: ${median(first)}   (at most 3 s)`);
    const unchanged: number[] = [];
    for (let run = 0; run < 5; run += 1) unchanged.push((await timed(["build"], { cwd: dir })).seconds);
    console.log(`  nothing changed: ${median(unchanged)}   (at most 1 s)`);
    const edited: number[] = [];
    for (let run = 0; run < 3; run += 1) {
      await appendFile(
        join(dir, "models", side === "postgres" ? "postgres" : "bigquery", `${names.at(-1)}.sql`),
        `\n-- edit ${run}\n`,
      );
      edited.push((await timed(["build"], { cwd: dir })).seconds);
    }
    console.log(`  one model edited: ${median(edited)}   (at most 1.5 s)`);
    await stopPostgres(dir);
    await rm(dir, { recursive: true, force: true });
  }
}
