import { existsSync, readFileSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Engine } from "../engines/engine.ts";
import { openPostgresOf } from "../engines/open.ts";
import { NotStartedError, type Place } from "../errors.ts";
import { keepInputs, type ResolvedInputs } from "../inputs/resolve.ts";
import { describedHash } from "../plan/fingerprint.ts";
import type { Node, Nodes } from "../plan/node.ts";
import type { Plan } from "../plan/plan.ts";
import type { Project } from "../project/project.ts";
import type { BuildRequest, BuiltTable, RecordedInputs, Release } from "../records/records.ts";
import { openWriter } from "../records/writer.ts";
import { type Accepted, type Promotion, promoteCandidate } from "./candidate.ts";
import { checkForms } from "./check-forms.ts";
import { now, type OnEvent, type Outcome } from "./events.ts";
import { execute } from "./execute.ts";
import { commentsOf, type Step, viewsOf } from "./promote.ts";
import { openSession, type Session } from "./session.ts";
import { planFor } from "./situation.ts";
import { nodesFor } from "./nodes.ts";
import { wantedBy } from "./state.ts";
import { readSummaries, type Summary } from "./summaries.ts";
import { labelOf, type OnSql, tasksOf } from "./tasks.ts";

export type BuildOptions = {
  /** The command line after `runner`, for the lock and the records. */
  command: string;
  request: BuildRequest;
  threads: number;
  failFast: boolean;
  promote: boolean;
  fetch: boolean;
  /** Run on the inputs of this build. */
  inputsOf: string | undefined;
  leaveStale: string | undefined;
  accepted: Accepted[];
  waitMs: number;
};

export type BuildResult = {
  build: string | undefined;
  outcomes: Outcome[];
  promotion: Promotion;
  state: "nothing-to-do" | "failed" | "interrupted" | "built";
  added: Map<string, string>;
  elapsedMs: number;
  summaries: Summary[];
  /** The files of the sources that were loaded. */
  read: { files: number; bytes: number };
  rejects: { table: string; rowCount: bigint }[];
  attributions: string[];
};

