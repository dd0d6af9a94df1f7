import { existsSync, readFileSync, realpathSync } from "node:fs";
import path from "node:path";

/** The cluster's system identifier, from a file and without starting anything; undefined where there is no cluster. */
export function knownClusterId(stateDir: string): string | undefined {
  return readKnown(homeOf(stateDir))?.id;
}

export type Known = { id: string; folder: string; isMoved: boolean };

/**
 * What cluster.json says. It is written last: without it, whatever else lies there is an unfinished attempt. `folder` stands in
 * it where the server's files are elsewhere, and is this project's only as long as the project was neither moved nor copied.
 */
export function readKnown(home: string): Known | undefined {
  try {
    const known = JSON.parse(readFileSync(knownFile(home), "utf8")) as {
      id: string;
      stateDir: string;
      folder?: string;
    };
    const isMoved = known.stateDir !== realpathSync(path.dirname(home));
    if (isMoved && known.folder) return undefined;
    const folder = known.folder ?? path.join(home, "server");
    return existsSync(path.join(dataFolder(folder), "PG_VERSION")) ? { id: known.id, folder, isMoved } : undefined;
  } catch {
    return undefined;
  }
}

export const homeOf = (stateDir: string) => path.join(stateDir, "postgres");
export const knownFile = (home: string) => path.join(home, "cluster.json");

/** The server's data below the folder that is its own. */
export function dataFolder(folder: string): string {
  return path.join(folder, "data");
}
