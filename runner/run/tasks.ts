import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { crossingType } from "../engines/canonical.ts";
import type { Comments, CrossingColumn, Engine, Relation } from "../engines/engine.ts";
import { EngineError, messageOf, TransferError } from "../errors.ts";
import { openRowFile } from "../inputs/rows.ts";
import { inThread } from "../inputs/thread.ts";
import { describedHash } from "../plan/fingerprint.ts";
import { loadedTable, type Node, type Nodes } from "../plan/node.ts";
import { type PlannedTest, testSide } from "../plan/plan.ts";
import type { Place, Side } from "../project/model.ts";
import type { Project } from "../project/project.ts";
import type { LoadedColumn, Source } from "../project/source.ts";
import type { BuiltTable } from "../records/records.ts";
import { checkColumns } from "./columns.ts";
import type { Label, Outcome, Sample } from "./events.ts";
import type { Task } from "./execute.ts";
import { commentsOf, type Step } from "./promote.ts";
import type { Session } from "./session.ts";
import type { Planned } from "./situation.ts";
import { explainError, renderModel, renderQuery, type Where } from "./sql.ts";
import { failingRows, smallGroups, verdict } from "./tests.ts";
import { transfer } from "./transfer.ts";

export type Building = {
  session: Session;
  planned: Planned;
  nodes: Nodes;
  build: string;
  dataset: string;
  /** A folder of this build for files on their way between engines. */
  scratch: string;
  engineOf: (side: Side) => Engine;
  where: Where;
  /** Tables as they are made. */
  onBuilt: (table: BuiltTable) => void;
  onDescribed: (relation: Relation, hash: string) => void;
  onPassed: (tests: { fingerprint: string; test: string }[]) => void;
  readLine: (place: Place) => string | undefined;
  step: Step;
  onSql?: OnSql | undefined;
};

/** SQL of a model or a test, by node id or the test's name, just before its engine is sent it. */
export type OnSql = (id: string, sql: string) => void;

/** One task for each node that is built and each group of tests that is answered by one statement, in build order. */
export function tasksOf(building: Building): Task[] {
  const { planned, nodes } = building;
  const parsed = memoized((source: Source, signal: AbortSignal) => parse(building, source, signal));
  const builds = [...planned.plan.decisions]
    .filter(([, { kind }]) => kind === "build")
    .map(([id]) => buildTask(building, nodes.get(id)!, parsed));
  const testing: Testing = { ...building, project: building.session.project, keepIn: building.dataset };
  const own = Map.groupBy(
    planned.plan.tests.filter((test) => test.kind !== "sql" && test.reads.length === 1),
    ({ reads }) => reads[0]!,
  );
  const groups = [...own].map(([id, tests]) => testTask(testing, `tests of ${id}`, tests));
  const others = planned.plan.tests.filter((test) => !own.get(test.reads[0]!)?.includes(test));
  const tasks = [...builds, ...groups, ...others.map((test) => testTask(testing, test.name, [test]))];
  const groupOf = new Map([...own.keys()].map((id) => [id, `tests of ${id}`]));
  for (const task of builds) task.after.push(...task.after.flatMap((id) => groupOf.get(id) ?? []));
  return tasks;
}

export function labelOf(node: Node): Label {
  switch (node.kind) {
    case "load":
      return {
        id: node.id,
        kind: "load",
        text: `source table ${node.source.name}.${node.sourceTable.name} in ${node.side}`,
      };
    case "seed":
      return { id: node.id, kind: "seed", text: `seed ${node.seed.name} in ${node.side}` };
    case "copy":
      return { id: node.id, kind: "copy", text: `transfer ${node.model.name} to ${node.side}` };
    case "model":
    case "external":
      return { id: node.id, kind: "model", text: `sql ${node.model.materialized} model ${node.model.name}` };
    default:
      return node satisfies never;
  }
}

type Parsed = (
  source: Source,
  signal: AbortSignal,
) => Promise<{ files: Record<string, string>; rowCounts: Record<string, bigint> }>;

