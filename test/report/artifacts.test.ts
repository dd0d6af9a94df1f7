import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openArtifacts } from "../../runner/report/artifacts.ts";
import type { Event, Outcome } from "../../runner/run/events.ts";
import { openProject } from "./project.ts";

type Opened = Awaited<ReturnType<typeof openProject>>;
type Result = { unique_id: string } & Record<string, unknown>;

const model = (id: string, text = id) => ({ id, kind: "model" as const, text: `sql table model ${text}` });
const check = (id: string) => ({ id, kind: "test" as const, text: `test ${id}` });
const sample = { keptIn: undefined, columns: ["fruit_id"], rows: [["1"]], total: 4n };

/** In the order they end; each took a second, one after the other. */
const outcomes: Outcome[] = [
  {
    status: "reused",
    label: { id: "fruits @ postgres", kind: "seed", text: "seed fruits in postgres" },
    from: "shop_20260130",
    rowCount: 1n,
  },
  {
    status: "ok",
    label: { id: "till.sale @ warehouse", kind: "load", text: "source table till.sale" },
    rowCount: 2n,
    elapsedMs: 1000,
  },
  { status: "ok", label: model("fruit"), rowCount: 1n, elapsedMs: 1000 },
  {
    status: "failed",
    label: { id: "fruit -> warehouse", kind: "copy", text: "transfer fruit to warehouse" },
    message: "unequal",
    elapsedMs: 500,
    sample: undefined,
  },
  { status: "ok", label: model("sold"), rowCount: 9_007_199_254_740_993n, elapsedMs: 1000 },
  { status: "ok", label: check("unique_sold_fruit_id"), rowCount: undefined, elapsedMs: 10 },
  {
    status: "warned",
    label: check("expression_sold_sales"),
    message: "4 rows fail of sold.sales: sales > 0",
    elapsedMs: 10,
    sample,
  },
  { status: "failed", label: check("all_is_fruit"), message: "4 rows fail", elapsedMs: 10, sample },
  {
    status: "failed",
    label: check("not_null_sold_fruit_id"),
    message: "no such column",
    elapsedMs: 10,
    sample: undefined,
  },
  {
    status: "failed",
    label: { id: "sold/two_sales", kind: "unit-test", text: "unit test sold/two_sales" },
    message: "other rows",
    elapsedMs: 10,
    sample: undefined,
  },
  { status: "skipped", label: check("relationships_sold_fruit_id_to_fruit_fruit_id"), because: "fruit -> warehouse" },
];

const at = (second: number) => new Date(Date.UTC(2026, 0, 31, 14, 0, second)).toISOString();

async function leave({
  project,
  nodes,
}: Opened): Promise<{ events: Event[]; sqlFile: (id: string) => string | undefined }> {
  const events: Event[] = [];
  const artifacts = openArtifacts({
    project,
    nodes,
    onEvent: (event) => events.push(event),
    args: { which: "build", select: ["sold"] },
  });
  artifacts.onEvent({
    kind: "build-started",
    at: at(0),
    build: "shop_20260131",
    target: "sample",
    toRun: 4,
    reused: 1,
    tests: 5,
  });
  artifacts.onSql("sold", "select 1\n\n");
  artifacts.onSql("unique_sold_fruit_id", "select 2");
  artifacts.onSql("all_is_fruit", "select 3");
  for (const [index, outcome] of outcomes.entries()) {
    const ran =
      outcome.status === "reused" || outcome.status === "skipped"
        ? undefined
        : { startedAt: at(index), thread: (index % 2) + 1 };
    artifacts.onEvent({ kind: "finished", at: at(index + 1), outcome, index, total: 10, ran });
  }
  await artifacts.finish({ env: { RUNNER_STATE: "failed" } });
  return { events, sqlFile: artifacts.sqlFile };
}

