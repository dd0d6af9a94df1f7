import { readProject } from "../project/project.ts";
import { formatTable } from "../report/table.ts";
import { openReading } from "../run/session.ts";
import type { Context, ExitCode } from "./context.ts";

export type ReleasesCommandOptions = { wait: number };

/** Lists the releases, newest first: which is live, which were, and which builds wait for `promote`. */
export async function releasesCommand(context: Context, options: ReleasesCommandOptions): Promise<ExitCode> {
  const project = await readProject(context.config);
  await using session = await openReading(project, { ...context, waitMs: options.wait * 1000 });
  const releases = (await session?.records.releases()) ?? [];
  if (!session || releases.length === 0) {
    context.print("There is no release yet; run: runner build");
    return 0;
  }
  const journal = await session.records.journal();
  const rows = releases.map(({ number, build, at, views, notes }) => ({
    release: number,
    state:
      number === session.live?.number
        ? "live"
        : journal.some((entry) => entry.release === number && entry.state === "done")
          ? "was live"
          : "not promoted",
    build,
    built_at: at,
    views: Object.keys(views).length,
    notes: notes.join("; "),
  }));
  for (const { built_at, ...row } of rows)
    context.row({ kind: "release", ...row, builtAt: built_at.replace(" ", "T").replace(/\+00$/, "Z") });
  if (!context.json)
    context.print(
      formatTable(
        Object.keys(rows[0]!),
        rows.map((row) => Object.values(row).map(String)),
        { width: context.width() },
      ),
    );
  const hold = await session.records.hold();
  if (hold !== undefined)
    context.tell(`Builds are held back since the dataset was ${hold}; \`runner promote\` ends that`);
  return 0;
}
