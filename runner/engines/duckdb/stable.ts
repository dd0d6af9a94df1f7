import type { Relation, StableView, Warehouse } from "../engine.ts";
import type { Pool } from "./pool.ts";
import { comments, nameOf } from "./statements.ts";
import { quoteName } from "./types.ts";

/** What stands in the stable dataset. `reads` is there for a view of the form that `swapViews` writes. */
export async function stableObjects(pool: Pool, dataset: string): ReturnType<Warehouse["stableObjects"]> {
  const rows = await pool.use(undefined, (session) =>
    session.all(
      `select table_name, 'table', null from duckdb_tables() where database_name = current_database() and schema_name = ?
       union all
       select view_name, 'view', sql from duckdb_views() where database_name = current_database() and schema_name = ? and not internal
       order by 1`,
      [dataset, dataset],
    ),
  );
  return rows.map(([name, kind, sql]) => ({
    name: name!,
    kind: kind as "table" | "view",
    reads: sql === null || sql === undefined ? undefined : relationReadBy(sql),
  }));
}

/** All of it in one transaction: every reader sees the views of one release. */
export async function swapViews(
  pool: Pool,
  dataset: string,
  views: readonly StableView[],
  record: Parameters<Warehouse["swapViews"]>[2]["record"],
): Promise<void> {
  await pool.transact(undefined, async (session) => {
    await session.run(`create schema if not exists ${quoteName(dataset)}`);
    const standing = await session.all(
      "select view_name from duckdb_views() where database_name = current_database() and schema_name = ? and not internal",
      [dataset],
    );
    const kept = new Set(views.map(({ name }) => name));
    for (const [name] of standing)
      if (!kept.has(name!)) await session.run(`drop view ${nameOf({ dataset, name: name! })}`);
    for (const view of views) {
      const relation = { dataset, name: view.name, kind: "view" as const };
      const columns = view.columns.map(quoteName).join(", ") || "*";
      await session.run(`create or replace view ${nameOf(relation)} as select ${columns} from ${nameOf(view.reads)}`);
      await session.run(comments(relation, { columns: view.columns, comments: view.comments }).join(";\n"));
    }
    await record(session);
  });
}

const name = '(?:"(?:[^"]|"")+"|[A-Za-z_]\\w*)';
const releasedView = new RegExp(
  `^CREATE VIEW (?:${name}\\.)*${name} AS SELECT (?:\\*|${name}(?:, ${name})*) FROM (${name})\\.(${name});$`,
);

function relationReadBy(sql: string): Relation | undefined {
  const match = releasedView.exec(sql);
  return match ? { dataset: plain(match[1]!), name: plain(match[2]!) } : undefined;
}

function plain(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
