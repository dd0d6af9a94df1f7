import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { execa } from "execa";

/**
 * `npm run bench`: prints the figures that the README quotes, each as a ratio to a reference in the same run where there is one.
 * `npm run bench -- ls build` runs only those. Nothing is asserted: machines are shared and noisy.
 */
const benches: Record<string, () => Promise<void>> = {
  sample: async () => (await import("./sample.ts")).sample(),
  ls: async () => (await import("./generated.ts")).listing(),
  generated: async () => (await import("./generated.ts")).building(),
  match: async () => (await import("./match.ts")).match(),
  transfer: async () => void (await (await import("./transfer.ts")).transfer()),
};

const { positionals } = parseArgs({ allowPositionals: true });
const unknown = positionals.filter((name) => !benches[name]);
if (unknown.length > 0) throw new Error(`no bench ${unknown.join(", ")}; there are ${Object.keys(benches).join(", ")}`);

const { stdout: revision } = await execa("git", ["rev-parse", "--short", "HEAD"], { reject: false });
console.log(
  `${new Date().toISOString().slice(0, 10)}  ${cpus().length} x ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, ${revision}`,
);
for (const name of positionals.length > 0 ? positionals : Object.keys(benches)) {
  console.log(`\n== ${name}`);
  await benches[name]!();
}
