import type { Comments, StableView, Warehouse } from "../engines/engine.ts";
import { RunError } from "../errors.ts";
import { describedHash } from "../plan/fingerprint.ts";
import { type Nodes, publishedNode } from "../plan/node.ts";
import type { Model } from "../project/model.ts";
import type { Project } from "../project/project.ts";
import type { JournalEntry, Records, Release } from "../records/records.ts";

/** Names of a fault to plant, for tests: the process ends itself there. */
export type Step = (name: string) => void;

/**
 * Makes the stable dataset show the release: journal, swap, journal. Killed in between, `finishPlanned` of the next command goes
 * on from the journal. `hold`: the reason why later builds are not to promote (a rollback), or undefined.
 */
export async function swapTo(
  release: Release,
  options: {
    action: JournalEntry["action"];
    hold: string | undefined;
    project: Project;
    dataset: string;
    warehouse: Warehouse;
    records: Records;
    step: Step;
  },
): Promise<void> {
  const { warehouse, records, dataset, step } = options;
  await refuseForeignObjects(warehouse, dataset);
  step("before-journal");
  const number = await records.planChange(options.action, release.number);
  step("journal-written");
  await apply(release, { ...options, entry: { number, release: release.number, action: options.action } });
}

/** Goes on with a change that was killed after its plan was journalled; answers what it finished, if anything. */
export async function finishPlanned(options: {
  project: Project;
  dataset: string;
  warehouse: Warehouse;
  records: Records;
  step: Step;
}): Promise<JournalEntry | undefined> {
  const entry = (await options.records.journal()).find(({ state }) => state === "planned");
  if (!entry) return undefined;
  const release = await options.records.release(entry.release);
  if (!release)
    throw new RunError(`the journal has a ${entry.action} of release ${entry.release}, which has no record`);
  const hold = entry.action === "rollback" ? holdText(release.number) : undefined;
  await apply(release, { ...options, hold, entry });
  return entry;
}

export function holdText(release: number): string {
  return `rolled back to release ${release}`;
}

async function apply(
  release: Release,
  options: {
    hold: string | undefined;
    entry: Pick<JournalEntry, "number" | "release" | "action">;
    project: Project;
    dataset: string;
    warehouse: Warehouse;
    records: Records;
    step: Step;
  },
): Promise<void> {
  const { project, warehouse, records, dataset, step, entry } = options;
  const views: StableView[] = Object.entries(release.views).map(([name, node]) => {
    const table = release.tables[node]!;
    const model = project.models.get(name);
    return {
      name,
      reads: table.relation,
      columns: [],
      comments: model ? commentsOf(model) : { table: undefined, columns: {} },
    };
  });
  for (const view of views) {
    const columns = await warehouse.columns(view.reads);
    if (columns.length === 0)
      throw new RunError(
        `release ${release.number}: the table ${view.reads.dataset}.${view.reads.name} of ${view.name} is gone; run a build`,
      );
    view.columns = columns.map(({ name }) => name);
    view.comments.columns = Object.fromEntries(
      Object.entries(view.comments.columns).filter(([name]) => view.columns.includes(name)),
    );
  }
  step("before-swap");
  await warehouse.swapViews(dataset, views, {
    record: async (database) => {
      step("views-swapped");
      await records.finishChange(database, entry, options.hold);
      for (const view of views)
        await records.setDescribed({ dataset, name: view.name }, describedHash(view.comments), database);
      step("before-commit");
    },
  });
  step("committed");
}

/** What people read of a model in a database. */
export function commentsOf(model: Model): Comments {
  return {
    table: model.description,
    columns: Object.fromEntries(
      model.columns.flatMap(({ name, description }) => (description === undefined ? [] : [[name, description]])),
    ),
  };
}

/** The views that a release of these tables has: one for each published model whose table is among them. */
export function viewsOf(project: Project, nodes: Nodes, tables: Record<string, unknown>): Record<string, string> {
  const published = [...project.models.values()].filter((model) => model.published);
  return Object.fromEntries(
    published
      .map((model) => [model.name, publishedNode(nodes, model).id] as const)
      .filter(([, node]) => tables[node] !== undefined),
  );
}

/** A table, or a view that reads no built table, was put there by somebody else and is never touched. */
async function refuseForeignObjects(warehouse: Warehouse, dataset: string): Promise<void> {
  const foreign = (await warehouse.stableObjects(dataset)).filter(
    ({ kind, reads }) => kind === "table" || !reads?.dataset.startsWith(`${dataset}_`),
  );
  if (foreign.length === 0) return;
  const list = foreign.map(({ name, kind }) => `${kind} ${dataset}.${name}`).join(", ");
  throw new RunError(
    `${list} was not made by a release and is not touched; move it to another dataset or drop it, then run: runner promote`,
  );
}
