import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { EngineError, messageOf } from "../../errors.ts";
import { writeFor } from "./account.ts";
import type { Postmaster } from "./postmaster.ts";
import { dataFolder } from "./known.ts";
import { type Server, superuser } from "./server.ts";

/** A running server, and what a client needs to get in. */
export type Access = { server: Server; postmaster: Postmaster; password: string };

/** Also for a server on a socket, whose folder stands, percent-encoded, in the host's place. */
export function urlOf({ postmaster, password }: Access, database: string): string {
  const host = encodeURIComponent(postmaster.socketFolder || "127.0.0.1");
  const from = `?application_name=${encodeURIComponent(applicationName)}`;
  return `postgres://${superuser}:${encodeURIComponent(password)}@${host}:${postmaster.port}/${encodeURIComponent(database)}${from}`;
}

/**
 * The system identifier of the server that answers, or undefined where it does not serve the folder that it should: a file
 * that was just written there must be seen through it (a copied project has the same password and the same identifier).
 * Throws what `pg` throws.
 */
export async function identify(access: Access): Promise<string | undefined> {
  const name = `runner-check-${randomBytes(8).toString("hex")}`;
  const file = path.join(dataFolder(access.server.folder), name);
  await writeFor(access.server.account, file, name);
  try {
    return await withClient(access, async (client) => {
      const sql = "select system_identifier::text as id, pg_read_file($1, true) as seen from pg_control_system()";
      const { rows } = await client.query(sql, [name]);
      return rows[0].seen === name ? (rows[0].id as string) : undefined;
    });
  } finally {
    await rm(file, { force: true });
  }
}

/** Makes the database where it is missing. Throws EngineError. */
export async function ensureDatabase(access: Access, name: string): Promise<void> {
  const making = withClient(access, async (client) => {
    const { rowCount } = await client.query("select from pg_database where datname = $1", [name]);
    if (rowCount) return;
    try {
      await client.query(`create database ${client.escapeIdentifier(name)}`);
    } catch (error) {
      const { code } = error as { code?: string };
      if (code !== "42P04" && code !== "23505") throw error; // else another runner made it in this moment
    }
  });
  await making.catch((cause: unknown) => {
    throw new EngineError(`database ${name} cannot be made in the embedded PostgreSQL: ${messageOf(cause)}`, { cause });
  });
}

/** Whether somebody who is not this process is connected. Who has just left is still listed for some milliseconds. */
export async function hasOtherClients(access: Access): Promise<boolean> {
  return await withClient(access, async (client) => {
    for (let attempt = 1; ; attempt++) {
      const { rowCount } = await client.query(
        "select from pg_stat_activity where backend_type = 'client backend' and application_name <> $1",
        [applicationName],
      );
      if (!rowCount || attempt === 5) return Boolean(rowCount);
      await sleep(40);
    }
  });
}

const applicationName = `runner ${process.pid}`;

async function withClient<T>(access: Access, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: urlOf(access, "postgres"),
    connectionTimeoutMillis: 5_000,
    query_timeout: 60_000,
  });
  client.on("error", () => undefined); // the server died: the query in flight rejects with the same
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