function buildTask(building: Building, node: Node, parsed: Parsed): Task {
  const label = labelOf(node);
  return {
    label,
    after: [...node.reads],
    lane: node.kind === "copy" ? "both" : node.side,
    async run(signal) {
      const startedAt = performance.now();
      building.step(`before ${node.id}`);
      const made = await make(building, node, { parsed, signal });
      building.step(`made ${node.id}`);
      const { plan } = building.planned;
      building.onBuilt({
        node: node.id,
        side: node.side,
        identity: building.engineOf(node.side).identity,
        relation: building.where(node.id),
        kind: node.kind === "model" && node.model.materialized === "view" ? "view" : "table",
        fingerprint: plan.fingerprints.get(node.id)!,
        reads: Object.fromEntries(node.reads.map((id) => [id, plan.fingerprints.get(id)!.all])),
        rowCount: made.rowCount,
        checksum: made.checksum,
        build: building.build,
      });
      return [{ status: "ok", label, rowCount: made.rowCount, elapsedMs: performance.now() - startedAt }];
    },
  };
}

type Made = { rowCount: bigint | undefined; checksum: string | undefined };

async function make(
  building: Building,
  node: Node,
  { parsed, signal }: { parsed: Parsed; signal: AbortSignal },
): Promise<Made> {
  const engine = building.engineOf(node.side);
  const relation = building.where(node.id);
  switch (node.kind) {
    case "load": {
      const { files, rowCounts } = await parsed(node.source, signal);
      const table = node.sourceTable.name;
      const columns = crossingOf(node.table, node.sourceTable.columns);
      const counted = await engine.load(files[table]!, relation, { columns, signal });
      if (counted.rowCount !== rowCounts[table])
        throw new TransferError(
          `${node.id}: the parser wrote ${rowCounts[table]} rows, ${engine.name} has ${counted.rowCount}`,
        );
      await describeTable(
        building,
        engine,
        { ...relation, kind: "table" },
        { table: node.sourceTable.description, columns: describedColumns(node.sourceTable.columns) },
      );
      return counted;
    }
    case "seed": {
      const file = join(building.scratch, `${node.table}.${node.side}.csv`);
      const sink = openRowFile(file, node.table, node.seed.columns);
      for (const row of node.seed.rows) await sink.write(row);
      await sink.close();
      const counted = await engine.load(file, relation, { columns: crossingOf(node.table, node.seed.columns), signal });
      await describeTable(
        building,
        engine,
        { ...relation, kind: "table" },
        { table: node.seed.description, columns: describedColumns(node.seed.columns) },
      );
      return counted;
    }
    case "copy": {
      const from = building.engineOf(node.model.side);
      const file = join(building.scratch, `${node.table}.${node.side}.csv`);
      const source = building.where(node.model.name);
      const counted = await transfer({ model: node.model, from, to: engine, source, target: relation, file, signal });
      const comments = commentsOf(node.model);
      const crossing = new Set(node.model.columns.filter(({ crosses }) => crosses).map(({ name }) => name));
      const columns = Object.fromEntries(Object.entries(comments.columns).filter(([name]) => crossing.has(name)));
      await describeTable(building, engine, { ...relation, kind: "table" }, { ...comments, columns });
      return counted;
    }
    case "model": {
      const { model } = node;
      const rendered = renderModel(node, { project: building.session.project, engine, where: building.where });
      building.onSql?.(node.id, rendered.sql);
      try {
        const kind = model.materialized === "view" ? "view" : "table";
        let rowCount: bigint | undefined;
        if (kind === "view") await engine.createView(relation, rendered.sql);
        else rowCount = await engine.createTable(relation, rendered.sql, { shape: model, signal });
        checkColumns(model, await engine.columns(relation));
        await describeTable(building, engine, { ...relation, kind }, commentsOf(model));
        return { rowCount, checksum: undefined };
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        throw new EngineError(explainError(error, rendered, building.readLine), { cause: error });
      }
    }
    case "external":
      throw new EngineError(`${node.id} is taken from ${node.dataset} and can't be built`);
    default:
      return node satisfies never;
  }
}

