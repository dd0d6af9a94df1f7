import { readFileSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { InterruptedError, messageOf, NotStartedError } from "../../errors.ts";
import { canReach } from "./account.ts";
import { identify } from "./client.ts";
import { ownerOf, type Postmaster, readPostmaster } from "./postmaster.ts";
import { dataFolder } from "./known.ts";
import type { Server } from "./server.ts";

/** In what state an earlier runner left the cluster. */
export type Found =
  | { kind: "running"; postmaster: Postmaster }
  | { kind: "unreachable"; postmaster: Postmaster } // it lives, but somebody tidied its socket away or moved the project
  | { kind: "stopped" } // or killed: it can be started
  | { kind: "useless"; because: string; postmaster: Postmaster | undefined };

/** Looks at the data folder and asks the server. Throws NotStartedError where a living server gives no answer. */
export async function inspect(
  server: Server,
  options: { id: string; password: string | undefined; isMoved: boolean; signal: AbortSignal | undefined },
): Promise<Found> {
  const { id, password, signal } = options;
  const data = dataFolder(server.folder);
  for (const deadline = performance.now() + 60_000; ; await sleep(10)) {
    if (signal?.aborted) throw new InterruptedError("interrupted", { cause: signal.reason });
    const left = readPostmaster(data);
    const owner = left ? ownerOf(left, data) : "nobody";
    const postmaster = owner === "this" ? left : undefined;
    const because = owner === "another" ? copied : await whyUseless(server, { ...options, left, stopped: !postmaster });
    if (because) return { kind: "useless", because, postmaster };
    if (!postmaster || password === undefined) return { kind: "stopped" };

    if (postmaster.status === "ready") {
      try {
        if ((await identify({ server, postmaster, password })) === id) return { kind: "running", postmaster };
        return { kind: "useless", because: copied, postmaster: undefined };
      } catch (error) {
        const { code } = error as { code?: string };
        if (code === "ENOSPC" || code === "EDQUOT" || code === "EROFS") throw error; // the folder's fault
        if (ownerOf(postmaster, data) === "nobody") continue; // it has just ended
        if (code === "ENOENT" || code === "ECONNREFUSED" || code === "58P01")
          return { kind: "unreachable", postmaster };
        if (code === "28P01") return { kind: "useless", because: "its password is another one", postmaster };
        if (code !== "57P03" && code !== "57P01") throw noAnswer(postmaster, messageOf(error)); // else it is starting or stopping
      }
    }
    if (performance.now() > deadline) throw noAnswer(postmaster, `it has been ${postmaster.status} for a minute`);
  }
}

const copied = "it was copied from another folder while a server ran there";

async function whyUseless(
  { folder, installed, account }: Server,
  state: { left: Postmaster | undefined; password: string | undefined; isMoved: boolean; stopped: boolean },
): Promise<string | undefined> {
  const { left, password, isMoved, stopped } = state;
  const version = readFileSync(path.join(dataFolder(folder), "PG_VERSION"), "utf8").trim();
  if (version !== String(installed.major))
    return `it was made by PostgreSQL ${version}, and this is ${installed.major}`;
  if (password === undefined) return "its password is gone";
  if (!stopped) return undefined;
  if (left && isMoved) return copied; // one file after the other, each at another moment
  if (account && !(await canReach(folder, account)))
    return `the user that the server runs as may no longer enter ${folder}`;
  if (wentDownWithMachine(dataFolder(folder), left))
    return "the machine went down before its files were safe on the disk";
  return undefined;
}

/**
 * Nothing is synced to disk (`fsync = off`), so files of a server that ran as the machine went down, or had been stopped only
 * minutes before, may lack what was written last, and nothing would notice. A restart of the machine looks the same.
 */
function wentDownWithMachine(data: string, left: Postmaster | undefined): boolean {
  const bootedAt = Date.now() - os.uptime() * 1000;
  if (left) return left.startedAt.getTime() < bootedAt;
  const stoppedAt = statSync(path.join(data, "global", "pg_control")).mtimeMs;
  return stoppedAt < bootedAt && bootedAt - stoppedAt < 5 * 60_000;
}

function noAnswer({ pid }: Postmaster, why: string): NotStartedError {
  return new NotStartedError(
    `the project's PostgreSQL (process ${pid}) does not answer: ${why}; stop it with \`kill ${pid}\` and try again`,
  );
}
