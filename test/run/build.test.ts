import { describe, expect, test } from "vitest";
import { losePostgres, openWorld, type World } from "../world.ts";

const released = {
  catalogue: [
    '["1","Bees, and how they see","science"]',
    '["2","A short history of salt","history"]',
    '["3","Über Fluß und Meer","travel"]',
    '["4","Knots","craft"]',
  ],
  demand: [
    '["history","1","14","3.500000000"]',
    '["science","2","37","9.250000000"]',
    '["travel","1","21","5.250000000"]',
    '["unknown","1","3","0.750000000"]',
  ],
  readers: ['["2026-01-01","3","4"]', '["2026-02-01","1","1"]'],
};

/** Names of the models and copies that a command built, out of its lines. */
function built(all: string): string[] {
  return [...all.matchAll(/OK created (?:sql \w+ model |transfer |seed |source table )(\S+)/g)].map(
    (match) => match[1]!,
  );
}

async function builtWorld(): Promise<World> {
  const world = await openWorld();
  const ended = await world.run(["build"]);
  expect(ended.all).toContain("Released: release 1 (library_");
  return world;
}

describe("a build of a small project of another domain", () => {
  test("builds everything over both engines, tests it and releases it", async () => {
    await using world = await openWorld();
    const ended = await world.run(["build"]);
    expect(ended.all).toContain("Released: release 1 (library_");
    expect(ended.all).toContain("rejected: 1 row");
    expect(ended.code).toBe(0);
    expect(await world.stable()).toEqual(released);
  });

  test("has nothing to do where nothing changed, and does not start Postgres", async () => {
    await using world = await builtWorld();
    await losePostgres(world.dir);
    const ended = await world.run(["build"]);
    expect(ended.all).toContain("Nothing to do");
    expect(ended.code).toBe(0);
    await expect(world.read(".runner/postgres/password")).rejects.toThrow("ENOENT");
    expect((await world.run(["releases"])).stdout.match(/library_\d+/g)).toHaveLength(1);
  });

  test("runs only an edited model and what reads it", async () => {
    await using world = await builtWorld();
    await world.edit("models/bigquery/demand.sql", "cast(days as numeric) *", "2 * cast(days as numeric) *");
    const ended = await world.run(["build"]);
    expect(built(ended.all)).toEqual(["demand"]);
    expect((await world.stable()).demand).toContain('["science","2","37","18.500000000"]');
  });

  test("runs only a test that was added", async () => {
    await using world = await builtWorld();
    await world.edit(
      "models/bigquery/readers.sql",
      "readers: {type: int64, pii: none}",
      "readers: {type: int64, pii: none, tests: [{expression: readers > 0}]}",
    );
    const ended = await world.run(["build"]);
    expect(built(ended.all)).toEqual([]);
    expect(ended.all.match(/PASS/g)).toHaveLength(1);
    expect(ended.all).toContain("The live release, 1, has these tables already");
    expect(ended.code).toBe(0);
  });

  test("only sets the comment where a description was edited", async () => {
    await using world = await builtWorld();
    await world.edit("models/bigquery/readers.sql", "Number of readers and loans of each month.", "Readers, by month.");
    const ended = await world.run(["build"]);
    expect(ended.all).toContain("Nothing to do");
    const comment = "select comment from duckdb_views() where schema_name = 'library' and view_name = 'readers'";
    expect(await world.query(comment)).toEqual([["Readers, by month."]]);
  });

  test("runs what reads a source whose parser changed", async () => {
    await using world = await builtWorld();
    await world.edit("sources/desk/parser.ts", "book or days is no number", "no number");
    const ended = await world.run(["build"]);
    expect(built(ended.all).sort()).toEqual([
      "book_loans",
      "book_loans",
      "demand",
      "desk.loan",
      "desk.loan_rejects",
      "loans",
      "readers",
      "shelf_demand",
      "shelf_demand",
    ]);
  });

  test("builds again a reused warehouse table that someone dropped", async () => {
    await using world = await builtWorld();
    const [[dataset]] = (await world.query(
      "select schema_name from duckdb_schemas() where regexp_matches(schema_name, '^library_[0-9]+$')",
    )) as [[string]];
    await world.query(`drop view library.demand; drop table ${dataset}.demand`);
    const ended = await world.run(["build"]);
    expect(built(ended.all), ended.all).toEqual(["demand"]);
    expect(await world.stable()).toEqual(released);
  });

  test("gives the same rows in a fresh pod, where Postgres is empty", async () => {
    await using world = await builtWorld();
    await losePostgres(world.dir);
    await world.edit("models/postgres/shelf_demand.sql", "sum(book_loans.days)", "2 * sum(book_loans.days)");
    const ended = await world.run(["build", "--select", "shelf_demand+"]);
    expect(ended.all).toContain("added: book_loans -> postgres: not in this Postgres");
    expect(built(ended.all).sort(), ended.all).toEqual([
      "book_loans",
      "books",
      "demand",
      "shelf_demand",
      "shelf_demand",
    ]);
    expect((await world.stable()).demand).toContain('["history","1","28","7.000000000"]');
  });
});