/** Sets the comments, where there are any, and records what was said. */
async function describeTable(
  building: Building,
  engine: Engine,
  relation: Relation & { kind: "table" | "view" },
  comments: Comments,
): Promise<void> {
  if (comments.table === undefined && Object.keys(comments.columns).length === 0) return;
  await engine.setComments(relation, comments);
  building.onDescribed(relation, describedHash(comments));
}

/** What a test needs of a build, or of the live release. `keepIn`: the dataset that keeps failing rows; undefined keeps none. */
export type Testing = {
  project: Project;
  nodes: Nodes;
  engineOf: (side: Side) => Engine;
  where: Where;
  keepIn: string | undefined;
  onPassed: (tests: { fingerprint: string; test: string }[]) => void;
  onSql?: OnSql | undefined;
};

/** One task for tests of one side, counted by one statement; each has its own outcome. */
export function testTask(testing: Testing, id: string, tests: readonly PlannedTest[]): Task {
  const label: Label = {
    id,
    kind: "test",
    text: tests.length === 1 ? `test ${tests[0]!.name}` : `${tests.length} ${id}`,
  };
  const parts = tests.map(({ name }): Label => ({ id: name, kind: "test", text: `test ${name}` }));
  const side = testSide(tests[0]!);
  return {
    label,
    parts,
    after: [...new Set(tests.flatMap(({ reads }) => reads))],
    lane: side,
    async run(signal) {
      const engine = testing.engineOf(side);
      const startedAt = performance.now();
      const queries = tests.map((test) => queryOf(testing, test, engine));
      for (const [index, { name }] of tests.entries()) testing.onSql?.(name, queries[index]!);
      let failures: bigint[];
      try {
        failures = await engine.countRows(queries, { signal });
      } catch (error) {
        if (tests.length === 1) throw error;
        failures = []; // one of them does not run: ask each, so that the message names it
      }
      const outcomes: Outcome[] = [];
      const passed: { fingerprint: string; test: string }[] = [];
      for (const [index, test] of tests.entries()) {
        const testLabel = parts[index]!;
        const elapsedMs = performance.now() - startedAt;
        try {
          const count = failures[index] ?? (await engine.countRows([queries[index]!], { signal }))[0]!;
          const result = verdict(test.test, count);
          if (result !== "failed") passed.push({ fingerprint: test.fingerprint, test: test.name });
          if (result === "passed") {
            outcomes.push({ status: "ok", label: testLabel, rowCount: undefined, elapsedMs });
            continue;
          }
          const sample = await keepFailingRows(testing, { test, query: queries[index]!, total: count, engine, signal });
          const message = `${count} ${count === 1n ? "row fails" : "rows fail"}${describe(test)}`;
          outcomes.push({ status: result, label: testLabel, message, elapsedMs, sample });
        } catch (error) {
          if (signal.aborted) throw error;
          outcomes.push({
            status: "failed",
            label: testLabel,
            message: messageOf(error),
            elapsedMs,
            sample: undefined,
          });
        }
      }
      testing.onPassed(passed);
      return outcomes;
    },
  };
}

function describe(test: PlannedTest): string {
  if (test.kind === "column")
    return ` of ${test.model.name}.${test.column}: ${test.test.description ?? test.test.name}`;
  if (test.kind !== "generic") return test.test.description ? `: ${test.test.description}` : "";
  const columns =
    test.test.columns.length > 0 ? ` of ${test.model.name}.${test.test.columns.join(", ")}` : ` of ${test.model.name}`;
  return `${columns}${test.test.kind === "expression" ? `: ${test.test.expression}` : ""}`;
}

