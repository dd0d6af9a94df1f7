import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { type Mistake, NotStartedError, ProjectError } from "../errors.ts";
import { contentHash, openCache } from "./cache.ts";
import { nearestTo } from "./nearest.ts";
import type { DataformSettings, TargetSettings, TargetsSettings } from "./targets.ts";
import { plainText } from "./text.ts";

/** Vars that the runner itself reads: how long `gc` keeps things. */
export const runnerVars = ["gc_releases", "gc_release_days", "gc_build_days"] as const;

/** Everything that a command is told, read once from flags, the environment, targets.yaml and dataform.json; frozen. */
export type Config = {
  /** Absolute. */
  projectDir: string;
  /** `<projectDir>/.runner`: databases, kept inputs, caches. */
  stateDir: string;
  /** `<projectDir>/target`: compiled SQL, run_results.json. */
  outputDir: string;
  /** Name of the target. */
  target: string;
  /** The stable dataset; builds are `<dataset>_<YYYYMMDD>`, records `<dataset>_runner`. */
  dataset: string;
  postgres: { kind: "embedded"; database: string } | { kind: "url"; url: string };
  warehouse:
    | { kind: "duckdb"; file: string; memoryLimit: string | undefined }
    | { kind: "bigquery"; project: string; location: string };
  /** True where inputs that no var names come from what the sources bundle. */
  bundledInputs: boolean;
  /** dataform.json, then targets.yaml, then --vars; `as_of` is set from PIPELINE_DATE. Values are the text they were written as, or lists of it. */
  vars: Record<string, unknown>;
  /** Names of vars that only targets.yaml or --vars has: one that nothing in the project uses is a mistake. */
  givenVars?: string[];
  /** UTC day of the build, `YYYY-MM-DD`. */
  pipelineDate: string;
  noPromote: boolean;
  /** The environment variables that `taken_from` of a model may name; only those that are set and not empty. */
  environment: Record<string, string>;
};

type Told = {
  projectDir: string;
  target?: string | undefined;
  /** YAML, as `--vars` takes it. */
  vars?: string | undefined;
  environment: NodeJS.ProcessEnv;
  now: Date;
};

/** Throws ProjectError for mistakes in the files, NotStartedError for those in flags and the environment. Nothing secret is in a message. */
export function readConfig({ projectDir, target, vars, environment, now }: Told): Config {
  const root = resolve(projectDir);
  const stateDir = join(root, ".runner");
  const { dataform, targets } = readFiles(root, stateDir);
  const name = target ?? targets.default;
  const chosen = targets.targets[name];
  if (!chosen)
    throw new NotStartedError(`unknown target "${name}"; ${nearestTo(name, Object.keys(targets.targets), "targets")}`);
  const given = vars === undefined ? {} : heavy().readVars(vars);
  if (typeof given === "string")
    throw new NotStartedError(`--vars is not understood, ${given}; expected YAML such as 'usage_rows: 1000'`);
  const pipelineDate = dayOf(environment.PIPELINE_DATE, now);
  return deepFreeze({
    projectDir: root,
    stateDir,
    outputDir: join(root, "target"),
    target: name,
    dataset: datasetOf(environment.GCP_BIGQUERY_DATASET) ?? chosen.dataset ?? dataform.defaultSchema,
    postgres: postgresOf(name, chosen, environment),
    warehouse:
      chosen.warehouse === "bigquery"
        ? {
            kind: "bigquery",
            project:
              environment.GCP_PROJECT ||
              chosen.project ||
              dataform.defaultDatabase ||
              missing("the BigQuery project", "GCP_PROJECT"),
            location: chosen.location ?? dataform.defaultLocation ?? "US",
          }
        : { kind: "duckdb", file: join(stateDir, `${name}.duckdb`), memoryLimit: chosen.memory_limit },
    bundledInputs: chosen.inputs !== "files",
    vars: { ...dataform.vars, ...chosen.vars, as_of: `${pipelineDate}T00:00:00Z`, ...given },
    givenVars: Object.keys({ ...chosen.vars, ...given }).filter(
      (key) => key !== "as_of" && !Object.hasOwn(dataform.vars ?? {}, key),
    ),
    pipelineDate,
    noPromote: environment.NO_PROMOTE === "true",
    environment: withoutSecrets(environment),
  });
}

