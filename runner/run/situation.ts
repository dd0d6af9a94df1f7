import { knownClusterId } from "../engines/postgres/known.ts";
import type { Engine, Relation } from "../engines/engine.ts";
import { NotStartedError } from "../errors.ts";
import { parserHash } from "../inputs/parser-hash.ts";
import { pinnedHash, type ResolvedInputs, recordedInputs, resolveInputs } from "../inputs/resolve.ts";
import { type Nodes, withAncestors } from "../plan/node.ts";
import { type Plan, planBuild, testSide } from "../plan/plan.ts";
import type { Source } from "../project/source.ts";
import type { BuiltTable, RecordedInputs } from "../records/records.ts";
import type { Session } from "./session.ts";
import type { Wanted } from "./state.ts";

export type PlanOptions = {
  nodes: Nodes;
  wanted: Wanted;
  fullRefresh: boolean;
  /** Inputs of an earlier build to run on again; of the live release in a partial build. */
  pinned: RecordedInputs | undefined;
  signal: AbortSignal;
};

export type Planned = {
  plan: Plan;
  inputs: RecordedInputs;
  /** Opened only where something runs there. */
  postgres: Engine | undefined;
  /** The files of a source's inputs, found when they are first needed. */
  filesOf: (source: Source) => Promise<ResolvedInputs>;
};

/**
 * Resolves the inputs and plans. Postgres is opened by `openPostgres` only if the plan, made as if its tables were still there,
 * has something to run in it; then the plan is made again with what stands there.
 */
export async function planFor(
  session: Session | undefined,
  { project, openPostgres }: { project: Session["project"]; openPostgres: (() => Promise<Engine>) | undefined },
  options: PlanOptions,
): Promise<Planned> {
  const { config } = project;
  const { nodes, pinned, signal } = options;
  const sources = sourcesAmong(nodes, withAncestors(nodes, options.wanted.ids));
  const resolve = (names: readonly Source[]) =>
    resolveInputs(names, { config, allSources: project.sources, pinned, signal });
  const unpinned = sources.filter((source) => !pinned || pinnedHash(source, pinned, config.vars) === undefined);
  const resolved = await resolve(unpinned);
  const inputsHash = (name: string) => {
    const hash = resolved.get(name)?.hash ?? (pinned && pinnedHash(project.sources.get(name)!, pinned, config.vars));
    if (hash === undefined)
      throw new NotStartedError(`the inputs of source ${name} were not recorded; say --fetch to take the present ones`);
    return hash;
  };
  const parsers = new Map<string, string>();
  for (const source of project.sources.values()) parsers.set(source.name, await parserHash(config.projectDir, source));

  const known = session ? await session.records.tables() : [];
  const passed = session ? await session.records.passedTests() : new Set<string>();
  const live = session?.live;
  const datasets = new Set([...known, ...Object.values(live?.tables ?? {})].map(({ relation }) => relation.dataset));
  const inWarehouse = new Set((session ? await session.warehouse.relations([...datasets]) : []).map(nameOf));

  const identity = config.postgres.kind === "embedded" ? knownClusterId(config.stateDir) : undefined;
  const expected =
    identity === undefined
      ? undefined
      : `${identity}/${config.postgres.kind === "embedded" ? config.postgres.database : ""}`;
  const assumed = (table: BuiltTable) => (config.postgres.kind === "url" ? true : table.identity === expected);
  const first = plan(assumed);
  const inputs = { ...pickInputs(pinned, sources), ...recordedInputs(resolved) };
  const filesOf = async (source: Source) => (resolved.has(source.name) ? resolved : await resolve([source]));
  if (!openPostgres || !runsInPostgres(first, nodes)) return { plan: first, inputs, postgres: undefined, filesOf };

  const postgres = await openPostgres();
  const inPostgres = new Set((await postgres.relations([...datasets])).map(nameOf));
  const second = plan((table) => table.identity === postgres.identity && inPostgres.has(nameOf(table.relation)));
  return { plan: second, inputs, postgres, filesOf };

  function plan(presentInPostgres: (table: BuiltTable) => boolean): Plan {
    return planBuild({
      project,
      nodes,
      wanted: options.wanted.ids,
      wantedTests: options.wanted.tests,
      whole: options.wanted.whole,
      fullRefresh: options.fullRefresh,
      live,
      known,
      passed,
      present: (table) =>
        table.side === "warehouse" ? inWarehouse.has(nameOf(table.relation)) : presentInPostgres(table),
      basis: { parserHash: (name) => parsers.get(name)!, inputsHash, vars: config.vars },
    });
  }
}

export function runsInPostgres(plan: Plan, nodes: Nodes): boolean {
  const built = [...plan.decisions].some(
    ([id, { kind }]) => kind === "build" && (nodes.get(id)!.side === "postgres" || nodes.get(id)!.kind === "copy"),
  );
  return built || plan.tests.some((test) => testSide(test) === "postgres");
}

function sourcesAmong(nodes: Nodes, ids: ReadonlySet<string>): Source[] {
  const found = new Map<string, Source>();
  for (const id of ids) {
    const node = nodes.get(id);
    if (node?.kind === "load") found.set(node.source.name, node.source);
  }
  return [...found.values()];
}

function pickInputs(pinned: RecordedInputs | undefined, sources: readonly Source[]): RecordedInputs {
  const names = sources.flatMap((source) => source.inputs.map((input) => `${source.name}.${input.name}`));
  return Object.fromEntries(names.flatMap((name) => (pinned?.[name] ? [[name, pinned[name]]] : [])));
}

function nameOf({ dataset, name }: Relation): string {
  return `${dataset}.${name}`;
}
