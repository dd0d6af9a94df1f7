import { randomUUID } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { messageOf } from "../errors.ts";
import type { Nodes } from "../plan/node.ts";
import type { Project } from "../project/project.ts";
import type { OnEvent, Outcome, Ran } from "../run/events.ts";
import type { OnSql } from "../run/tasks.ts";
import type { Invocation } from "./dbt.ts";
import { jsonLine } from "./json.ts";
import { manifestOf } from "./manifest.ts";
import { runResultsOf } from "./run-results.ts";

/**
 * What a command leaves in `target/`: `manifest.json` (the project), `run_results.json` (what ran), and in `run/` the SQL that was
 * sent, each file before its engine is sent it. What can't be written is a warning: a good build stays a good build.
 */
export type Artifacts = {
  /** Takes down what ended and when, and passes the event on. */
  onEvent: OnEvent;
  onSql: OnSql;
  /** Where the SQL of a node or test stands, seen from the working folder; undefined where none was sent. */
  sqlFile(id: string): string | undefined;
  /** Waits for all files; writes `run_results.json` where anything ended. `env`: more about the command, by names in capitals. */
  finish(ended?: { outcomes?: readonly Outcome[]; env?: Record<string, string> }): Promise<void>;
};

/** `args`: what was asked for, for `run_results.json`. Values of vars are not to be among it. */
export function openArtifacts({
  project,
  nodes,
  onEvent,
  args,
}: {
  project: Project;
  nodes: Nodes;
  onEvent: OnEvent;
  args: Record<string, unknown>;
}): Artifacts {
  const { outputDir } = project.config;
  const invocation: Invocation = { id: randomUUID(), startedAt: new Date() };
  const told: Outcome[] = [];
  const times = new Map<string, Ran & { endedAt: string }>();
  const sql = new Map<string, string>();
  const testedModel = new Map(
    [...project.models.values()].flatMap((model) => model.tests.map((test) => [test.name, model.name] as const)),
  );
  const folders = new Map<string, Promise<unknown>>();
  let build: string | undefined;
  let warned = false;
  const writing = [writeJson(join(outputDir, "manifest.json"), () => manifestOf(project, invocation))];

  return {
    onEvent(event) {
      if (event.kind === "build-started") build = event.build;
      if (event.kind === "finished") {
        told.push(event.outcome);
        if (event.ran) times.set(event.outcome.label.id, { ...event.ran, endedAt: event.at });
      }
      onEvent(event);
    },
    onSql(id, text) {
      sql.set(id, text);
      writing.push(writeSql(sqlPath(id), `${text.trimEnd()}\n`));
    },
    sqlFile: (id) => (sql.has(id) && !warned ? asSeenFromHere(sqlPath(id)) : undefined),
    async finish({ outcomes = told, env = {} } = {}) {
      await Promise.all(writing);
      if (outcomes.length === 0) return;
      const elapsedMs = Date.now() - invocation.startedAt.getTime();
      const ended = { project, nodes, invocation, outcomes, build, elapsedMs, times, sql, args, env };
      await writeJson(join(outputDir, "run_results.json"), () => runResultsOf(ended));
    },
  };

  /** A model's and a singular test's are as in the project; those of a column or model stand below the model that they test. */
  function sqlPath(id: string): string {
    const file = project.models.get(id)?.file ?? project.sqlTests.get(id)?.file;
    return join(outputDir, "run", file ?? join("test", "models", testedModel.get(id) ?? "", `${id.slice(0, 200)}.sql`));
  }

  /** The whole file or nothing. */
  async function writeJson(file: string, make: () => object | Promise<object>): Promise<void> {
    await warning(file, async () => {
      const text = `${jsonLine(await make())}\n`;
      await folderOf(file);
      await writeFile(`${file}.tmp`, text);
      await rename(`${file}.tmp`, file);
    });
  }

  async function writeSql(file: string, text: string): Promise<void> {
    await warning(file, async () => {
      await folderOf(file);
      await writeFile(file, text);
    });
  }

  function folderOf(file: string): Promise<unknown> {
    const folder = dirname(file);
    const made = folders.get(folder) ?? mkdir(folder, { recursive: true });
    folders.set(folder, made);
    return made;
  }

  async function warning(file: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!warned) onEvent({ kind: "message", level: "warn", text: `can't write ${file}: ${messageOf(error)}` });
      warned = true;
    }
  }
}

function asSeenFromHere(file: string): string {
  const near = relative(process.cwd(), file);
  return near.startsWith("..") ? file : near;
}
