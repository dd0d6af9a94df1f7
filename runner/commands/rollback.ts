import { NotStartedError } from "../errors.ts";
import { readProject } from "../project/project.ts";
import { holdText, swapTo } from "../run/promote.ts";
import { openSession } from "../run/session.ts";
import type { Context, ExitCode } from "./context.ts";

export type RollbackCommandOptions = { wait: number };

/** Puts an earlier release back, the one before the live one where none is named. Later builds are held back until `promote`. */
export async function rollbackCommand(
  context: Context,
  options: RollbackCommandOptions,
  release?: string,
): Promise<ExitCode> {
  const project = await readProject(context.config);
  await using session = await openSession(project, {
    ...context,
    command: context.commandLine,
    waitMs: options.wait * 1000,
  });
  const { records, live, warehouse, dataset } = session;
  const wereLive = new Set(
    (await records.journal()).filter(({ state }) => state === "done").map((entry) => entry.release),
  );
  const earlier = (await records.releases()).filter(({ number }) => wereLive.has(number) && number !== live?.number);
  const wanted =
    release === undefined
      ? earlier.find(({ number }) => number < (live?.number ?? 0))
      : earlier.find(({ number, build }) => String(number) === release || build === release);
  if (!wanted) {
    const known = earlier.map(({ number }) => number).join(", ");
    throw new NotStartedError(
      release === undefined
        ? "there is no earlier release to go back to; `runner releases` lists them"
        : `there is no earlier release ${release}; there are ${known || "none"}`,
    );
  }
  await swapTo(wanted, {
    action: "rollback",
    hold: holdText(wanted.number),
    project,
    dataset,
    warehouse,
    records,
    step: context.step,
  });
  context.print(
    `Rolled back: release ${wanted.number} (${wanted.build}) is live again. Builds run, and do not release, until you say: runner promote`,
  );
  return 0;
}
