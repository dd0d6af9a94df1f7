import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { NotStartedError, type ProjectError } from "../../runner/errors.ts";
import { findProjectDir, readConfig } from "../../runner/project/config.ts";
import { configOf, projectFolder } from "./folder.ts";

const targets = `default: sample
targets:
  sample: {postgres: embedded, warehouse: duckdb, inputs: bundled}
  local:
    postgres: DATABASE_URL, or embedded
    warehouse: duckdb
    inputs: files
    memory_limit: 512MB
    dataset: mine
    vars:
      count: 007
      routes: [a.dat, 2]
  production: {postgres: DATABASE_URL, warehouse: bigquery, project: p}
`;

const files = { "targets.yaml": targets };

test("without anything said it is the default target, with today in UTC", () => {
  using folder = projectFolder(files);
  expect(configOf(folder.dir)).toEqual({
    projectDir: folder.dir,
    stateDir: join(folder.dir, ".runner"),
    outputDir: join(folder.dir, "target"),
    target: "sample",
    dataset: "stable",
    postgres: { kind: "embedded", database: "sample" },
    warehouse: { kind: "duckdb", file: join(folder.dir, ".runner", "sample.duckdb"), memoryLimit: undefined },
    bundledInputs: true,
    vars: { day: "2026-01-31", count: "20", word: "", as_of: "2026-02-03T00:00:00Z" },
    givenVars: [],
    pipelineDate: "2026-02-03",
    noPromote: false,
    environment: {},
  });
});

test("a flag goes before the environment, that before targets.yaml, that before dataform.json", () => {
  using folder = projectFolder(files);
  const config = configOf(folder.dir, {
    target: "local",
    vars: "count: 1e3",
    environment: { GCP_BIGQUERY_DATASET: "named" },
  });
  expect(config).toMatchObject({
    target: "local",
    dataset: "named",
    bundledInputs: false,
    warehouse: { memoryLimit: "512MB" },
  });
  expect(config.vars).toEqual({
    day: "2026-01-31",
    count: "1e3",
    word: "",
    routes: ["a.dat", "2"],
    as_of: "2026-02-03T00:00:00Z",
  });
  expect(configOf(folder.dir, { target: "local" })).toMatchObject({ dataset: "mine", vars: { count: "007" } });
  expect(configOf(folder.dir, { target: "local", vars: "as_of: 2025-01-01T00:00:00Z" }).vars.as_of).toBe(
    "2025-01-01T00:00:00Z",
  );
});

test("what was read is frozen, the second time it comes from the cache", () => {
  using folder = projectFolder(files);
  const first = configOf(folder.dir, { target: "local" });
  expect(configOf(folder.dir, { target: "local" })).toEqual(first);
  expect(() => Object.assign(first.vars, { count: 1 })).toThrow(TypeError);
});

test("DATABASE_URL counts only where the target says so, and is in no message", () => {
  using folder = projectFolder(files);
  const environment = { DATABASE_URL: "postgres://u:secret@h/d" };
  expect(configOf(folder.dir, { environment }).postgres).toEqual({ kind: "embedded", database: "sample" });
  expect(configOf(folder.dir, { environment, target: "local" }).postgres).toEqual({
    kind: "url",
    url: environment.DATABASE_URL,
  });
  expect(configOf(folder.dir, { target: "local" }).postgres).toEqual({ kind: "embedded", database: "local" });
  expect(() => configOf(folder.dir, { target: "production" })).toThrow(
    'the Postgres of target "production" is not known; set DATABASE_URL',
  );
  expect(() => configOf(folder.dir, { target: "local", environment: { DATABASE_URL: "u:secret@h" } })).toThrow(
    /^DATABASE_URL is no address of a Postgres; expected postgres:\/\/user:password@host\/database$/,
  );
  expect(
    configOf(folder.dir, { environment: { ...environment, PGPASSWORD: "x", LOGS: "logs", EMPTY: "" } }).environment,
  ).toEqual({ LOGS: "logs" });
});

test("BigQuery's project comes from the environment, then the target, then dataform.json", () => {
  using folder = projectFolder(files);
  const production = (environment: Record<string, string>) =>
    configOf(folder.dir, { target: "production", environment: { DATABASE_URL: "postgres://h/d", ...environment } })
      .warehouse;
  expect(production({})).toEqual({ kind: "bigquery", project: "p", location: "US" });
  expect(production({ GCP_PROJECT: "q" })).toEqual({ kind: "bigquery", project: "q", location: "US" });
});

