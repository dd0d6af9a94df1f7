import { readProject } from "../project/project.ts";
import { formatTable } from "../report/table.ts";
import { nodesFor } from "../run/nodes.ts";
import { openReading } from "../run/session.ts";
import { planFor, runsInPostgres } from "../run/situation.ts";
import { type Wish, wantedBy } from "../run/state.ts";
import type { Context, ExitCode } from "./context.ts";

export type PlanCommandOptions = Wish & { fullRefresh: boolean; fetch: boolean; offline: boolean; wait: number };

/** Says what a build would run and reuse, with the reason for each. Builds nothing, takes no lock, starts no Postgres. */
export async function planCommand(context: Context, options: PlanCommandOptions): Promise<ExitCode> {
  const project = await readProject(context.config);
  await using session = await openReading(project, { ...context, waitMs: options.wait * 1000 });
  const nodes = await nodesFor(project, session?.warehouse);
  const wanted = await wantedBy(project, options, { nodes, live: session?.live });
  const lastInputs = options.offline ? (await session?.records.builds())?.[0]?.inputs : undefined;
  if (options.offline)
    context.tell(
      lastInputs
        ? "Inputs are those of the last build; they were not checked"
        : "No build has recorded inputs yet; the present ones are used",
    );
  const { plan } = await planFor(
    session,
    { project, openPostgres: undefined },
    {
      nodes,
      wanted,
      fullRefresh: options.fullRefresh,
      pinned: lastInputs ?? (wanted.whole || options.fetch ? undefined : session?.live?.inputs),
      signal: context.signal,
    },
  );
  const inPostgres = runsInPostgres(plan, nodes);
  const rows = [...plan.decisions].map(([id, decision]) => {
    const why =
      decision.kind === "build"
        ? decision.why
        : `${decision.table.relation.dataset}${decision.table.side === "postgres" && inPostgres ? ", if still there" : ""}`;
    return { node: id, does: decision.kind, why };
  });
  const shown = rows.filter(({ does }) => does !== "take");
  const count = (kind: string) => rows.filter(({ does }) => does === kind).length;
  for (const row of rows) context.row({ kind: "decision", ...row });
  context.result({
    toBuild: count("build"),
    reused: count("reuse"),
    taken: count("take"),
    tests: plan.tests.map(({ name }) => name),
    stale: plan.stale,
  });
  if (!context.json) {
    context.print(
      formatTable(
        ["node", "does", "why"],
        shown.map((row) => Object.values(row)),
        { width: context.width() },
      ),
    );
    context.print(
      `\n${count("build")} to build, ${count("reuse")} reused, ${count("take")} taken from the live release, ${plan.tests.length} tests to run`,
    );
    for (const [model, because] of plan.stale)
      context.print(`stale: ${model} would go on reading an older ${because}; add it: --select ${model}`);
    if (count("build") === 0 && plan.tests.length === 0) context.print("Nothing to do");
  }
  return 0;
}
