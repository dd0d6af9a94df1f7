import { NotStartedError } from "../errors.ts";
import { readProject } from "../project/project.ts";
import { promoteCandidate } from "../run/candidate.ts";
import { nodesFor } from "../run/nodes.ts";
import { openSession } from "../run/session.ts";
import type { Context, ExitCode } from "./context.ts";

export type PromoteCommandOptions = { accept: string[]; reason?: string; wait: number };

/** Makes the latest good build the live release, or the build that is named. Ends the hold after a rollback. */
export async function promoteCommand(
  context: Context,
  options: PromoteCommandOptions,
  build?: string,
): Promise<ExitCode> {
  if (options.accept.length > 0 && !options.reason)
    throw new NotStartedError('--accept is recorded with the release and needs --reason "..."');
  const project = await readProject(context.config);
  await using session = await openSession(project, {
    ...context,
    command: context.commandLine,
    waitMs: options.wait * 1000,
  });
  const releases = await session.records.releases();
  const builds = await session.records.builds();
  const candidate =
    build === undefined
      ? releases[0]
      : releases.find((release) => release.build === build || String(release.number) === build);
  if (!candidate) {
    const known = releases
      .slice(0, 5)
      .map((release) => release.build)
      .join(", ");
    throw new NotStartedError(
      build === undefined
        ? "there is no good build to promote; run: runner build"
        : `there is no good build ${build}; there are ${known || "none"}`,
    );
  }
  if (candidate.number === session.live?.number) {
    context.print(`Nothing to do: release ${candidate.number} (${candidate.build}) is live`);
    return 0;
  }
  const base = builds.find(({ id }) => id === candidate.build)?.baseRelease;
  if (base !== session.live?.number) {
    context.tell(
      `Not released: ${candidate.build} was built from ${base === undefined ? "an empty dataset" : `release ${base}`}, and release ${session.live?.number} is live now; run: runner build`,
    );
    return 1;
  }
  const promotion = await promoteCandidate(
    session,
    candidate,
    {
      nodes: await nodesFor(project, session.warehouse),
      accepted: options.accept.map((gate) => ({ gate, reason: options.reason! })),
      promote: true,
      endHold: true,
    },
    context,
  );
  if (promotion.kind === "promoted") {
    context.print(`Released: release ${promotion.release} (${candidate.build}) is live`);
    return 0;
  }
  if (promotion.kind === "refused")
    context.tell(
      [
        `Not released: ${promotion.because}`,
        ...promotion.gates.map(({ name, objections }) => `  gate ${name}: ${objections.join("; ")}`),
      ].join("\n"),
    );
  return 1;
}