describe("what a build leaves in target/", () => {
  let opened: Opened;
  let left: Awaited<ReturnType<typeof leave>>;
  const json = async (file: string) => JSON.parse(await readFile(join(opened.dir, "target", file), "utf8"));
  beforeAll(async () => {
    opened = await openProject();
    left = await leave(opened);
  });
  afterAll(async () => await opened[Symbol.asyncDispose]());

  test("the SQL that was sent, of models and tests", async () => {
    const sql = (file: string) => readFile(join(opened.dir, "target", "run", file), "utf8");
    expect(await sql("models/bigquery/sold.sql")).toBe("select 1\n");
    expect(await sql("test/models/sold/unique_sold_fruit_id.sql")).toBe("select 2\n");
    expect(await sql("test/sql/all_is_fruit.sql")).toBe("select 3\n");
    expect(left.sqlFile("sold")).toBe(join(opened.dir, "target", "run", "models", "bigquery", "sold.sql"));
    expect(left.sqlFile("fruit")).toBeUndefined();
  });

  test("run_results.json has one result for each model, seed, source table and test, with dbt's words for how it ended", async () => {
    const { results, metadata, args } = (await json("run_results.json")) as {
      results: Result[];
      metadata: unknown;
      args: unknown;
    };
    const name = "shop_fruit_stand";
    expect(results.map(({ unique_id, status, failures }) => [unique_id, status, failures])).toEqual([
      [`seed.${name}.fruits`, "success", null],
      [`source.${name}.till.sale`, "success", null],
      [`model.${name}.fruit`, "error", null],
      [`model.${name}.sold`, "success", null],
      [expect.stringMatching(/^test\.shop_fruit_stand\.unique_sold_fruit_id\.[0-9a-f]{10}$/), "pass", 0],
      [expect.stringContaining("expression_sold_sales"), "warn", 4],
      [`test.${name}.all_is_fruit`, "fail", 4],
      [expect.stringContaining("not_null_sold_fruit_id"), "error", null],
      [`unit_test.${name}.sold.two_sales`, "fail", 1],
      [expect.stringContaining("relationships_sold_fruit_id"), "skipped", null],
    ]);
    expect(metadata).toMatchObject({
      dbt_schema_version: "https://schemas.getdbt.com/dbt/run-results/v6.json",
      env: { RUNNER_STATE: "failed" },
    });
    expect(args).toEqual({ which: "build", select: ["sold"] });
  });

  test("a model and its transfer are one result: the worse end, both times", async () => {
    const { results } = (await json("run_results.json")) as { results: Result[] };
    expect(results[2]).toMatchObject({
      status: "error",
      message: "unequal",
      execution_time: 1.5,
      relation_name: '"shop_20260131"."fruit"',
    });
    expect(results[2]!.timing).toEqual([
      { name: "compile", started_at: at(2), completed_at: at(2) },
      { name: "execute", started_at: at(2), completed_at: at(4) },
    ]);
  });

  test("every result has every key", async () => {
    const { results } = (await json("run_results.json")) as { results: Result[] };
    const keys =
      "status timing thread_id execution_time adapter_response message failures unique_id compiled compiled_code relation_name";
    for (const result of results) expect(Object.keys(result).sort()).toEqual(keys.split(" ").sort());
    expect(results[3]).toMatchObject({ compiled: true, compiled_code: "select 1\n\n", thread_id: "Thread-1" });
    expect(results[0]).toMatchObject({
      message: "reused from shop_20260130",
      relation_name: '"shop_20260130"."fruits"',
      timing: [],
    });
  });

  test("the ids of both files are the same", async () => {
    const { results } = (await json("run_results.json")) as { results: Result[] };
    const { nodes, sources, unit_tests } = await json("manifest.json");
    for (const { unique_id } of results) expect({ ...nodes, ...sources, ...unit_tests }).toHaveProperty([unique_id]);
  });

  test("manifest.json says what reads what, in both directions", async () => {
    const { parent_map, child_map } = (await json("manifest.json")) as Record<
      "parent_map" | "child_map",
      Record<string, string[]>
    >;
    expect(parent_map["model.shop_fruit_stand.sold"]).toEqual(["source.shop_fruit_stand.till.sale"]);
    expect(child_map["source.shop_fruit_stand.till.sale"]).toEqual(["model.shop_fruit_stand.sold"]);
    expect(child_map["seed.shop_fruit_stand.fruits"]).toEqual(["model.shop_fruit_stand.fruit"]);
    expect(child_map["model.shop_fruit_stand.fruit"]).toContainEqual(
      expect.stringContaining("relationships_sold_fruit_id_to_fruit_fruit_id"),
    );
    expect(child_map["model.shop_fruit_stand.sold"]).toContain("unit_test.shop_fruit_stand.sold.two_sales");
  });

  test("manifest.json has a model as its file declares it", async () => {
    const { nodes } = await json("manifest.json");
    expect(nodes["model.shop_fruit_stand.fruit"]).toMatchObject({
      resource_type: "model",
      path: "postgres/stand/fruit.sql",
      original_file_path: "models/postgres/stand/fruit.sql",
      fqn: ["shop_fruit_stand", "postgres", "stand", "fruit"],
      tags: ["stand"],
      relation_name: null,
      config: {
        materialized: "table",
        unique_key: ["fruit_id"],
        tags: ["stand"],
        meta: { engine: "postgres", export: true },
      },
      columns: { name: { data_type: "text", description: "As it stands on the sign." } },
      raw_code: await readFile(join(opened.dir, "models/postgres/stand/fruit.sql"), "utf8"),
      refs: [{ name: "fruits", package: null, version: null }],
    });
    expect(nodes["model.shop_fruit_stand.sold"]).toMatchObject({ relation_name: '"shop"."sold"', access: "public" });
  });

  test("values of vars are in neither file", async () => {
    for (const file of ["manifest.json", "run_results.json"])
      expect(await readFile(join(opened.dir, "target", file), "utf8")).not.toContain("hunter2");
  });

  test("nothing of it is worth a warning", () => {
    expect(left.events.filter(({ kind }) => kind === "message")).toEqual([]);
  });
});

test("a folder that can't be written is one warning, and no failure", async () => {
  await using opened = await openProject();
  await rm(join(opened.dir, "target"), { recursive: true, force: true });
  await writeFile(join(opened.dir, "target"), "in the way");
  const { events, sqlFile } = await leave(opened);
  expect(sqlFile("sold")).toBeUndefined();
  const messages = events.filter((event) => event.kind === "message");
  expect(messages).toEqual([
    { kind: "message", level: "warn", text: expect.stringContaining(`can't write ${join(opened.dir, "target")}`) },
  ]);
});

test("where nothing ended, the results of the last command stay", async () => {
  await using opened = await openProject();
  const { project, nodes, dir } = opened;
  await mkdir(join(dir, "target"));
  await writeFile(join(dir, "target", "run_results.json"), "the last");
  await openArtifacts({ project, nodes, onEvent: () => undefined, args: {} }).finish();
  expect(await readFile(join(dir, "target", "run_results.json"), "utf8")).toBe("the last");
});
