import { parentPort, workerData } from "node:worker_threads";
import { pathToFileURL } from "node:url";
import { messageOf } from "../errors.ts";
import type { LoadedColumn } from "../project/source.ts";
import type { Generator, InputFile, Parser } from "./parser.ts";
import { openRowFile } from "./rows.ts";

/** A thread's whole work: run one parser into transfer files, or one generator into a folder. */
export type Work = { module: string; inputs: Record<string, InputFile[]>; vars: Record<string, unknown> } & (
  | { kind: "parse"; tables: { name: string; columns: LoadedColumn[]; file: string }[] }
  | { kind: "generate"; folder: string }
);

export type Answer = { rowCounts: Record<string, bigint> } | { error: string; stack: string | undefined };

parentPort?.postMessage(await answer(workerData as Work));

async function answer(work: Work): Promise<Answer> {
  try {
    const { default: exported } = (await import(pathToFileURL(work.module).href)) as { default: unknown };
    if (typeof exported !== "function") throw new Error(`${work.module} exports no function by default`);
    if (work.kind === "generate") {
      await (exported as Generator)({ folder: work.folder, inputs: work.inputs, vars: work.vars });
      return { rowCounts: {} };
    }
    const sinks = work.tables.map(({ name, columns, file }) => [name, openRowFile(file, name, columns)] as const);
    await (exported as Parser)({ inputs: work.inputs, vars: work.vars, out: Object.fromEntries(sinks) });
    const rowCounts: Record<string, bigint> = {};
    for (const [name, sink] of sinks) rowCounts[name] = await sink.close();
    return { rowCounts };
  } catch (error) {
    return { error: messageOf(error), stack: error instanceof Error ? error.stack : undefined };
  }
}
