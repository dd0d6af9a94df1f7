import type { Database, Relation } from "../engines/engine.ts";
import type { Fingerprint } from "../plan/fingerprint.ts";
import type { Side } from "../project/model.ts";
import type { Finished } from "./writer.ts";

/** A table that some build made. Postgres tables are to be had only under the same `identity`. */
export type BuiltTable = {
  node: string;
  side: Side;
  identity: string;
  relation: Relation;
  kind: "table" | "view";
  fingerprint: Fingerprint;
  /** Fingerprints (`all`) of what it read, by node. */
  reads: Record<string, string>;
  rowCount: bigint | undefined;
  /** Of a copy or a load: what both sides counted. */
  checksum: string | undefined;
  build: string;
};

export type BuildState = "running" | "failed" | "interrupted" | "built" | "promoted";

/** What a build was asked for, enough to ask for it again (`retry`, `--inputs`). */
export type BuildRequest = {
  select: string[];
  exclude: string[];
  vars: Record<string, unknown>;
  pipelineDate: string;
  fullRefresh: boolean;
};

/** Content of each input: by `<source>.<input>`, the files with their hash, in order. */
export type RecordedInputs = Record<string, { hash: string; files: { name: string; hash: string; bytes: number }[] }>;

export type BuildRecord = {
  id: string;
  dataset: string;
  target: string;
  state: BuildState;
  startedAt: string;
  finishedAt: string | undefined;
  baseRelease: number | undefined;
  request: BuildRequest;
  inputs: RecordedInputs;
};

/** What the stable dataset shows or showed: every model, loaded source and copy mapped to one built table. */
export type Release = {
  number: number;
  build: string;
  at: string;
  /** Built tables by node id. */
  tables: Record<string, BuiltTable>;
  /** Names of the stable views, with the node that each shows. */
  views: Record<string, string>;
  inputs: RecordedInputs;
  /** What a person let through: `--accept`, `--leave-stale`, with the reason. */
  notes: string[];
};

/** A change of the stable dataset: written before it begins, marked when it is whole. */
export type JournalEntry = {
  number: number;
  action: "promote" | "rollback";
  release: number;
  state: "planned" | "done" | "undone";
  at: string;
};

export type LockHolder = { number: number; host: string; pid: number; command: string; since: string };

/** All that a later run needs of the past. Times are the warehouse's own, `YYYY-MM-DD hh:mm:ss+00`. */
export type Records = ReturnType<typeof openRecords>;

