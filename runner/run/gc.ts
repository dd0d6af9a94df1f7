import type { Engine, Relation } from "../engines/engine.ts";
import type { BuildRecord, JournalEntry, Release } from "../records/records.ts";
import type { Session } from "./session.ts";

/** How long things are kept, from vars: `gc_releases` (5), `gc_release_days` (30), `gc_build_days` (7). */
export type Retention = { releases: number; releaseDays: number; buildDays: number };

export type Garbage = {
  relations: (Relation & { engine: Engine })[];
  datasets: { dataset: string; engine: Engine }[];
  releases: number[];
  builds: string[];
};

export function retentionOf(vars: Record<string, unknown>): Retention {
  const number = (name: string, otherwise: number) => {
    const value = Number(vars[name] ?? otherwise);
    return Number.isFinite(value) && value >= 0 ? value : otherwise;
  };
  return {
    releases: number("gc_releases", 5),
    releaseDays: number("gc_release_days", 30),
    buildDays: number("gc_build_days", 7),
  };
}

/** What no kept release maps, no stable view reads, and no kept build made. `now` is the warehouse's clock. */
export async function findGarbage(
  session: Session,
  { postgres, retention }: { postgres: Engine | undefined; retention: Retention },
): Promise<Garbage> {
  const { records, warehouse, dataset } = session;
  const now = Date.parse((await warehouse.database.all("select current_timestamp::varchar"))[0]![0]!);
  const [releases, builds, journal] = [await records.releases(), await records.builds(), await records.journal()];
  const keptReleases = releasesToKeep(releases, { journal, live: session.live?.number, retention, now });
  const keptBuilds = new Set(
    builds
      .filter(
        (build, index) =>
          index === 0 || (build.state !== "promoted" && daysSince(build.startedAt, now) <= retention.buildDays),
      )
      .map(({ id }) => id),
  );
  for (const release of keptReleases) keptBuilds.add(release.build);
  const kept = new Set(
    keptReleases.flatMap(({ tables }) => Object.values(tables).map(({ side, relation }) => key(side, relation))),
  );
  for (const object of await warehouse.stableObjects(dataset))
    if (object.reads) kept.add(key("warehouse", object.reads));
  for (const table of await records.tables()) {
    if (!keptBuilds.has(table.build)) continue;
    const unpromoted = builds.find(({ id }) => id === table.build)?.state !== "promoted";
    if (unpromoted || table.build === builds[0]?.id) kept.add(key(table.side, table.relation));
  }
  const garbage: Garbage = { relations: [], datasets: [], releases: [], builds: [] };
  for (const engine of postgres ? [warehouse, postgres] : [warehouse]) {
    const datasets = (await engine.datasets(`${dataset}_`)).filter((name) => isBuildDataset(name, builds));
    const relations = await engine.relations(datasets);
    for (const name of datasets) {
      const inside = relations.filter((relation) => relation.dataset === name);
      const gone = inside.filter((relation) => !kept.has(key(engine.side, relation)));
      if (gone.length === inside.length && !keptBuilds.has(name)) garbage.datasets.push({ dataset: name, engine });
      if (!keptBuilds.has(name) || gone.some(({ name: table }) => !table.startsWith("failed__")))
        garbage.relations.push(...gone.map((relation) => ({ ...relation, engine })));
    }
  }
  garbage.releases = releases.filter((release) => !keptReleases.includes(release)).map(({ number }) => number);
  garbage.builds = builds.filter(({ id }) => !keptBuilds.has(id)).map(({ id }) => id);
  return garbage;
}

export async function removeGarbage({ records }: Session, garbage: Garbage): Promise<void> {
  for (const { engine, ...relation } of garbage.relations) {
    await engine.dropRelation(relation);
    if (engine.side === "warehouse") await records.forgetTable(relation);
  }
  for (const { dataset, engine } of garbage.datasets) await engine.dropDataset(dataset);
  for (const release of garbage.releases) await records.removeRelease(release);
  for (const build of garbage.builds) await records.removeBuild(build);
}

function releasesToKeep(
  releases: readonly Release[],
  {
    journal,
    live,
    retention,
    now,
  }: { journal: readonly JournalEntry[]; live: number | undefined; retention: Retention; now: number },
): Release[] {
  const wereLive = new Set(journal.filter(({ state }) => state === "done").map(({ release }) => release));
  const promoted = releases.filter(({ number }) => wereLive.has(number));
  return releases.filter((release) => {
    if (release.number === live) return true;
    if (!wereLive.has(release.number)) return daysSince(release.at, now) <= retention.buildDays;
    return promoted.indexOf(release) < retention.releases || daysSince(release.at, now) <= retention.releaseDays;
  });
}

/** Only datasets that a build of these records made, or whose record is gone: `<dataset>_<8 digits>` with a number. */
function isBuildDataset(name: string, builds: readonly BuildRecord[]): boolean {
  return builds.some(({ id }) => id === name) || /_\d{8}(_\d+)?$/.test(name);
}

function daysSince(at: string, now: number): number {
  return (now - Date.parse(at)) / 86_400_000;
}

function key(side: string, { dataset, name }: Relation): string {
  return `${side} ${dataset}.${name}`;
}