test.each([
  ["20260131", "2026-01-31"],
  ["2026-01-31", "2026-01-31"],
  ["", "2026-02-03"],
])("PIPELINE_DATE %s is the day %s", (value, day) => {
  using folder = projectFolder(files);
  const config = configOf(folder.dir, { environment: { PIPELINE_DATE: value } });
  expect([config.pipelineDate, config.vars.as_of]).toEqual([day, `${day}T00:00:00Z`]);
});

test.each(["2026-02-30", "20261301", "2026-1-1", "today", "202601-31", "00000101"])(
  "PIPELINE_DATE %s is named as wrong",
  (value) => {
    using folder = projectFolder(files);
    expect(() => configOf(folder.dir, { environment: { PIPELINE_DATE: value } })).toThrow(
      new NotStartedError(`PIPELINE_DATE is "${value}"; expected a day (UTC) such as 20260131 or 2026-01-31`),
    );
  },
);

test("the day is that of UTC, not of the machine", () => {
  using folder = projectFolder(files);
  expect(
    readConfig({ projectDir: folder.dir, environment: {}, now: new Date("2026-02-03T23:30:00-05:00") }).pipelineDate,
  ).toBe("2026-02-04");
});

test("NO_PROMOTE counts when it is true", () => {
  using folder = projectFolder(files);
  const values = ["true", "1", "false", "", "TRUE"].map(
    (value) => configOf(folder.dir, { environment: { NO_PROMOTE: value } }).noPromote,
  );
  expect(values).toEqual([true, false, false, false, false]);
});

test("a dataset that can't be one, an unknown target, vars that are no map", () => {
  using folder = projectFolder(files);
  expect(() => configOf(folder.dir, { environment: { GCP_BIGQUERY_DATASET: "a-b; drop" } })).toThrow(
    new NotStartedError(
      'GCP_BIGQUERY_DATASET is "a-b; drop"; expected letters, digits and _, no digit first, at most 48',
    ),
  );
  expect(() => configOf(folder.dir, { target: "samples" })).toThrow(
    new NotStartedError('unknown target "samples"; nearest is "sample"'),
  );
  expect(() => configOf(folder.dir, { vars: "[a]" })).toThrow(
    new NotStartedError("--vars is not understood, it is no map; expected YAML such as 'usage_rows: 1000'"),
  );
  expect(() => configOf(folder.dir, { vars: "a: {b: c}" })).toThrow(
    new NotStartedError("--vars is not understood, a is a map; expected YAML such as 'usage_rows: 1000'"),
  );
  expect(() => configOf(folder.dir, { vars: "a: [" })).toThrow(/^--vars is not understood, it is not YAML: /);
});

function mistakesOf(inFiles: Record<string, string>): string[] {
  using folder = projectFolder(inFiles);
  try {
    configOf(folder.dir);
    return [];
  } catch (error) {
    return (error as ProjectError).message.split("\n");
  }
}

test("mistakes in dataform.json and targets.yaml are reported together, each at its place", () => {
  expect(
    mistakesOf({
      "dataform.json": '{\n  "defaultSchema": "a b",\n  "defaultDatabse": "x",\n  "vars": {"n": 1}\n}',
      "targets.yaml": "default: simple\ntargets:\n  sample:\n    warehouse: duckdbs\n    postgress: embedded\n",
    }),
  ).toEqual([
    'dataform.json:2:20: defaultSchema is "a b"; expected letters, digits and _, no digit first, at most 48',
    "dataform.json:4:17: vars.n is 1; expected text",
    'dataform.json:3:3: unknown setting "defaultDatabse"; nearest is "defaultDatabase"',
    'targets.yaml:4:16: targets.sample.warehouse is "duckdbs"; expected duckdb or bigquery',
    'targets.yaml:5:5: unknown setting "postgress" of targets.sample; nearest is "postgres"',
  ]);
  expect(mistakesOf({ "targets.yaml": "default: simple\ntargets: {sample: {}}\n" })).toEqual([
    'targets.yaml:1:10: there is no target "simple"; expected one of sample',
  ]);
});

test("a project without targets.yaml has the target sample", () => {
  using folder = projectFolder({});
  expect(configOf(folder.dir)).toMatchObject({ target: "sample", bundledInputs: true });
});

test("the project is found from any folder in it", () => {
  using folder = projectFolder(files);
  mkdirSync(join(folder.dir, "models", "postgres", "deep"), { recursive: true });
  expect(findProjectDir(join(folder.dir, "models", "postgres", "deep"))).toBe(folder.dir);
  expect(() => findProjectDir("/")).toThrow(
    new NotStartedError(
      "no project in / or above; expected a folder with dataform.json and models/ (see --project-dir)",
    ),
  );
});
