import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";

/** What a server's postmaster.pid says about it. `socketFolder` is empty where it listens on a port only. */
export type Postmaster = {
  file: string;
  pid: number;
  startedAt: Date;
  port: number;
  socketFolder: string;
  status: "starting" | "stopping" | "ready" | "standby" | "";
};

/** Undefined where there is none, which is so after a clean stop. */
export function readPostmaster(dataFolder: string): Postmaster | undefined {
  const file = path.join(dataFolder, "postmaster.pid");
  try {
    const [pid, , started, port, socketFolder = "", , , status = ""] = readFileSync(file, "utf8").split("\n");
    return {
      file,
      pid: Math.abs(Number(pid)),
      startedAt: new Date(Number(started) * 1000),
      port: Number(port),
      socketFolder,
      status: status.trim() as Postmaster["status"],
    };
  } catch {
    return undefined;
  }
}

export const socketPrefix = "runner-postgres-socket-"; // of the name of the folder that each start makes for its socket

/** A server that stops takes the socket away, and leaves its folder. Any other folder is let alone. */
export async function removeSocketFolder(folder: string): Promise<void> {
  if (path.basename(folder).startsWith(socketPrefix)) await rm(folder, { recursive: true, force: true });
}

/** A zombie is dead: where nobody waits for orphans (node as a container's first process) it keeps its number. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return process.platform !== "linux" || !/^\d+ \(.*\) [ZX]/s.test(readOr(`/proc/${pid}/stat`, "0 () X"));
}

/**
 * Whose server the postmaster named is: this data folder's, another folder's (this one was copied while it ran), or nobody's,
 * where the process is gone or is a later one with the same number.
 */
export function ownerOf(postmaster: Postmaster, dataFolder: string): "this" | "another" | "nobody" {
  if (!isAlive(postmaster.pid)) return "nobody";
  const isThere = worksIn(postmaster.pid, dataFolder);
  if (isThere) return "this";
  const { name, since } = describeProcess(postmaster.pid);
  const isLater = Math.abs(since.getTime() - postmaster.startedAt.getTime()) > 5_000;
  if (isLater || !name.includes("postgres")) return "nobody";
  return isThere === false ? "another" : "this"; // where nobody can say, `identify` will tell
}

/** A server's working folder is its data folder. Undefined off Linux, and for root in a container that hides it. */
function worksIn(pid: number, folder: string): boolean | undefined {
  try {
    const [at, data] = [statSync(`/proc/${pid}/cwd`), statSync(folder)];
    return at.ino === data.ino && at.dev === data.dev;
  } catch {
    return undefined;
  }
}

function describeProcess(pid: number): { name: string; since: Date } {
  if (process.platform === "linux") {
    const [, name = "", rest = ""] = /^\d+ \((.*)\) (.*)/s.exec(readOr(`/proc/${pid}/stat`, "")) ?? [];
    const boot = Number(/^btime (\d+)/m.exec(readOr("/proc/stat", ""))?.[1]);
    return { name, since: new Date((boot + Number(rest.split(" ")[19]) / 100) * 1000) }; // field 22, in hundredths since boot
  }
  try {
    const said = execFileSync("ps", ["-o", "lstart=,comm=", "-p", String(pid)], {
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C" },
    });
    return { name: said.slice(24), since: new Date(said.slice(0, 24)) };
  } catch {
    return { name: "", since: new Date(0) }; // it is gone
  }
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return otherwise;
  }
}