/** One build, from the lock to the report. Throws NotStartedError and ProjectError before anything ran, and nothing after that. */
export async function build(
  project: Project,
  options: BuildOptions,
  io: { onEvent: OnEvent; signal: AbortSignal; step: Step; onSql?: OnSql },
): Promise<BuildResult> {
  const startedAt = performance.now();
  const { config } = project;
  const { onEvent, signal, step } = io;
  await using session = await openSession(project, { ...io, command: options.command, waitMs: options.waitMs });
  await using opened = new AsyncDisposableStack();
  const { records, warehouse } = session;
  const nodes = await nodesFor(project, warehouse);

  const wanted = await wantedBy(project, options.request, { nodes, live: session.live });
  const { whole } = wanted;
  const planned = await planFor(
    session,
    {
      project,
      openPostgres: async () =>
        opened.use(
          await openPostgresOf(config, {
            signal,
            onNotice: (text) => onEvent({ kind: "message", level: "warn", text }),
          }),
        ),
    },
    {
      nodes,
      wanted,
      fullRefresh: options.request.fullRefresh,
      pinned: await pinnedInputs(),
      signal,
    },
  );
  const { plan } = planned;
  step("planned");

  const toBuild = [...plan.decisions].filter(([, { kind }]) => kind === "build");
  const reused = reusedOutcomes(plan, nodes);
  await checkForms(project, {
    nodes,
    toBuild: toBuild.map(([id]) => nodes.get(id)!),
    tests: plan.tests,
    gates: toBuild.length > 0 ? [...project.gates.values()] : [],
  });
  if (toBuild.length === 0 && plan.tests.length === 0 && session.live && sameTables(session.live, plan, viewsNow())) {
    await refreshComments(session, { plan, nodes });
    return await result("nothing-to-do", { outcomes: reused, promotion: { kind: "none" }, release: session.live });
  }

  const dataset = await freeDataset(session, planned.postgres);
  await records.addBuild({
    id: dataset,
    dataset,
    target: config.target,
    state: "running",
    baseRelease: session.live?.number,
    request: options.request,
    inputs: planned.inputs,
  });
  step("build-recorded");
  onEvent({
    kind: "build-started",
    at: now(),
    build: dataset,
    target: config.target,
    toRun: toBuild.length,
    reused: reused.length,
    tests: plan.tests.length,
  });
  for (const outcome of reused) onEvent({ kind: "finished", at: now(), outcome, index: 0, total: 0, ran: undefined });

  const scratch = join(config.stateDir, "scratch", dataset);
  await mkdir(scratch, { recursive: true });
  opened.defer(() => rm(scratch, { recursive: true, force: true }));
  const sides = new Set(toBuild.map(([id]) => nodes.get(id)!.side));
  if (sides.has("warehouse")) await warehouse.createDataset(dataset);
  if (sides.has("postgres")) await planned.postgres!.createDataset(dataset);

  const made = new Map<string, BuiltTable>();
  const writer = openWriter(records);
  const tasks = tasksOf({
    session,
    planned,
    nodes,
    build: dataset,
    dataset,
    scratch,
    engineOf: (side) => (side === "warehouse" ? warehouse : planned.postgres!),
    where: (id) => whereOf(id),
    onBuilt: (table) => {
      made.set(table.node, table);
      writer.add({ tables: [table] });
    },
    onDescribed: (relation, hash) => writer.add({ described: [{ relation, hash }] }),
    onPassed: (tests) => writer.add({ passed: tests.map((test) => ({ ...test, build: dataset })) }),
    readLine: (place) => lineAt(config.projectDir, place),
    step,
    onSql: io.onSql,
  });
  const limits = { threads: options.threads, postgres: planned.postgres?.parallel ?? 0, warehouse: warehouse.parallel };
  const outcomes = await execute(tasks, { limits, failFast: options.failFast, signal, onEvent });
  await writer.flush();
  step("executed");
  await refreshComments(session, { plan, nodes });

  if (signal.aborted || outcomes.some(({ status }) => status === "failed" || status === "skipped")) {
    const state = signal.aborted ? "interrupted" : "failed";
    await records.finishBuild(dataset, state);
    return await result(state, {
      build: dataset,
      outcomes: [...reused, ...outcomes],
      promotion: { kind: "none" },
      release: undefined,
    });
  }
  if (session.live && toBuild.length === 0 && sameTables(session.live, plan, viewsNow())) {
    await records.finishBuild(dataset, "built");
    const promotion = { kind: "unchanged" as const, release: session.live.number };
    return await result("built", {
      build: dataset,
      outcomes: [...reused, ...outcomes],
      promotion,
      release: session.live,
    });
  }
  await keepInputs(await filesUsed(), project.sources, config.stateDir);
  const candidate = await addCandidate();
  await records.finishBuild(dataset, "built");
  step("built");
  const promotion = await promoteIfAllowed(candidate);
  return await result("built", { build: dataset, outcomes: [...reused, ...outcomes], promotion, release: candidate });

  /** `--inputs` names a build; a partial build runs on what is live, unless it is to fetch. */
  async function pinnedInputs(): Promise<RecordedInputs | undefined> {
    if (options.inputsOf !== undefined) {
      const builds = await records.builds();
      const found = builds.find(({ id }) => id === options.inputsOf);
      if (!found) {
        const known = builds
          .slice(0, 5)
          .map(({ id }) => id)
          .join(", ");
        throw new NotStartedError(`there is no build ${options.inputsOf}; the latest are ${known || "none"}`);
      }
      return found.inputs;
    }
    return whole || options.fetch ? undefined : session.live?.inputs;
  }

  function whereOf(id: string) {
    const node = nodes.get(id)!;
    if (node.kind === "external") return { dataset: node.dataset, name: node.table };
    const decision = plan.decisions.get(id);
    if (decision?.kind === "build") return { dataset, name: node.table };
    return (decision?.table ?? plan.kept.get(id))!.relation;
  }

  function viewsNow(): Record<string, string> {
    return viewsOf(project, nodes, Object.fromEntries(plan.kept));
  }

  async function filesUsed(): Promise<ResolvedInputs> {
    const sources = toBuild.flatMap(([id]) => {
      const node = nodes.get(id)!;
      return node.kind === "load" ? [node.source] : [];
    });
    const all: ResolvedInputs = new Map();
    for (const source of new Set(sources)) all.set(source.name, (await planned.filesOf(source)).get(source.name)!);
    return all;
  }

  async function addCandidate(): Promise<Release> {
    const tables = Object.fromEntries([...plan.kept, ...made]);
    const notes =
      options.leaveStale === undefined
        ? []
        : [`left stale: ${[...plan.stale.keys()].join(", ")}: ${options.leaveStale}`];
    const inputs = { ...(whole ? {} : session.live?.inputs), ...planned.inputs };
    const release = { build: dataset, tables, views: viewsOf(project, nodes, tables), inputs, notes };
    const number = await records.addRelease(release);
    return { ...release, number, at: now() };
  }

  async function promoteIfAllowed(candidate: Release): Promise<Promotion> {
    if (plan.stale.size > 0 && options.leaveStale === undefined) {
      const stale = [...plan.stale].map(([model, because]) => `${model} (reads ${because})`).join(", ");
      const selector = [...plan.stale.keys()].join(" ");
      const because = `it would leave published models stale: ${stale}; add them to the selection: --select ${selector}, or say --leave-stale --reason "..."`;
      return { kind: "refused", because, gates: [] };
    }
    const { accepted, promote } = options;
    return await promoteCandidate(session, candidate, { nodes, accepted, promote, endHold: false }, io);
  }

  async function result(
    state: BuildResult["state"],
    ended: { build?: string; outcomes: Outcome[]; promotion: Promotion; release: Release | undefined },
  ): Promise<BuildResult> {
    const rejects = Object.values(ended.release?.tables ?? {}).flatMap((table) => {
      const node = nodes.get(table.node);
      return node?.kind === "load" && node.sourceTable.rejects && node.side === "warehouse"
        ? [{ table: `${node.source.name}.${node.sourceTable.name}`, rowCount: table.rowCount ?? 0n }]
        : [];
    });
    const loaded = new Set(toBuild.flatMap(([id]) => loadedInputs(nodes.get(id)!)));
    const files = [...loaded].flatMap((name) => planned.inputs[name]?.files ?? []);
    const touched = [...plan.decisions.keys()].map((id) => nodes.get(id)!);
    const used = new Set(touched.flatMap((node) => (node.kind === "load" ? node.source.attribution : [])));
    return {
      build: ended.build,
      outcomes: ended.outcomes,
      promotion: ended.promotion,
      state,
      added: plan.added,
      elapsedMs: performance.now() - startedAt,
      summaries:
        ended.release && state !== "nothing-to-do"
          ? await readSummaries(session, { release: ended.release, nodes, signal })
          : [],
      rejects,
      attributions: [...used],
      read: { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) },
    };
  }
}

