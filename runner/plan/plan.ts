import { crossingType } from "../engines/canonical.ts";
import { RunError } from "../errors.ts";
import type { Model, Side, SqlTest, Test } from "../project/model.ts";
import type { Project } from "../project/project.ts";
import { anyRow } from "../project/read-tests.ts";
import type { BuiltTable, Release } from "../records/records.ts";
import { type Basis, type Fingerprint, fingerprintOf, parts, testFingerprint, testText } from "./fingerprint.ts";
import { type Node, type Nodes, publishedNode, referredId, symbolicText, withAncestors } from "./node.ts";

export type TestCandidate = { name: string; reads: string[] } & (
  | { kind: "generic"; test: Test; model: Model }
  | { kind: "sql"; test: SqlTest }
  /** A singular test that is run for each published text column. */
  | { kind: "column"; test: SqlTest; model: Model; column: string }
  /** The smallest group of an aggregate is at least what the model declares. */
  | { kind: "group"; test: Bounds; model: Model; size: string; minGroup: number }
);

type Bounds = Pick<SqlTest, "description" | "severity" | "warnIf" | "errorIf">;

/** A test that this build runs, with what it reads and what it is known by once it passed. */
export type PlannedTest = TestCandidate & { fingerprint: string };

/** `built`: the reason why it runs. `taken`: not selected, as the live release has it. */
export type Decision =
  | { kind: "build"; why: string }
  | { kind: "reuse"; table: BuiltTable }
  | { kind: "take"; table: BuiltTable };

export type Plan = {
  /** For every node that the build touches or reads, in build order. */
  decisions: Map<string, Decision>;
  fingerprints: Map<string, Fingerprint>;
  /** Nodes that were not selected and run all the same, with the reason. */
  added: Map<string, string>;
  tests: PlannedTest[];
  /** Published models that would be left reading something older than the release has; by name, with the table that is newer. */
  stale: Map<string, string>;
  /** Nodes that the release after this build maps, without those it builds. */
  kept: Map<string, BuiltTable>;
};

export type Situation = {
  project: Project;
  nodes: Nodes;
  /** Ids that were selected. */
  wanted: ReadonlySet<string>;
  /** Names of tests that were selected with them. */
  wantedTests: ReadonlySet<string>;
  /** True where everything was: the live release is then no source of tables that the project no longer has. */
  whole: boolean;
  fullRefresh: boolean;
  live: Release | undefined;
  /** Newest first. */
  known: readonly BuiltTable[];
  /** Is it there, with its rows, within reach of this build? */
  present: (table: BuiltTable) => boolean;
  basis: Omit<Basis, "upstream">;
  /** Fingerprints of tests that passed. */
  passed: ReadonlySet<string>;
};

