import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { execa } from "execa";

export const root = resolve(import.meta.dirname, "..", "..");
const cli = resolve(root, "runner", "bin.js");

export type Timed = { seconds: number; peakMiB: number; all: string };

/** One command from `node` to its end, as a user waits for it; throws with its output where it fails. */
export async function timed(args: string[], options: { cwd: string; env?: Record<string, string> }): Promise<Timed> {
  const startedAt = performance.now();
  const child = execa(process.execPath, [cli, ...args], {
    cwd: options.cwd,
    env: options.env ?? {},
    all: true,
    reject: false,
  });
  let peakMiB = 0;
  const watch = setInterval(async () => {
    peakMiB = Math.max(peakMiB, await peakOf(child.pid!));
  }, 50);
  const ended = await child;
  clearInterval(watch);
  const seconds = (performance.now() - startedAt) / 1000;
  if (ended.exitCode !== 0) throw new Error(`runner ${args.join(" ")} ended with ${ended.exitCode}\n${ended.all}`);
  return { seconds, peakMiB, all: String(ended.all) };
}

/** Peak resident memory of a process so far, in MiB; 0 where the platform does not say. */
async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}

/** The middle of several runs, with the spread. */
export function median(values: readonly number[]): string {
  const sorted = [...values].sort((one, other) => one - other);
  return `${sorted[Math.floor(sorted.length / 2)]!.toFixed(2)} s (${sorted[0]!.toFixed(2)} to ${sorted.at(-1)!.toFixed(2)}, ${sorted.length} runs)`;
}