/** Names of the inputs that a loaded table is made of, as the records call them. */
function loadedInputs(node: Node): string[] {
  return node.kind === "load" ? node.source.inputs.map(({ name }) => `${node.source.name}.${name}`) : [];
}

function reusedOutcomes(plan: Plan, nodes: Nodes): Outcome[] {
  return [...plan.decisions].flatMap(([id, decision]) =>
    decision.kind === "reuse"
      ? [
          {
            status: "reused" as const,
            label: labelOf(nodes.get(id)!),
            from: decision.table.build,
            rowCount: decision.table.rowCount,
          },
        ]
      : [],
  );
}

function sameTables(live: Release, plan: Plan, views: Record<string, string>): boolean {
  const shows = (tables: Iterable<[string, BuiltTable]>) =>
    JSON.stringify([...tables].map(([id, { relation }]) => [id, relation.dataset, relation.name]).sort());
  const sameViews = JSON.stringify(Object.entries(views).sort()) === JSON.stringify(Object.entries(live.views).sort());
  return sameViews && shows(plan.kept) === shows(Object.entries(live.tables));
}

/**
 * An edited description changes no table: the comment is replaced, on the stable view, and on the table where there is no view
 * and it is within reach.
 */
async function refreshComments(session: Session, { plan, nodes }: { plan: Plan; nodes: Nodes }): Promise<void> {
  const said = await session.records.described();
  for (const [id, decision] of plan.decisions) {
    const node = nodes.get(id)!;
    if (decision.kind !== "reuse" || (node.kind !== "model" && node.kind !== "copy")) continue;
    const comments = commentsOf(node.model);
    if (comments.table === undefined && Object.keys(comments.columns).length === 0) continue;
    const isView = session.live?.views[node.model.name] === id;
    if (!isView && node.side === "postgres") continue;
    const relation = isView
      ? { dataset: session.dataset, name: node.model.name, kind: "view" as const }
      : { ...decision.table.relation, kind: decision.table.kind };
    const hash = describedHash(comments);
    if (said.get(`${relation.dataset}.${relation.name}`) === hash) continue;
    const columns = new Set((await session.warehouse.columns(relation)).map(({ name }) => name));
    const fitting = Object.fromEntries(Object.entries(comments.columns).filter(([name]) => columns.has(name)));
    await session.warehouse.setComments(relation, { table: comments.table, columns: fitting });
    await session.records.setDescribed(relation, hash);
  }
}

/** `<dataset>_<YYYYMMDD>`, or that with `_2` and so on where the name is taken in either engine or in the records. */
async function freeDataset(session: Session, postgres: Engine | undefined): Promise<string> {
  const { config } = session.project;
  const base = `${config.dataset}_${config.pipelineDate.replaceAll("-", "")}`;
  const taken = new Set([
    ...(await session.warehouse.datasets(base)),
    ...((await postgres?.datasets(base)) ?? []),
    ...(await session.records.builds()).map(({ id }) => id),
  ]);
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base}_${number}`;
    if (!taken.has(name)) return name;
  }
}

function lineAt(projectDir: string, place: Place): string | undefined {
  const path = join(projectDir, place.file);
  return existsSync(path) ? readFileSync(path, "utf8").split(/\r?\n/)[place.line - 1] : undefined;
}