/** Decides for each node whether it is built or reused; throws RunError where what is needed can't be had again. No I/O. */
export function planBuild(situation: Situation): Plan {
  const { project, nodes, live, known, present } = situation;
  const wanted = new Set(situation.wanted);
  const added = new Map<string, string>();
  const absent = new Set<string>();
  const byFingerprint = Map.groupBy(known, ({ fingerprint }) => fingerprint.all);

  const candidates = plannedTests(project, nodes);
  for (;;) {
    const reach = withAncestors(nodes, [...wanted, ...candidates.filter(isDue).flatMap(({ reads }) => reads)]);
    const fingerprints = new Map<string, Fingerprint>();
    for (const [id, node] of nodes) {
      if (!reach.has(id)) continue;
      const table = live?.tables[id];
      if (!wanted.has(id) && table) fingerprints.set(id, table.fingerprint);
      else {
        if (!wanted.has(id)) add(id, "not in the live release");
        fingerprints.set(id, fingerprintOf(node, { ...situation.basis, upstream: fingerprints }));
      }
    }
    const tests = candidates
      .filter(isDue)
      .map((test) => ({ ...test, fingerprint: fingerprintOfTest(test, fingerprints) }));
    const due = tests.filter(({ fingerprint }) => !situation.passed.has(fingerprint));
    const decisions = decide(reach, fingerprints, due);
    if (decisions) {
      const kept = keptTables(decisions);
      return { decisions, fingerprints, added, tests: due, kept, stale: staleModels(decisions, fingerprints, kept) };
    }
  }

  function add(id: string, why: string): void {
    wanted.add(id);
    added.set(id, why);
  }

  function isDue(test: TestCandidate): boolean {
    if (test.kind === "column" || test.kind === "group") return wanted.has(test.model.name);
    return situation.wantedTests.has(test.name);
  }

  /** Undefined where a node had to join, and the fingerprints are to be looked at again. */
  function decide(
    reach: ReadonlySet<string>,
    fingerprints: ReadonlyMap<string, Fingerprint>,
    due: readonly PlannedTest[],
  ): Map<string, Decision> | undefined {
    const decisions = new Map<string, Decision>();
    for (const id of reach) {
      const node = nodes.get(id)!;
      if (node.kind === "external") continue;
      const table = reusable(node, fingerprints.get(id)!);
      if (table) decisions.set(id, { kind: wanted.has(id) ? "reuse" : "take", table });
      else if (wanted.has(id))
        decisions.set(id, { kind: "build", why: added.get(id) ?? reasonFor(node, fingerprints) });
      else {
        join(node, fingerprints, "its table is gone");
        return undefined;
      }
    }
    const readers = [...decisions].filter(([, { kind }]) => kind === "build").flatMap(([id]) => nodes.get(id)!.reads);
    for (const id of [...readers, ...due.flatMap(({ reads }) => reads)]) {
      const decision = decisions.get(id);
      if (!decision || decision.kind === "build" || present(decision.table)) continue;
      join(
        nodes.get(id)!,
        fingerprints,
        nodes.get(id)!.side === "postgres" ? "not in this Postgres" : "its table is gone",
      );
      absent.add(id);
      return undefined;
    }
    return new Map([...nodes.keys()].filter((id) => decisions.has(id)).map((id) => [id, decisions.get(id)!]));
  }

  /** A table of the live release that has to be made again must come out as it was, or what reads it would change unseen. */
  function join(node: Node, fingerprints: ReadonlyMap<string, Fingerprint>, why: string): void {
    if (!wanted.has(node.id)) {
      const now = fingerprintOf(node, { ...situation.basis, upstream: withReads(node, fingerprints) });
      const then = fingerprints.get(node.id)!;
      const part = parts.find((name) => now[name] !== then[name]);
      if (part) {
        throw new RunError(
          `${node.id} is needed and ${why}, and can't be built as the live release has it, since ${partText[part]} changed; add it to the selection: --select +${nameOf(node)}`,
        );
      }
    }
    absent.add(node.id);
    add(node.id, why);
  }

  function withReads(node: Node, fingerprints: ReadonlyMap<string, Fingerprint>): ReadonlyMap<string, Fingerprint> {
    const more = new Map(fingerprints);
    for (const id of node.reads) {
      const table = live?.tables[id];
      if (!more.has(id) && table) more.set(id, table.fingerprint);
    }
    return more;
  }

  /**
   * In the warehouse a table counts if it is there; in Postgres by its record alone, until something has to read it there
   * (`absent` holds those that were found missing by then).
   */
  function reusable(node: Node, fingerprint: Fingerprint): BuiltTable | undefined {
    if (situation.fullRefresh && situation.wanted.has(node.id)) return undefined;
    if (absent.has(node.id)) return undefined;
    const tables = (byFingerprint.get(fingerprint.all) ?? []).filter((table) => table.node === node.id);
    const liveTable = live?.tables[node.id];
    const ordered = liveTable?.fingerprint.all === fingerprint.all ? [liveTable, ...tables] : tables;
    return ordered.find(present) ?? (node.side === "postgres" ? ordered[0] : undefined);
  }

  function reasonFor(node: Node, fingerprints: ReadonlyMap<string, Fingerprint>): string {
    const fingerprint = fingerprints.get(node.id)!;
    if (situation.fullRefresh && situation.wanted.has(node.id)) return "full refresh";
    const before = live?.tables[node.id] ?? known.find((table) => table.node === node.id);
    if (!before) return "new";
    const changed = parts.filter((part) => before.fingerprint[part] !== fingerprint[part]);
    if (changed.length === 0) return "its table is gone";
    const through = node.reads.filter(
      (id) => before.reads[id] !== undefined && before.reads[id] !== fingerprints.get(id)?.all,
    );
    return changed
      .map((part) => (part === "upstream" && through.length > 0 ? `upstream: ${through.join(", ")}` : part))
      .join(", ");
  }

  /** What the live release maps and this build leaves alone. */
  function keptTables(decisions: ReadonlyMap<string, Decision>): Map<string, BuiltTable> {
    const kept = new Map<string, BuiltTable>();
    if (!situation.whole)
      for (const [id, table] of Object.entries(live?.tables ?? {})) if (nodes.has(id)) kept.set(id, table);
    for (const [id, decision] of decisions) if (decision.kind !== "build") kept.set(id, decision.table);
    return kept;
  }

  function staleModels(
    decisions: ReadonlyMap<string, Decision>,
    fingerprints: ReadonlyMap<string, Fingerprint>,
    kept: ReadonlyMap<string, BuiltTable>,
  ): Map<string, string> {
    const because = new Map<string, string>();
    for (const [id, node] of nodes) {
      const table = kept.get(id);
      if (!table || wanted.has(id)) continue;
      for (const read of node.reads) {
        const now = decisions.get(read)?.kind === "build" ? fingerprints.get(read)! : kept.get(read)?.fingerprint;
        if (because.has(read)) because.set(id, because.get(read)!);
        else if (now && table.reads[read] !== undefined && table.reads[read] !== now.all) because.set(id, read);
      }
    }
    const published = [...project.models.values()].filter((model) => model.published);
    return new Map(
      published
        .map((model) => [model.name, because.get(publishedNode(nodes, model).id)] as const)
        .filter((pair): pair is [string, string] => pair[1] !== undefined),
    );
  }
}