describe("what is not released", () => {
  test("a failing test leaves the stable dataset as it is, keeps the failing rows and shows the first, personal data masked", async () => {
    await using world = await builtWorld();
    await world.edit("models/bigquery/loans.sql", "days >= 0", "days < 30");
    const ended = await world.run(["build"]);
    expect(ended.code).toBe(1);
    expect(ended.all).toContain("1 row fails of loans.days: days < 30");
    expect(ended.all).toContain("***");
    expect(ended.all).not.toContain("bob@example.org");
    expect(await world.stable()).toEqual(released);
    const kept = /kept in (\S+)/.exec(ended.all)![1]!;
    expect(await world.query(`select reader from ${kept}`)).toEqual([["bob@example.org"]]);
  });

  test("a failing gate stops the release until exactly that gate is accepted", async () => {
    await using world = await builtWorld();
    await world.write("loans.csv", `${await world.read("loans.csv")}2,eve@example.org,2026-02-02,1\n`);
    const refused = await world.run(["build"]);
    expect(refused.code).toBe(1);
    expect(refused.all).toContain("gate loans: history goes from 1 to 2, a change of 100.0 %, at most 50 % is allowed");
    expect(await world.stable()).toEqual(released);
    const other = await world.run(["promote", "--accept", "rows", "--reason", "new desk"]);
    expect(other.code).toBe(1);
    const accepted = await world.run(["promote", "--accept", "loans", "--reason", "new desk"]);
    expect(accepted.all).toContain("Released: release 2");
    expect((await world.run(["releases"])).stdout).toContain("accepted gate loans: new desk");
    expect((await world.stable()).demand).toContain('["history","2","15","3.750000000"]');
  });

  test("a rollback puts the rows back, and holds builds until promote", async () => {
    await using world = await builtWorld();
    await world.edit("models/bigquery/demand.sql", "cast(days as numeric) *", "2 * cast(days as numeric) *");
    await world.run(["build"]);
    const rolled = await world.run(["rollback"]);
    expect(rolled.stdout).toContain("release 1");
    expect(await world.stable()).toEqual(released);
    const held = await world.run(["build", "--full-refresh"]);
    expect(held.code).toBe(0);
    expect(held.all).toContain("Not released: builds are held back since the dataset was rolled back to release 1");
    expect(await world.stable()).toEqual(released);
    const promoted = await world.run(["promote"]);
    expect(promoted.all).toContain("Released: release 3");
    expect((await world.stable()).demand).toContain('["science","2","37","18.500000000"]');
  });

  test("a partial build that leaves a published model stale says what to select", async () => {
    await using world = await builtWorld();
    await world.edit("models/bigquery/loans.sql", "    days\nfrom", "    days + 1 as days\nfrom");
    const ended = await world.run(["build", "--select", "loans"]);
    expect(ended.code).toBe(1);
    expect(ended.all).toContain("it would leave published models stale: demand (reads loans), readers (reads loans)");
    expect(ended.all).toContain("--select demand readers");
    expect(await world.stable()).toEqual(released);
  });
});
