import { openPostgresOf } from "../engines/open.ts";
import { readProject } from "../project/project.ts";
import { findGarbage, removeGarbage, retentionOf } from "../run/gc.ts";
import { openSession } from "../run/session.ts";
import type { Context, ExitCode } from "./context.ts";

export type GcCommandOptions = { dryRun: boolean; wait: number };

/** Removes tables that no kept release maps. The only command that removes tables. */
export async function gcCommand(context: Context, options: GcCommandOptions): Promise<ExitCode> {
  const { config } = context;
  const project = await readProject(config);
  const retention = retentionOf(config.vars);
  await using opened = new AsyncDisposableStack();
  await using session = await openSession(project, {
    ...context,
    command: context.commandLine,
    waitMs: options.wait * 1000,
  });
  const postgres = opened.use(await openPostgresOf(config, { signal: context.signal, onNotice: context.tell }));
  const garbage = await findGarbage(session, { postgres, retention });
  for (const { engine, dataset, name } of garbage.relations) context.print(`${engine.name}  ${dataset}.${name}`);
  const kept = `kept are the last ${retention.releases} releases, all of ${retention.releaseDays} days, and unpromoted builds of ${retention.buildDays} days`;
  if (options.dryRun) {
    context.print(`${garbage.relations.length} tables would be removed; ${kept}`);
    return 0;
  }
  await removeGarbage(session, garbage);
  context.print(`${garbage.relations.length} tables removed; ${kept}`);
  return 0;
}
