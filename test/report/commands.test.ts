import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openWorld } from "../world.ts";
import { runInTerminal } from "./screen.ts";

const cli = new URL("../../runner/cli.ts", import.meta.url).pathname;

type Line = { kind: string } & Record<string, unknown>;
const linesOf = (stdout: string) => stdout.split("\n").map((line) => JSON.parse(line) as Line);

test("a build in a terminal leaves its lines, its tables and nothing else", async () => {
  await using world = await openWorld();
  const { screen, output, code } = await runInTerminal(`${process.execPath} ${cli} build --project-dir ${world.dir}`, {
    columns: 110,
    rows: 40,
  });
  const lines = (await screen.text()).split("\n");
  const places = lines.flatMap(
    (line) => /^\d\d:\d\d:\d\d +(\d+) of (\d+) (?:OK|PASS)/.exec(line)?.slice(1).map(Number) ?? [],
  );
  const total = places[1]!;
  expect(places).toEqual(Array.from({ length: total }, (_, index) => [index + 1, total]).flat());
  expect(output).toMatch(/\d+ of \d+, \d+ running, \d+s/);
  expect(lines.filter((line) => /running|[━─]/.test(line))).toEqual([]);
  expect(lines.at(-1)).toMatch(/^Released: release 1 \(library_\d{8}\) is live$/);
  expect(await screen.cursor()).toEqual({ column: 0, isVisible: true });
  expect(code).toBe(0);
});

test("with --log-format json a build says all of it in JSON: what ran, one by one, and the result", async () => {
  await using world = await openWorld();
  const ended = await world.run(["build", "--log-format", "json"]);
  expect(ended.stderr).toBe("");
  const lines = linesOf(ended.stdout);
  const finished = lines.filter(({ kind }) => kind === "finished");
  expect(finished.map(({ index }) => index)).toEqual(finished.map((_, index) => index + 1));
  expect(new Set(finished.map(({ total }) => total))).toEqual(new Set([finished.length]));
  expect(lines.at(-1)).toMatchObject({
    kind: "result",
    command: "build",
    exitCode: 0,
    state: "built",
    promotion: { kind: "promoted", release: 1 },
    counts: { failed: 0, skipped: 0 },
    summaries: [{ name: "demand" }],
    rejects: [{ table: "desk.loan_rejects", rowCount: 1 }],
  });

  const listed = linesOf((await world.run(["ls", "--log-format", "json", "--select", "+demand"])).stdout);
  expect(listed.slice(0, -1).map(({ kind, name }) => [kind, name])).toContainEqual(["node", "demand"]);
  expect(listed.at(-1)).toMatchObject({ kind: "result", command: "ls", exitCode: 0 });
  const shown = linesOf((await world.run(["show", "demand", "--log-format", "json"])).stdout);
  expect(shown[0]).toMatchObject({ kind: "row", model: "demand", values: { shelf: expect.any(String) } });
});

test("mistakes in the project are in the result, each with its place", async () => {
  await using world = await openWorld();
  await world.edit("models/bigquery/demand.sql", "grain:", "grian:");
  const ended = await world.run(["build", "--log-format", "json"]);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toBe("");
  const [result, ...others] = linesOf(ended.stdout);
  expect(others).toEqual([]);
  expect(result).toMatchObject({
    kind: "result",
    exitCode: 2,
    mistakes: expect.arrayContaining([
      {
        file: "models/bigquery/demand.sql",
        line: 3,
        column: 1,
        message: 'unknown setting "grian"',
        expected: 'nearest is "grain"',
      },
    ]),
  });
});

test("a good build stays good where target/ can't be written, and says so", async () => {
  await using world = await openWorld();
  await rm(join(world.dir, "target"), { recursive: true, force: true });
  await writeFile(join(world.dir, "target"), "in the way");
  const ended = await world.run(["build"]);
  expect(ended.code).toBe(0);
  expect(ended.stderr).toContain(`Warning: can't write ${join(world.dir, "target")}`);
  expect(ended.stdout).toContain("Released: release 1");
});

test("a failed test is shown with its rows and the file that has its SQL", async () => {
  await using world = await openWorld();
  await world.edit("models/bigquery/loans.sql", "days >= 0", "days < 30");
  const ended = await world.run(["build"]);
  expect(ended.code).toBe(1);
  expect(ended.stderr).toMatch(/\d of \d+ FAIL 1 expression_loans_days \.+ \[\d/);
  const file = /SQL: (\S*expression_loans_days\S*)/.exec(ended.stdout)![1]!;
  expect(await readFile(join(world.dir, file), "utf8")).toContain("days < 30");
  const results = JSON.parse(await world.read("target/run_results.json")) as { results: Line[] };
  expect(results.results.filter(({ status }) => status === "fail")).toMatchObject([
    { failures: 1, message: expect.stringContaining("1 row fails of loans.days") },
  ]);
});
