import type { Relation } from "../engines/engine.ts";
import type { BuiltTable, Records } from "./records.ts";

/** What finished and is to be remembered: tables, tests that passed, comments that were set. */
export type Finished = {
  tables: BuiltTable[];
  passed: { fingerprint: string; test: string; build: string }[];
  described: { relation: Relation; hash: string }[];
};

/**
 * Writes what finished while the build goes on, all that has gathered in one batch: small writes are slow in a warehouse. What is
 * not written yet when the process is killed is built again by the next command. `flush` waits for all of it, and throws what a write threw.
 */
export function openWriter(records: Records): { add(finished: Partial<Finished>): void; flush(): Promise<void> } {
  let gathered = nothing();
  let writing: Promise<void> | undefined;
  let failure: unknown;
  return {
    add({ tables = [], passed = [], described = [] }) {
      gathered.tables.push(...tables);
      gathered.passed.push(...passed);
      gathered.described.push(...described);
      writing ??= write();
    },
    async flush() {
      while (writing) await writing;
      if (failure) throw failure;
    },
  };

  async function write(): Promise<void> {
    await undefined; // `writing` is set before this goes on, and unset in the tick in which nothing is left
    try {
      while (gathered.tables.length + gathered.passed.length + gathered.described.length > 0) {
        const batch = gathered;
        gathered = nothing();
        await records.addFinished(batch);
      }
    } catch (error) {
      failure ??= error;
    } finally {
      writing = undefined;
    }
  }
}

function nothing(): Finished {
  return { tables: [], passed: [], described: [] };
}
