import type { Nodes } from "../plan/node.ts";
import type { Project } from "../project/project.ts";
import type { Outcome, Ran } from "../run/events.ts";
import { dbtVersion, type Invocation, projectName, relationName, uniqueIdsOf } from "./dbt.ts";
import { counted } from "./figures.ts";
import { becauseText } from "./lines.ts";

/** What `run_results.json` is made of. `build` is the dataset of the tables that were made; undefined where none were. */
export type Ended = {
  project: Project;
  nodes: Nodes;
  invocation: Invocation;
  outcomes: readonly Outcome[];
  build: string | undefined;
  elapsedMs: number;
  /** By the id of an outcome's label: when it ran, and the SQL that was sent. */
  times: ReadonlyMap<string, Ran & { endedAt: string }>;
  sql: ReadonlyMap<string, string>;
  /** What was asked for; values of vars are not among it. */
  args: Record<string, unknown>;
  /** More about the command, by names in capitals. */
  env: Record<string, string>;
};

/**
 * `target/run_results.json` in dbt's form (v6): a result for each model, seed, source table and test that ran or was reused. A model
 * with its transfer, and a seed in two engines, are one result: the worse status, the sum of the seconds, the rows of the first.
 */
export function runResultsOf(ended: Ended) {
  const { project, nodes, invocation, outcomes } = ended;
  const ids = uniqueIdsOf(project, projectName(project.config));
  const byId = Map.groupBy(outcomes, ({ label }) => ids.label(label, nodes));
  return {
    metadata: {
      dbt_schema_version: "https://schemas.getdbt.com/dbt/run-results/v6.json",
      dbt_version: dbtVersion,
      generated_at: new Date().toISOString(),
      invocation_id: invocation.id,
      env: ended.env,
    },
    results: [...byId].flatMap(([id, parts]) => (id === undefined ? [] : [resultOf(id, parts, ended)])),
    elapsed_time: ended.elapsedMs / 1000,
    args: ended.args,
  };
}

function resultOf(id: string, parts: readonly Outcome[], ended: Ended) {
  const worst = parts.toSorted((one, other) => badness(other) - badness(one))[0]!;
  const first = parts[0]!;
  const times = parts.flatMap(({ label }) => ended.times.get(label.id) ?? []);
  const startedAt = times.map((time) => time.startedAt).sort()[0];
  const endedAt = times
    .map((time) => time.endedAt)
    .sort()
    .at(-1);
  const rowCount = "rowCount" in first && first.status === "ok" ? first.rowCount : undefined;
  const sql = ended.sql.get(first.label.id);
  return {
    status: statusOf(worst),
    timing:
      startedAt === undefined
        ? []
        : [
            { name: "compile", started_at: startedAt, completed_at: startedAt },
            { name: "execute", started_at: startedAt, completed_at: endedAt },
          ],
    thread_id: times[0] ? `Thread-${times[0].thread}` : "",
    execution_time: parts.reduce((sum, part) => sum + ("elapsedMs" in part ? part.elapsedMs : 0), 0) / 1000,
    adapter_response: {
      _message: messageOf(first) ?? "",
      ...(rowCount === undefined ? {} : { rows_affected: Number(rowCount) }),
    },
    message: messageOf(worst),
    failures: failuresOf(worst),
    unique_id: id,
    compiled: sql !== undefined,
    compiled_code: sql ?? null,
    relation_name: relationOf(first, ended),
  };
}

function statusOf(outcome: Outcome): string {
  const isTest = isTestOutcome(outcome);
  switch (outcome.status) {
    case "ok":
      return isTest ? "pass" : "success";
    case "reused":
      return "success";
    case "warned":
      return "warn";
    case "failed":
      return isTest && failuresOf(outcome) !== null ? "fail" : "error";
    case "skipped":
      return "skipped";
    default:
      return outcome satisfies never;
  }
}

function messageOf(outcome: Outcome): string | null {
  switch (outcome.status) {
    case "ok":
      return outcome.rowCount === undefined ? null : counted(outcome.rowCount, "row");
    case "reused":
      return `reused from ${outcome.from}`;
    case "warned":
    case "failed":
      return outcome.message;
    case "skipped":
      return `skipped: ${becauseText(outcome.because)}`;
    default:
      return outcome satisfies never;
  }
}

/** Rows that a test found; null for what is no test, and for one that did not run. */
function failuresOf(outcome: Outcome): number | null {
  if (!isTestOutcome(outcome)) return null;
  if (outcome.status === "ok") return 0;
  if (outcome.status !== "failed" && outcome.status !== "warned") return null;
  return outcome.sample ? Number(outcome.sample.total) : outcome.label.kind === "unit-test" ? 1 : null;
}

function relationOf({ label, ...outcome }: Outcome, { project, nodes, build }: Ended): string | null {
  const node = nodes.get(label.id);
  const dataset = outcome.status === "reused" ? outcome.from : build;
  if (!node || dataset === undefined || isTestOutcome({ label })) return null;
  return relationName(project.config, node.side, { dataset, name: node.table });
}

function isTestOutcome({ label }: Pick<Outcome, "label">): boolean {
  return label.kind === "test" || label.kind === "unit-test";
}

function badness({ status }: Outcome): number {
  return ["reused", "ok", "warned", "skipped", "failed"].indexOf(status);
}
