import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openDuckDB } from "../../runner/engines/duckdb/connect.ts";
import type { Project } from "../../runner/project/project.ts";
import { openRecords, type BuiltTable, type Release } from "../../runner/records/records.ts";
import { swapTo } from "../../runner/run/promote.ts";

const views = ["first", "second", "third", "fourth", "fifth"];
const fingerprint = { code: "c", parser: "p", inputs: "i", upstream: "u", all: "a" };

function releaseOf(number: number): Release {
  const tables: Record<string, BuiltTable> = Object.fromEntries(
    views.map((name) => [
      name,
      {
        node: name,
        side: "warehouse",
        identity: "warehouse",
        relation: { dataset: `stable_${number}`, name },
        kind: "table",
        fingerprint,
        reads: {},
        rowCount: 1n,
        checksum: undefined,
        build: `stable_${number}`,
      },
    ]),
  );
  return {
    number,
    build: `stable_${number}`,
    at: "",
    tables,
    views: Object.fromEntries(views.map((name) => [name, name])),
    inputs: {},
    notes: [],
  };
}

test("a reader of all views in one statement sees one whole release through 20 promotions and 5 rollbacks", async () => {
  const folder = await mkdtemp(join(tmpdir(), "promote-"));
  try {
    await using warehouse = await openDuckDB({
      file: join(folder, "x.duckdb"),
      readOnly: false,
      memoryLimit: undefined,
    });
    const records = openRecords(warehouse.database, "stable_runner");
    await records.prepare();
    const releases: Release[] = [];
    for (let number = 1; number <= 21; number += 1) {
      const release = releaseOf(number);
      await warehouse.createDataset(release.build);
      for (const name of views)
        await warehouse.database.run(`create table ${release.build}.${name} as select ${number} as release`);
      await records.addRelease(release);
      releases.push(release);
    }
    const project = { models: new Map() } as unknown as Project;
    const swap = (release: Release, action: "promote" | "rollback") =>
      swapTo(release, {
        action,
        hold: undefined,
        project,
        dataset: "stable",
        warehouse,
        records,
        step: () => undefined,
      });
    await swap(releases[0]!, "promote");

    let done = false;
    const seen: string[] = [];
    const poll = async () => {
      while (!done || seen.length < 1000) {
        const [row] = await warehouse.database.all(
          `select ${views.map((name) => `(select release from stable.${name})`).join(", ")}`,
        );
        seen.push([...new Set(row)].join(" and "));
      }
    };
    const polling = poll();
    let readsDuring = 0;
    for (const release of releases.slice(1)) {
      await swap(release, "promote");
      while (seen.length < readsDuring + 40) await new Promise((resolve) => setImmediate(resolve));
      readsDuring = seen.length;
    }
    for (const back of [15, 10, 5, 3, 1]) {
      await swap(releases[back]!, "rollback");
      while (seen.length < readsDuring + 40) await new Promise((resolve) => setImmediate(resolve));
      readsDuring = seen.length;
    }
    done = true;
    await polling;
    expect(seen.length).toBeGreaterThanOrEqual(1000);
    expect([...new Set(seen)].filter((answer) => answer.includes(" and "))).toEqual([]);
    expect(new Set(seen).size).toBeGreaterThan(20);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
