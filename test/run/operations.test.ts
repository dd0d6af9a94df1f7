import { expect, test } from "vitest";
import { losePostgres, openWorld, type World } from "../world.ts";

/** A loans model that takes long enough to be met while it runs. */
async function slowDown(world: World): Promise<void> {
  await world.edit(
    "models/postgres/catalogue.sql",
    'from {{ref "books"}}',
    'from {{ref "books"}}\nwhere (select count(*) from generate_series(1, 300000000) as numbers) > 0',
  );
}

/** Resolves once the command has said this. */
async function said(child: ReturnType<World["start"]>, text: string): Promise<void> {
  let seen = "";
  for await (const chunk of child.stderr!) {
    seen += String(chunk);
    if (seen.includes(text)) return;
  }
  throw new Error(`it ended without saying ${text}: ${seen}`);
}

test("the environment of the shell pipeline names the dataset and the day, and holds the release back", async () => {
  await using world = await openWorld({ dataset: "town_reading" });
  const env = { GCP_BIGQUERY_DATASET: "town_reading", PIPELINE_DATE: "20260301", NO_PROMOTE: "true" };
  const held = await world.run(["build"], { env });
  expect(held.code).toBe(0);
  expect(held.all).toContain("build town_reading_20260301 on");
  expect(held.all).toContain("NO_PROMOTE");
  expect(await world.stable()).toEqual({});
  const promoted = await world.run(["promote"], { env });
  expect(promoted.code).toBe(0);
  expect(Object.keys(await world.stable())).toEqual(["catalogue", "demand", "readers"]);
  const wrong = await world.run(["build"], { env: { ...env, PIPELINE_DATE: "2026-02-30" } });
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain("2026-02-30");
});

test("Ctrl-C ends a build with 1, cancels the query, gives the lock back and releases nothing; retry goes on", async () => {
  await using world = await openWorld();
  await slowDown(world);
  const child = world.start(["build"]);
  await said(child, "OK created seed books");
  child.kill("SIGINT");
  child.kill("SIGTERM"); // Prow sends both; it is one request
  const ended = await child;
  expect(ended.exitCode).toBe(1);
  expect(await world.query("select count(*) from library_runner.lock where released_at is null")).toEqual([["0"]]);
  expect(await world.stable()).toEqual({});
  await world.edit("models/postgres/catalogue.sql", "300000000", "3");
  const retried = await world.run(["retry"]);
  expect(retried.code, retried.all).toBe(0);
  expect(retried.all).toContain("Released: release 1");
  expect(retried.all).not.toContain("OK created seed books");
}, 90_000);

test("a second runner leaves with 2 and names the first; with --wait it takes its turn", async () => {
  await using world = await openWorld();
  await slowDown(world);
  const first = world.start(["build"]);
  await said(first, "OK created seed books");
  for (const command of [["build"], ["releases"], ["plan"]]) {
    const second = await world.run(command);
    expect(second.code, second.all).toBe(2);
    expect(second.stderr).toContain("is held by `runner build");
    expect(second.stderr).toContain("--wait");
  }
  const waiting = world.start(["releases", "--wait", "30"]);
  first.kill("SIGINT");
  await first;
  expect((await waiting).exitCode).toBe(0);
}, 90_000);

test("a build whose base is no longer live is not promoted", async () => {
  await using world = await openWorld();
  await world.run(["build"]);
  await world.edit("models/bigquery/demand.sql", "cast(days as numeric) *", "2 * cast(days as numeric) *");
  await world.run(["build", "--no-promote"]);
  await world.edit("models/bigquery/demand.sql", "2 * cast", "3 * cast");
  await world.run(["build"]);
  const before = await world.stable();
  const stale = await world.run(["promote", "2"]);
  expect(stale.code).toBe(1);
  expect(stale.all).toContain("was built from release 1, and release 3 is live now");
  expect(await world.stable()).toEqual(before);
});

test("retry and rollback work in a fresh pod, where Postgres is empty", async () => {
  await using world = await openWorld();
  await world.run(["build"]);
  const first = await world.stable();
  await world.edit("models/postgres/shelf_demand.sql", "sum(book_loans.days)", "2 * sum(book_loans.days)");
  await world.edit("models/bigquery/demand.sql", "cast(days as numeric) *", "error('no') *");
  const failed = await world.run(["build"]);
  expect(failed.code).not.toBe(0);
  await world.edit("models/bigquery/demand.sql", "error('no') *", "cast(days as numeric) *");
  await losePostgres(world.dir);
  const retried = await world.run(["build"]);
  expect(retried.all).toContain("Released: release");
  expect((await world.stable()).demand).toContain('["science","2","74","18.500000000"]');
  await losePostgres(world.dir);
  expect((await world.run(["rollback"])).code).toBe(0);
  expect(await world.stable()).toEqual(first);
});

test("a partial build runs on the inputs of the live release, until it is told to fetch", async () => {
  await using world = await openWorld();
  await world.run(["build"]);
  await world.write("loans.csv", `${await world.read("loans.csv")}4,fay@example.org,2026-02-03,2\n`);
  const pinned = await world.run(["build", "--select", "source:desk+", "--full-refresh"]);
  expect(pinned.code, pinned.all).toBe(0);
  expect((await world.stable()).readers).toEqual(['["2026-01-01","3","4"]', '["2026-02-01","1","1"]']);
  const fetched = await world.run(["build", "--select", "source:desk+", "--fetch"]);
  expect(fetched.code, fetched.all).toBe(0);
  expect((await world.stable()).readers).toEqual(['["2026-01-01","3","4"]', '["2026-02-01","2","2"]']);
});

test("inputs that are gone are refused by name", async () => {
  await using world = await openWorld();
  const missing = await world.run(["build", "--vars", "loans: [nowhere.csv]"]);
  expect(missing.code).toBe(2);
  expect(missing.stderr).toContain("loans: there is no file");
  expect(missing.stderr).toContain("the desk's list of loans");
});

test("gc lists with --dry-run, removes what no kept release maps, and never what is live", async () => {
  await using world = await openWorld();
  await world.run(["build"]);
  await world.edit("models/bigquery/demand.sql", "cast(days as numeric) *", "2 * cast(days as numeric) *");
  await world.run(["build"]);
  const before = await world.stable();
  const vars = ["--vars", "{gc_releases: 1, gc_release_days: 0, gc_build_days: 0}"];
  const listed = await world.run(["gc", "--dry-run", ...vars]);
  expect(listed.stdout, listed.all).toMatch(/library_\d+\.demand/);
  const removed = await world.run(["gc", ...vars]);
  expect(removed.code, removed.all).toBe(0);
  expect(await world.stable()).toEqual(before);
  expect((await world.run(["build"])).all).toContain("Nothing to do");
  expect((await world.run(["rollback"])).code).toBe(2);
});