/** Every test of the project, with the ids it reads: first the table that it is about. */
export function plannedTests(project: Project, nodes: Nodes): TestCandidate[] {
  const generic = [...project.models.values()]
    .filter((model) => nodes.get(model.name)?.kind === "model")
    .flatMap((model) =>
      model.tests.map((test) => ({
        kind: "generic" as const,
        name: test.name,
        test,
        model,
        reads: [model.name, ...(test.to ? [referredId(project, test.to.model, model.side)] : [])],
      })),
    );
  const published = [...project.models.values()].filter((model) => model.published);
  const columns = [...project.sqlTests.values()]
    .filter(({ forEach }) => forEach !== undefined)
    .flatMap((test) =>
      published.flatMap((model) =>
        model.columns
          .filter((column) => isText(column.type))
          .map((column) => ({
            kind: "column" as const,
            name: `${test.name}_${model.name}_${column.name}`,
            test,
            model,
            column: column.name,
            reads: [publishedNode(nodes, model).id],
          })),
      ),
    );
  const groups = published.flatMap((model) => {
    const declared = model.columns.flatMap(({ pii }) => (pii.kind === "aggregate" ? [pii] : []));
    const bySize = new Map(declared.map(({ size, minGroup }) => [`${size} ${minGroup}`, { size, minGroup }]));
    return [...bySize.values()].map(({ size, minGroup }) => ({
      kind: "group" as const,
      name: `smallest_group_${model.name}_${size}`,
      test: {
        description: `${model.name}.${size} is at least ${minGroup}, or the table is one row`,
        severity: "error" as const,
        warnIf: anyRow,
        errorIf: anyRow,
      },
      model,
      size,
      minGroup,
      reads: [publishedNode(nodes, model).id],
    }));
  });
  const sql = [...project.sqlTests.values()]
    .filter(({ forEach }) => forEach === undefined)
    .map((test) => ({
      kind: "sql" as const,
      name: test.name,
      test,
      reads: [
        ...test.reads.map((name) => referredId(project, name, test.side)),
        ...test.readsSources.map(({ source, table }) => `${source}.${table} @ ${test.side}`),
      ],
    }));
  return [...generic, ...columns, ...groups, ...sql];
}

function fingerprintOfTest(test: TestCandidate, fingerprints: ReadonlyMap<string, Fingerprint>): string {
  const text = textOf(test);
  return testFingerprint(
    text,
    test.reads.map((id) => fingerprints.get(id)?.all ?? id),
  );
}

/** The engine that answers a test. What is published stands in the warehouse. */
export function testSide(test: TestCandidate): Side {
  switch (test.kind) {
    case "generic":
      return test.model.side;
    case "sql":
      return test.test.side;
    case "column":
    case "group":
      return "warehouse";
    default:
      return test satisfies never;
  }
}

/** What of a test decides its outcome, besides the tables. */
function textOf(test: TestCandidate): unknown {
  switch (test.kind) {
    case "generic":
      return testText(test.test);
    case "group":
      return [test.name, test.minGroup];
    case "sql":
    case "column":
      return [test.name, symbolicText(test.test.pieces), test.test.severity, test.test.warnIf, test.test.errorIf];
    default:
      return test satisfies never;
  }
}

/** May it hold text? Numbers, days and truth values can't hold what a test of text looks for. */
function isText(type: string): boolean {
  const crossing = crossingType(type);
  return "kind" in crossing && crossing.kind === "string";
}

function nameOf(node: Node): string {
  return node.kind === "load" ? `source:${node.source.name}.${node.sourceTable.name}` : node.table;
}

const partText = {
  code: "its SQL",
  parser: "the parser of its source",
  inputs: "its inputs",
  upstream: "what it reads",
};
