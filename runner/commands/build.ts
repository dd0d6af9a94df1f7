import { NotStartedError } from "../errors.ts";
import { nodesOf } from "../plan/node.ts";
import { readProject } from "../project/project.ts";
import { openArtifacts } from "../report/artifacts.ts";
import { countsOf, summaryOf } from "../report/summary.ts";
import { type BuildResult, build } from "../run/build.ts";
import type { Context, ExitCode } from "./context.ts";
import type { Wish } from "../run/state.ts";

export type BuildCommandOptions = Wish & {
  threads: number;
  failFast: boolean;
  fullRefresh: boolean;
  promote: boolean;
  fetch: boolean;
  inputs?: string;
  leaveStale: boolean;
  accept: string[];
  reason?: string;
  wait: number;
};

/** Builds what is selected, tests it, and makes it the live release. */
export async function buildCommand(context: Context, options: BuildCommandOptions): Promise<ExitCode> {
  const { config, signal, step } = context;
  if ((options.leaveStale || options.accept.length > 0) && !options.reason)
    throw new NotStartedError('--accept and --leave-stale are recorded with the release and need --reason "..."');
  const project = await readProject(config);
  const { select, exclude, fullRefresh, failFast, threads } = options;
  const args = {
    which: "build",
    select,
    exclude,
    full_refresh: fullRefresh,
    fail_fast: failFast,
    threads,
    target: config.target,
  };
  const artifacts = openArtifacts({ project, nodes: nodesOf(project), onEvent: context.onEvent, args });
  const { onEvent, onSql, sqlFile } = artifacts;
  const result = await build(
    project,
    {
      command: context.commandLine,
      request: {
        select,
        exclude,
        vars: config.vars,
        pipelineDate: config.pipelineDate,
        fullRefresh,
      },
      threads,
      failFast,
      promote: options.promote && !config.noPromote,
      fetch: options.fetch,
      inputsOf: options.inputs,
      leaveStale: options.leaveStale ? options.reason : undefined,
      accepted: options.accept.map((gate) => ({ gate, reason: options.reason! })),
      waitMs: options.wait * 1000,
    },
    { onEvent, signal, step, onSql },
  ).catch(async (error: unknown) => {
    await artifacts.finish(); // what ended until then
    throw error;
  });
  await artifacts.finish({ outcomes: result.outcomes, env: envOf(result) });
  if (context.json) context.result(jsonResult(result));
  else
    context.print(
      `\n${summaryOf(result, { colours: context.colours, width: context.width(), models: project.models, sqlFile })}`,
    );
  return exitCodeOf(result);
}

function envOf({ build, state, promotion }: BuildResult): Record<string, string> {
  const release = promotion.kind === "promoted" ? { RUNNER_RELEASE: String(promotion.release) } : {};
  return { ...(build === undefined ? {} : { RUNNER_BUILD: build }), RUNNER_STATE: state, ...release };
}

/** The outcomes were told one by one. */
function jsonResult({ outcomes, elapsedMs, build = null as never, ...result }: BuildResult): Record<string, unknown> {
  return { ...result, build, counts: countsOf(outcomes), elapsedMs: Math.round(elapsedMs) };
}

export function exitCodeOf({ state, promotion }: BuildResult): ExitCode {
  if (state === "failed" || state === "interrupted") return 1;
  return promotion.kind === "refused" ? 1 : 0;
}