function queryOf(testing: Testing, test: PlannedTest, engine: Engine): string {
  const [table = "", to] = test.reads.map((id) => engine.quoted(testing.where(id)));
  const context = { project: testing.project, engine, where: testing.where };
  switch (test.kind) {
    case "sql":
      return renderQuery(test.test, context).sql;
    case "column":
      return renderQuery(test.test, { ...context, each: { table, column: test.column } }).sql;
    case "generic":
      return failingRows(test.test, { engine, table, to });
    case "group":
      return smallGroups(test, { engine, table });
    default:
      return test satisfies never;
  }
}

/** Keeps all failing rows beside the tables of the build and answers the first few, with personal columns masked. */
async function keepFailingRows(
  testing: Testing,
  {
    test,
    query,
    total,
    engine,
    signal,
  }: { test: PlannedTest; query: string; total: bigint; engine: Engine; signal: AbortSignal },
): Promise<Sample> {
  const relation =
    testing.keepIn === undefined ? undefined : { dataset: testing.keepIn, name: `failed__${test.name}`.slice(0, 63) };
  if (relation) {
    await engine.createDataset(relation.dataset);
    await engine.dropRelation(relation);
    await engine.createTable(relation, query, { shape: noShape, signal });
  }
  const { columns, rows } = await engine.rows(relation ? `select * from ${engine.quoted(relation)}` : query, {
    limit: 5,
    signal,
  });
  const personal = new Set(
    test.reads.flatMap((id) => {
      const node = testing.nodes.get(id)!;
      return node.kind === "load" || node.kind === "seed"
        ? []
        : node.model.columns.filter(({ pii }) => pii.kind === "personal").map(({ name }) => name);
    }),
  );
  return {
    keptIn: relation && `${relation.dataset}.${relation.name}`,
    columns: columns.map(({ name }) => name),
    rows: rows.map((row) =>
      row.map((value, index) => (personal.has(columns[index]!.name) && value !== null ? "***" : value)),
    ),
    total,
  };
}

const noShape = {
  columns: [],
  indexes: [],
  primaryKey: [],
  unlogged: false,
  partitionBy: undefined,
  clusterBy: [],
  labels: {},
};

/** Runs the parser of a source once for all of its tables and both engines. */
async function parse(
  building: Building,
  source: Source,
  signal: AbortSignal,
): Promise<{ files: Record<string, string>; rowCounts: Record<string, bigint> }> {
  const resolved = await building.planned.filesOf(source);
  const { inputs } = resolved.get(source.name)!;
  const folder = join(building.scratch, source.name);
  await mkdir(folder, { recursive: true });
  const tables = source.tables.map(({ name, columns }) => ({
    name,
    columns,
    file: join(folder, `${loadedTable(source.name, name)}.csv`),
  }));
  const { config } = building.session.project;
  const rowCounts = await inThread(
    {
      kind: "parse",
      module: join(config.projectDir, source.parser),
      inputs: Object.fromEntries(
        Object.entries(inputs).map(([name, { files }]) => [
          name,
          files.map(({ path, name: file }) => ({ path, name: file })),
        ]),
      ),
      vars: Object.fromEntries(source.vars.map((name) => [name, config.vars[name]])),
      tables,
    },
    signal,
  );
  return { files: Object.fromEntries(tables.map(({ name, file }) => [name, file])), rowCounts };
}

function crossingOf(table: string, columns: readonly LoadedColumn[]): CrossingColumn[] {
  return columns.map(({ name, type }) => {
    const crossing = crossingType(type);
    if ("refused" in crossing) throw new EngineError(`${table}.${name}: ${crossing.refused}`);
    return { name, type: crossing };
  });
}

function describedColumns(columns: readonly LoadedColumn[]): Record<string, string> {
  return Object.fromEntries(
    columns.flatMap(({ name, description }) => (description === undefined ? [] : [[name, description]])),
  );
}

function memoized(work: Parsed): Parsed {
  const done = new Map<string, ReturnType<Parsed>>();
  return (source, signal) => {
    let result = done.get(source.name);
    if (!result) {
      result = work(source, signal);
      done.set(source.name, result);
    }
    return result;
  };
}
