import type { Engine } from "../engines/engine.ts";
import { openPostgresOf } from "../engines/open.ts";
import { NotStartedError } from "../errors.ts";
import type { Nodes } from "../plan/node.ts";
import { plannedTests } from "../plan/plan.ts";
import type { Side } from "../project/model.ts";
import { type Project, readProject } from "../project/project.ts";
import { select } from "../project/select.ts";
import type { UnitTest } from "../project/unit-test.ts";
import { openArtifacts } from "../report/artifacts.ts";
import { counted, seconds } from "../report/figures.ts";
import { countsOf, countsText, troublesOf } from "../report/summary.ts";
import { whereIn } from "../run/candidate.ts";
import type { Label } from "../run/events.ts";
import { execute, type Task } from "../run/execute.ts";
import { nodesFor } from "../run/nodes.ts";
import { openSession } from "../run/session.ts";
import type { Wish } from "../run/state.ts";
import { type Testing, testTask } from "../run/tasks.ts";
import { runUnitTest } from "../run/unit-tests.ts";
import type { Context, ExitCode } from "./context.ts";

export type TestCommandOptions = Wish & { threads: number; wait: number };

/** Runs the unit tests of what is selected, then its tests on the tables of the live release. Changes no table and no record. */
export async function testCommand(context: Context, options: TestCommandOptions): Promise<ExitCode> {
  const { config, signal, onEvent, colours } = context;
  const startedAt = performance.now();
  const project = await readProject(config);
  await using opened = new AsyncDisposableStack();
  await using session = await openSession(project, {
    ...context,
    command: context.commandLine,
    waitMs: options.wait * 1000,
  });
  const nodes = await nodesFor(project, session.warehouse);
  const selection = select(project, { select: options.select, exclude: options.exclude });
  let postgres: Promise<Engine> | undefined;
  const engineOf = async (side: "postgres" | "warehouse"): Promise<Engine> => {
    if (side === "warehouse") return session.warehouse;
    postgres ??= openPostgresOf(config, { signal, onNotice: context.tell }).then((engine) => opened.use(engine));
    return await postgres;
  };

  const cases = [...project.unitTests.values()].filter(({ name }) => selection.unitTests.has(name));
  const wanted = plannedTests(project, nodes).filter(({ name }) => selection.tests.has(name));
  if (wanted.length + cases.length === 0)
    throw new NotStartedError("nothing to test: what is selected has neither tests nor unit tests");
  if (cases.some(({ model }) => project.models.get(model)!.side === "postgres")) await engineOf("postgres");

  const tables = session.live?.tables ?? {};
  const missing = new Map<string, string>();
  const inPostgres = new Map<string, Set<string>>();
  for (const test of wanted)
    for (const id of test.reads) {
      const table = tables[id];
      if (!table && nodes.get(id)?.kind !== "external") missing.set(test.name, `${id} is not in the live release`);
      if (table?.side !== "postgres") continue;
      const engine = await engineOf("postgres");
      const { dataset, name } = table.relation;
      if (!inPostgres.has(dataset))
        inPostgres.set(dataset, new Set((await engine.relations([dataset])).map((relation) => relation.name)));
      if (table.identity !== engine.identity || !inPostgres.get(dataset)!.has(name))
        missing.set(test.name, `${id} is not in this Postgres; a build makes it`);
    }
  const runnable = wanted.filter(({ name }) => !missing.has(name));
  const engines = { warehouse: session.warehouse, postgres: postgres === undefined ? undefined : await postgres };
  const engine = (side: Side): Engine => engines[side]!;
  const args = {
    which: "test",
    select: options.select,
    exclude: options.exclude,
    threads: options.threads,
    target: config.target,
  };
  const artifacts = openArtifacts({ project, nodes, onEvent, args });
  const testing: Testing = {
    project,
    nodes,
    engineOf: engine,
    where: whereIn(tables, nodes),
    keepIn: undefined,
    onPassed: () => undefined,
    onSql: artifacts.onSql,
  };
  const tasks = [
    ...cases.map((test, index) =>
      unitTestTask(test, { project, nodes, engine, dataset: `${config.dataset}_unit_${process.pid}_${index}` }),
    ),
    ...runnable.map((test) => testTask(testing, test.name, [{ ...test, fingerprint: "" }])),
  ];
  const limits = {
    threads: options.threads,
    postgres: engines.postgres?.parallel ?? 0,
    warehouse: session.warehouse.parallel,
  };
  const outcomes = await execute(tasks, { limits, failFast: false, signal, onEvent: artifacts.onEvent });
  await artifacts.finish();

  const counts = countsOf(outcomes);
  const elapsedMs = performance.now() - startedAt;
  for (const [test, because] of missing) context.tell(`not run: ${test}: ${because}`);
  const isBad = counts.failed > 0 || signal.aborted;
  const text = [
    `${counted(counts.passed, "test")} passed`,
    ...countsText(counts),
    ...(missing.size > 0 ? [`${missing.size} not run`] : []),
  ].join(", ");
  const last = `${isBad ? colours.bad(signal.aborted ? "Interrupted" : "Failed") : colours.good("Done")}: ${text}, in ${seconds(elapsedMs)}`;
  if (context.json) context.result({ counts: { ...counts, notRun: missing.size }, elapsedMs: Math.round(elapsedMs) });
  else
    context.print(
      ["", ...troublesOf(outcomes, { colours, width: context.width(), sqlFile: artifacts.sqlFile }), last]
        .join("\n\n")
        .slice(1),
    );
  return isBad ? 1 : 0;
}

function unitTestTask(
  test: UnitTest,
  { engine, ...options }: { project: Project; nodes: Nodes; engine: (side: Side) => Engine; dataset: string },
): Task {
  const label: Label = { id: test.name, kind: "unit-test", text: `unit test ${test.name}` };
  const { side } = options.project.models.get(test.model)!;
  return {
    label,
    after: [],
    lane: side,
    async run(signal) {
      const startedAt = performance.now();
      const wrong = await runUnitTest(test, { ...options, engine: engine(side), signal });
      const elapsedMs = performance.now() - startedAt;
      if (wrong === undefined) return [{ status: "ok", label, rowCount: undefined, elapsedMs }];
      const message = `${test.file}: ${test.description ?? "other rows than expected"}\n${wrong}`;
      return [{ status: "failed", label, message, elapsedMs, sample: undefined }];
    },
  };
}
