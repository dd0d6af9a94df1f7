import { NotStartedError } from "../errors.ts";
import { readProject } from "../project/project.ts";
import { openReading } from "../run/session.ts";
import { type BuildCommandOptions, buildCommand } from "./build.ts";
import type { Context, ExitCode } from "./context.ts";

export type RetryCommandOptions = Pick<
  BuildCommandOptions,
  "threads" | "failFast" | "promote" | "wait" | "accept" | "reason" | "leaveStale"
>;

/** Goes on with the last build, on its selection and its inputs: what it finished is reused, the rest runs. */
export async function retryCommand(context: Context, options: RetryCommandOptions): Promise<ExitCode> {
  const project = await readProject(context.config);
  const last = await lastBuild();
  if (!last) throw new NotStartedError("there is no build to go on with; run: runner build");
  if (last.state === "built" || last.state === "promoted") {
    context.print(`Nothing to do: the last build, ${last.id}, ended well; run: runner build`);
    return 0;
  }
  context.tell(`Going on with ${last.id}`);
  return await buildCommand(context, {
    ...options,
    ...last.request,
    fullRefresh: false,
    fetch: false,
    inputs: last.id,
  });

  async function lastBuild() {
    await using session = await openReading(project, { ...context, waitMs: options.wait * 1000 });
    return (await session?.records.builds())?.[0];
  }
}