/** Opens the records; `prepare` makes their tables, and is called once by the commands that hold the lock. */
export function openRecords(database: Database, dataset: string) {
  const t = (name: string) => `"${dataset}"."${name}"`;
  const one = async (sql: string, params: Parameters<Database["all"]>[1] = []) => (await database.all(sql, params))[0];

  return {
    dataset,

    async exist(): Promise<boolean> {
      const row = await one(
        "select count(*) from information_schema.tables where table_schema = ? and table_name = 'lock'",
        [dataset],
      );
      return row?.[0] !== "0";
    },

    async prepare(): Promise<void> {
      await database.run(`create schema if not exists "${dataset}"`);
      for (const [name, columns] of Object.entries(tables))
        await database.run(`create table if not exists ${t(name)} (${columns})`);
    },

    async addBuild(build: Omit<BuildRecord, "startedAt" | "finishedAt">): Promise<void> {
      await database.run(`insert into ${t("builds")} values (?, ?, ?, ?, current_timestamp, null, ?, ?, ?)`, [
        build.id,
        build.dataset,
        build.target,
        build.state,
        build.baseRelease ?? null,
        JSON.stringify(build.request),
        JSON.stringify(build.inputs),
      ]);
    },
    async finishBuild(id: string, state: BuildState): Promise<void> {
      await database.run(`update ${t("builds")} set state = ?, finished_at = current_timestamp where id = ?`, [
        state,
        id,
      ]);
    },
    async removeBuild(id: string): Promise<void> {
      await database.run(`delete from ${t("tables")} where build = ?`, [id]);
      await database.run(`delete from ${t("builds")} where id = ?`, [id]);
    },
    /** Newest first. */
    async builds(): Promise<BuildRecord[]> {
      const rows = await database.all(
        `select id, dataset, target, state, started_at::varchar, finished_at::varchar, base_release, request, inputs from ${t("builds")} order by started_at desc, id desc`,
      );
      return rows.map(([id, dataset, target, state, startedAt, finishedAt, baseRelease, request, inputs]) => ({
        id: id!,
        dataset: dataset!,
        target: target!,
        state: state as BuildState,
        startedAt: startedAt!,
        finishedAt: finishedAt ?? undefined,
        baseRelease: baseRelease === null ? undefined : Number(baseRelease),
        request: JSON.parse(request!) as BuildRequest,
        inputs: JSON.parse(inputs!) as RecordedInputs,
      }));
    },

    /** One batch, a statement for each kind of thing. */
    async addFinished({ tables: made, passed, described }: Finished): Promise<void> {
      await insert(
        "tables",
        made.map((table) => [
          table.build,
          table.node,
          table.fingerprint.all,
          table.relation.dataset,
          table.relation.name,
          stringify(table),
        ]),
      );
      await insert(
        "passed_tests",
        passed.map(({ fingerprint, test, build }) => [fingerprint, test, build]),
      );
      const latest = new Map(
        described.map(({ relation, hash }) => [`${relation.dataset}.${relation.name}`, { relation, hash }]),
      );
      for (const { relation } of latest.values())
        await database.run(`delete from ${t("described")} where dataset = ? and name = ?`, [
          relation.dataset,
          relation.name,
        ]);
      await insert(
        "described",
        [...latest.values()].map(({ relation, hash }) => [relation.dataset, relation.name, hash]),
      );
    },
    /** Newest first. */
    async tables(): Promise<BuiltTable[]> {
      const rows = await database.all(`select content from ${t("tables")} order by rowid desc`);
      return rows.map(([content]) => parseTable(content!));
    },
    async forgetTable({ dataset: inDataset, name }: Relation): Promise<void> {
      await database.run(`delete from ${t("tables")} where dataset = ? and name = ?`, [inDataset, name]);
    },

    async passedTests(): Promise<Set<string>> {
      return new Set(
        (await database.all(`select fingerprint from ${t("passed_tests")}`)).map(([fingerprint]) => fingerprint!),
      );
    },

    /** Hash of the comments that stand on a table or stable view. */
    async described(): Promise<Map<string, string>> {
      const rows = await database.all(`select dataset, name, hash from ${t("described")}`);
      return new Map(rows.map(([inDataset, name, hash]) => [`${inDataset}.${name}`, hash!]));
    },
    async setDescribed({ dataset: inDataset, name }: Relation, hash: string, on: Database = database): Promise<void> {
      await on.run(`delete from ${t("described")} where dataset = ? and name = ?`, [inDataset, name]);
      await on.run(`insert into ${t("described")} values (?, ?, ?)`, [inDataset, name, hash]);
    },

    async addRelease(release: Omit<Release, "at" | "number">): Promise<number> {
      const number = Number((await one(`select coalesce(max(number), 0) + 1 from ${t("releases")}`))![0]);
      await database.run(`insert into ${t("releases")} values (?, ?, current_timestamp, ?)`, [
        number,
        release.build,
        stringify(release),
      ]);
      return number;
    },
    async addNotes(release: Release, notes: readonly string[]): Promise<void> {
      const { number, at: _, ...content } = release;
      await database.run(`update ${t("releases")} set content = ? where number = ?`, [
        stringify({ ...content, notes: [...release.notes, ...notes] }),
        number,
      ]);
    },
    /** Newest first; a release that was never live is among them. */
    async releases(): Promise<Release[]> {
      const rows = await database.all(
        `select number, built_at::varchar, content from ${t("releases")} order by number desc`,
      );
      return rows.map(([number, at, content]) => parseRelease(Number(number), at!, content!));
    },
    async release(number: number): Promise<Release | undefined> {
      const row = await one(`select number, built_at::varchar, content from ${t("releases")} where number = ?`, [
        number,
      ]);
      return row && parseRelease(Number(row[0]), row[1]!, row[2]!);
    },
    async liveRelease(): Promise<number | undefined> {
      const row = await one(`select value from ${t("settings")} where name = 'live'`);
      return row ? Number(row[0]) : undefined;
    },
    async removeRelease(number: number): Promise<void> {
      await database.run(`delete from ${t("releases")} where number = ?`, [number]);
    },

    /** The reason why builds do not promote, after a rollback; undefined where they do. */
    async hold(): Promise<string | undefined> {
      return (await one(`select value from ${t("settings")} where name = 'hold'`))?.[0] ?? undefined;
    },

    /** Newest first. */
    async journal(): Promise<JournalEntry[]> {
      const rows = await database.all(
        `select number, action, release, state, changed_at::varchar from ${t("journal")} order by number desc`,
      );
      return rows.map(([number, action, release, state, at]) => ({
        number: Number(number),
        action: action as JournalEntry["action"],
        release: Number(release),
        state: state as JournalEntry["state"],
        at: at!,
      }));
    },
    async planChange(action: JournalEntry["action"], release: number): Promise<number> {
      const number = Number((await one(`select coalesce(max(number), 0) + 1 from ${t("journal")}`))![0]);
      await database.run(`insert into ${t("journal")} values (?, ?, ?, 'planned', current_timestamp)`, [
        number,
        action,
        release,
      ]);
      return number;
    },
    /** Marks the change as whole; runs on the connection of the swap, so that both happen or neither. */
    async finishChange(
      on: Database,
      entry: Pick<JournalEntry, "number" | "release" | "action">,
      hold: string | undefined,
    ): Promise<void> {
      await on.run(`update ${t("journal")} set state = 'done' where number = ?`, [entry.number]);
      await on.run(`delete from ${t("settings")} where name in ('live', 'hold')`);
      await on.run(`insert into ${t("settings")} values ('live', ?)`, [String(entry.release)]);
      if (hold !== undefined) await on.run(`insert into ${t("settings")} values ('hold', ?)`, [hold]);
    },

    async takeLock(
      holder: Pick<LockHolder, "host" | "pid" | "command">,
    ): Promise<{ number: number; tookOver: LockHolder | undefined }> {
      const before = await lockHolder();
      const number = Number((await one(`select coalesce(max(number), 0) + 1 from ${t("lock")}`))![0]);
      await database.run(`insert into ${t("lock")} values (?, ?, ?, ?, current_timestamp, null)`, [
        number,
        holder.host,
        holder.pid,
        holder.command,
      ]);
      if (before)
        await database.run(`update ${t("lock")} set released_at = current_timestamp where number = ?`, [before.number]);
      return { number, tookOver: before };
    },
    async giveBackLock(number: number): Promise<void> {
      await database.run(
        `update ${t("lock")} set released_at = current_timestamp where number = ? and released_at is null`,
        [number],
      );
    },
    lockHolder,
  };

  async function insert(table: string, rows: readonly (readonly (string | null)[])[]): Promise<void> {
    for (let start = 0; start < rows.length; start += 200) {
      const part = rows.slice(start, start + 200);
      const marks = part.map((row) => `(${row.map(() => "?").join(", ")})`).join(", ");
      await database.run(`insert into ${t(table)} values ${marks}`, part.flat());
    }
  }

  async function lockHolder(): Promise<LockHolder | undefined> {
    const row = await one(
      `select number, host, pid, command, since::varchar from ${t("lock")} where released_at is null order by number desc limit 1`,
    );
    return row && { number: Number(row[0]), host: row[1]!, pid: Number(row[2]), command: row[3]!, since: row[4]! };
  }
}

