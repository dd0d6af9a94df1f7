import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { EngineError } from "../errors.ts";
import { nodesOf } from "../plan/node.ts";
import { quotedName } from "../project/render.ts";
import { readProject } from "../project/project.ts";
import { select } from "../project/select.ts";
import { openArtifacts } from "../report/artifacts.ts";
import { renderModel, type Where } from "../run/sql.ts";
import type { Wish } from "../run/state.ts";
import type { Context, ExitCode } from "./context.ts";

export type CompileCommandOptions = Wish & { print: boolean };

/** Writes the SQL of the selected models to `target/compiled/`, each table named as the next build of this day would name it. */
export async function compileCommand(context: Context, options: CompileCommandOptions): Promise<ExitCode> {
  const { config } = context;
  const project = await readProject(config);
  const nodes = nodesOf(project);
  const chosen = select(project, options).nodes;
  const dataset = `${config.dataset}_${config.pipelineDate.replaceAll("-", "")}`;
  const where: Where = (id) => {
    const node = nodes.get(id);
    if (!node) throw new EngineError(`${id} is not in the graph`);
    return { dataset: node.kind === "external" ? node.dataset : dataset, name: node.table };
  };
  const args = { which: "compile", select: options.select, exclude: options.exclude, target: config.target };
  const artifacts = openArtifacts({ project, nodes, onEvent: context.onEvent, args });
  let written = 0;
  for (const node of nodes.values()) {
    if (node.kind !== "model" || !chosen.has(node.model.name)) continue;
    const side = node.side;
    const engine = {
      side,
      quoted: ({ dataset: inDataset, name }: { dataset: string; name: string }) =>
        `${quotedName(side, inDataset)}.${quotedName(side, name)}`,
    };
    const { sql } = renderModel(node, { project, engine, where });
    if (options.print) context.print(`-- ${node.model.file}\n${sql.trim()}\n`);
    const file = join(config.outputDir, "compiled", node.model.file);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, sql);
    written += 1;
  }
  await artifacts.finish();
  context.tell(`${written} ${written === 1 ? "model" : "models"} compiled to ${join(config.outputDir, "compiled")}`);
  return 0;
}
