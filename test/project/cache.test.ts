import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { readProject } from "../../runner/project/project.ts";
import { configOf, projectFolder } from "./folder.ts";

const files = {
  "targets.yaml": "default: sample\ntargets: {sample: {vars: {n: 1}}}\n",
  "sources/s/source.yaml":
    "inputs: {i: {kind: folder, what: x, pattern: 'a+'}}\nparser: p.ts\ntables: {t: {columns: {id: {type: int64}}}}\n",
  "sources/s/p.ts": "",
  "seeds/list.yaml": "columns: {id: {type: int64}}",
  "seeds/list.csv": "id\n1\n",
  "models/partials/low.sql": "lower({{column}})",
  "models/partials/unused.sql": "x",
  "models/postgres/a.sql": '/* */ select {{> low column="\'A\'"}} as a, {{var "n" "int64"}} as n',
  "models/bigquery/b.sql":
    '/* columns: {id: {type: int64, pii: {aggregate: {min_group: count, size: id}}}} */ select id from {{ref "list"}}',
  "test/sql/t.sql": '/* */ select {{> low column="id"}} as id from {{ref "b"}}',
  "test/gates/g.sql": '/* max: count */ select id as key, 1 as value from {{ref "b"}}',
  "test/models/a/one.yaml": "expect: [{a: a}]\n",
};

const cacheFile = (dir: string) => join(dir, ".runner", "cache", "project.json");
const kept = (dir: string) =>
  (JSON.parse(readFileSync(cacheFile(dir), "utf8")) as { entries: [string, [string, unknown]][] }).entries;

test("what comes from the cache is what was read", async () => {
  using folder = projectFolder(files);
  const first = await readProject(configOf(folder.dir));
  expect(kept(folder.dir).map(([file]) => file)).toHaveLength(9);
  expect(await readProject(configOf(folder.dir))).toEqual(first);
});

test("a run that finds everything in the cache loads no parser", async () => {
  using folder = projectFolder(files);
  const root = resolve(import.meta.dirname, "../../runner/project");
  const script = `
    import { registerHooks } from "node:module";
    const loaded = new Set();
    registerHooks({ load(url, context, next) { loaded.add(url); return next(url, context); } });
    const { readConfig } = await import(${JSON.stringify(join(root, "config.ts"))});
    const { readProject } = await import(${JSON.stringify(join(root, "project.ts"))});
    const project = await readProject(readConfig({ projectDir: ${JSON.stringify(folder.dir)}, environment: {}, now: new Date(0) }));
    const packages = [...loaded].flatMap((url) => /node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url)?.[1] ?? []);
    console.log(JSON.stringify([project.models.size, [...new Set(packages)].sort()]));`;
  const run = async () =>
    JSON.parse((await execa(process.execPath, ["--input-type=module", "-e", script])).stdout) as [number, string[]];
  expect((await run())[1]).toEqual(
    expect.arrayContaining(["@polyglot-sql/sdk", "csv-parse", "handlebars", "libpg-query", "yaml", "zod"]),
  );
  expect(await run()).toEqual([2, ["fastest-levenshtein"]]);
});

test("an edited file, and a file whose partial was edited, are read anew", async () => {
  using folder = projectFolder(files);
  await readProject(configOf(folder.dir));
  folder.write("models/partials/low.sql", "upper({{column}})");
  folder.write("models/bigquery/b.sql", files["models/bigquery/b.sql"].replace("select id", "select id + 1 as id"));
  const { models, sqlTests } = await readProject(configOf(folder.dir));
  const text = (pieces: { kind: string }[]) => pieces.map((piece) => ("text" in piece ? piece.text : "?")).join("");
  expect(text(models.get("a")!.pieces)).toBe("select upper('A') as a, ? as n");
  expect(text(models.get("b")!.pieces)).toBe("select id + 1 as id from ?");
  expect(text(sqlTests.get("t")!.pieces)).toBe("select upper(id) as id from ?");
});

test("a partial that a file does not use does not make it new, a new one of its engine does", async () => {
  using folder = projectFolder(files);
  await readProject(configOf(folder.dir));
  const before = readFileSync(cacheFile(folder.dir), "utf8");
  folder.write("models/partials/unused.bigquery.sql", "y");
  await readProject(configOf(folder.dir));
  const entry = (text: string) =>
    (JSON.parse(text) as { entries: [string, unknown][] }).entries.find(([file]) => file.endsWith("a.sql"));
  expect(entry(readFileSync(cacheFile(folder.dir), "utf8"))).toEqual(entry(before));
  folder.write("models/partials/low.postgres.sql", "initcap({{column}})");
  expect(JSON.stringify((await readProject(configOf(folder.dir))).models.get("a")!.pieces)).toContain("initcap");
});

test("values of vars are not kept: another value counts without reading the files anew", async () => {
  using folder = projectFolder(files);
  await readProject(configOf(folder.dir));
  const { models, gates } = await readProject(configOf(folder.dir, { vars: "count: 7" }));
  expect([models.get("b")!.columns[0]!.pii, gates.get("g")!.max]).toEqual([
    { kind: "aggregate", minGroup: 7, size: "id" },
    7,
  ]);
  await expect(readProject(configOf(folder.dir, { vars: "n: x" }))).rejects.toThrow(
    'models/postgres/a.sql:1:43: var "n" is "x"; expected int64',
  );
});

test("a file with a mistake is not kept, a file that went away is dropped", async () => {
  using folder = projectFolder(files);
  await readProject(configOf(folder.dir));
  folder.write("models/postgres/a.sql", "/* typo: 1 */ select 1 as a");
  await expect(readProject(configOf(folder.dir))).rejects.toThrow('unknown setting "typo"');
  await expect(readProject(configOf(folder.dir))).rejects.toThrow('unknown setting "typo"');
  expect(kept(folder.dir).map(([file]) => file)).not.toContain("models/postgres/a.sql");
});

test.each(["", "{", '{"version":"other","entries":[["models/postgres/a.sql",["x",{}]]]}', "[]", "\0"])(
  "a cache that holds %j counts for nothing",
  async (text) => {
    using folder = projectFolder(files);
    const first = await readProject(configOf(folder.dir));
    writeFileSync(cacheFile(folder.dir), text);
    expect(await readProject(configOf(folder.dir))).toEqual(first);
    expect(kept(folder.dir)).toHaveLength(9);
  },
);

test("where no cache can be written there is none, and nothing else is wrong", async () => {
  using folder = projectFolder({ ...files, ".runner": "a file in the way" });
  const project = await readProject(configOf(folder.dir));
  expect(project.models.size).toBe(2);
  expect(existsSync(cacheFile(folder.dir))).toBe(false);
});