const tables = {
  builds:
    "id varchar, dataset varchar, target varchar, state varchar, started_at timestamptz, finished_at timestamptz, base_release bigint, request varchar, inputs varchar",
  tables: "build varchar, node varchar, fingerprint varchar, dataset varchar, name varchar, content varchar",
  passed_tests: "fingerprint varchar, test varchar, build varchar",
  described: "dataset varchar, name varchar, hash varchar",
  releases: "number bigint, build varchar, built_at timestamptz, content varchar",
  journal: "number bigint, action varchar, release bigint, state varchar, changed_at timestamptz",
  lock: "number bigint, host varchar, pid bigint, command varchar, since timestamptz, released_at timestamptz",
  settings: "name varchar, value varchar",
};

function stringify(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? part.toString() : part));
}

function parseTable(content: string): BuiltTable {
  return reviveTable(JSON.parse(content));
}

function reviveTable(table: BuiltTable & { rowCount?: unknown }): BuiltTable {
  return {
    ...table,
    rowCount: table.rowCount === undefined ? undefined : BigInt(String(table.rowCount)),
    checksum: table.checksum,
  };
}

function parseRelease(number: number, at: string, content: string): Release {
  const release = JSON.parse(content) as Omit<Release, "number" | "at">;
  const built = Object.entries(release.tables).map(([node, table]) => [node, reviveTable(table)] as const);
  return { ...release, number, at, tables: Object.fromEntries(built) };
}
