import { nodesOf } from "../plan/node.ts";
import { graph } from "../project/graph.ts";
import { readProject } from "../project/project.ts";
import { select } from "../project/select.ts";
import { openReading } from "../run/session.ts";
import { type Wish, wantedBy } from "../run/state.ts";
import type { Context, ExitCode } from "./context.ts";

export type LsCommandOptions = Wish & { wait: number };

/** Lists what is selected, in build order, one a line: models and seeds, then source tables; with --log-format json also what each reads. */
export async function lsCommand(context: Context, options: LsCommandOptions): Promise<ExitCode> {
  const project = await readProject(context.config);
  const needsState = [...options.select, ...options.exclude].some((value) => /(^|[,\s@+])state:/.test(value));
  if (needsState) {
    const nodes = nodesOf(project);
    await using session = await openReading(project, { ...context, waitMs: options.wait * 1000 });
    const { ids } = await wantedBy(project, options, { nodes, live: session?.live });
    if (ids.size === 0) context.tell("nothing to do");
    for (const id of ids) {
      const { kind, side, reads } = nodes.get(id)!;
      context.row({ kind: "node", name: id, type: kind, engine: side, reads, transfer: null });
      if (!context.json) context.print(id);
    }
    return 0;
  }
  const { nodes, sources } = select(project, options);
  const whole = graph(project);
  for (const [name, node] of whole.nodes) {
    if (!nodes.has(name) && !sources.has(name)) continue;
    const transfer = whole.transfers.get(name);
    const where = node.kind === "model" ? node.model.side : (whole.sides.get(name) ?? []).join(", ");
    context.row({
      kind: "node",
      name,
      type: node.kind,
      engine: where,
      reads: whole.parents.get(name) ?? [],
      transfer: transfer?.to ?? null,
    });
    if (!context.json)
      context.print(
        node.kind === "source" ? `source:${name}` : transfer ? `${name} (${where} -> ${transfer.to})` : name,
      );
  }
  return 0;
}