/** The nearest folder from `start` upwards that holds dataform.json and models/. Throws NotStartedError where there is none. */
export function findProjectDir(start: string): string {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    if (
      existsSync(join(folder, "dataform.json")) &&
      statSync(join(folder, "models"), { throwIfNoEntry: false })?.isDirectory()
    )
      return folder;
    if (folder === dirname(folder))
      throw new NotStartedError(
        `no project in ${resolve(start)} or above; expected a folder with dataform.json and models/ (see --project-dir)`,
      );
  }
}

const soleTarget: TargetsSettings = {
  default: "sample",
  targets: { sample: { postgres: "embedded", warehouse: "duckdb", inputs: "bundled", vars: {} } },
};

function readFiles(root: string, stateDir: string): { dataform: DataformSettings; targets: TargetsSettings } {
  const cache = openCache(join(stateDir, "cache", "settings.json"));
  const mistakes: Mistake[] = [];
  const dataform = read<DataformSettings>("dataform.json", (...file) => heavy().readDataform(...file));
  const targets = read<TargetsSettings>("targets.yaml", (...file) => heavy().readTargets(...file));
  if (dataform === undefined && mistakes.length === 0)
    mistakes.push({
      place: { file: "dataform.json", line: 1, column: 1 },
      message: "the file is missing",
      expected: "expected a project's settings there",
    });
  if (mistakes.length > 0) throw new ProjectError(mistakes);
  cache.save();
  return { dataform: dataform!, targets: targets ?? soleTarget };

  function read<T>(
    file: string,
    reader: (file: string, text: string) => { value: T | undefined; mistakes: Mistake[] },
  ): T | undefined {
    const text = textIn(join(root, file));
    if (text === undefined) return undefined;
    const hash = contentHash(text);
    const known = cache.get<T>(file, hash);
    if (known !== undefined) return known;
    const result = reader(file, plainText(text));
    mistakes.push(...result.mistakes);
    if (result.value !== undefined) cache.put(file, hash, result.value);
    return result.value;
  }
}

/** The readers of settings with their packages, loaded only where something is not in the cache. */
function heavy(): typeof import("./targets.ts") {
  return createRequire(import.meta.url)("./targets.ts") as typeof import("./targets.ts");
}

function textIn(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new NotStartedError(`${file} can't be read: ${(error as Error).message}`);
  }
}

function datasetOf(value: string | undefined): string | undefined {
  if (!value) return undefined;
  if (/^[A-Za-z_][A-Za-z0-9_]{0,47}$/.test(value)) return value;
  throw new NotStartedError(
    `GCP_BIGQUERY_DATASET is ${JSON.stringify(value)}; expected letters, digits and _, no digit first, at most 48`,
  );
}

function postgresOf(
  target: string,
  { postgres = "embedded" }: TargetSettings,
  environment: NodeJS.ProcessEnv,
): Config["postgres"] {
  const url = postgres === "embedded" ? undefined : environment.DATABASE_URL;
  if (url) {
    if (!/^postgres(ql)?:\/\//.test(url))
      throw new NotStartedError(
        "DATABASE_URL is no address of a Postgres; expected postgres://user:password@host/database",
      );
    return { kind: "url", url };
  }
  if (postgres === "DATABASE_URL") return missing(`the Postgres of target "${target}"`, "DATABASE_URL");
  return { kind: "embedded", database: target };
}

function missing(what: string, variable: string): never {
  throw new NotStartedError(`${what} is not known; set ${variable}`);
}

function dayOf(value: string | undefined, now: Date): string {
  if (!value) return now.toISOString().slice(0, 10);
  const [, year, month, day] = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(value) ?? [];
  const text = `${year}-${month}-${day}`;
  const time = new Date(`${text}T00:00:00Z`);
  const isDay =
    /^\d{4}(-\d{2}-\d{2}|\d{4})$/.test(value) && !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text);
  if (!isDay || year === "0000")
    throw new NotStartedError(
      `PIPELINE_DATE is ${JSON.stringify(value)}; expected a day (UTC) such as 20260131 or 2026-01-31`,
    );
  return text;
}

/** A model names the variable it is taken from only later; what looks like a secret is not carried along. */
function withoutSecrets(environment: NodeJS.ProcessEnv): Record<string, string> {
  const kept = Object.entries(environment).filter(
    ([name, value]) => value && !/PASS|SECRET|TOKEN|KEY|CREDENTIAL|AUTH|DATABASE_URL/i.test(name),
  );
  return Object.fromEntries(kept) as Record<string, string>;
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) if (typeof inner === "object" && inner !== null) deepFreeze(inner);
  return Object.freeze(value);
}
