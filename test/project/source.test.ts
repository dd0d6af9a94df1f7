import { expect, test } from "vitest";
import { mistakesIn, projectOf } from "./folder.ts";

const yaml = `description: Logs.
attribution: [someone]
inputs:
  logs:
    kind: folder
    what: a folder of logs
    pattern: 'x_\\d+'
    keep: false
    bundled: {generator: ./generate.ts, reads: [routes], vars: [count]}
  routes: {kind: files, what: files of routes, bundled: [sources/logs/a.csv]}
parser: parser.ts
vars: [day]
tables:
  lines:
    description: One a line.
    columns: {id: {type: int64, description: Number.}, price: {type: "numeric(10, 2)"}}
  rejects: {rejects: true, columns: {reason: {type: string}}}
`;

const code = { "sources/logs/parser.ts": "", "sources/logs/generate.ts": "" };

test("a declaration, read twice: the second time it comes from the cache, with its pattern", async () => {
  const project = await projectOf({ "sources/logs/source.yaml": yaml, ...code });
  expect(project.sources.get("logs")).toEqual({
    name: "logs",
    file: "sources/logs/source.yaml",
    description: "Logs.",
    attribution: ["someone"],
    inputs: [
      {
        name: "logs",
        kind: "folder",
        what: "a folder of logs",
        pattern: /^(?:x_\d+)$/u,
        keep: false,
        bundled: { generator: "sources/logs/generate.ts", reads: ["routes"], vars: ["count"] },
      },
      {
        name: "routes",
        kind: "files",
        what: "files of routes",
        pattern: undefined,
        keep: true,
        bundled: { files: ["sources/logs/a.csv"] },
      },
    ],
    tables: [
      {
        name: "lines",
        description: "One a line.",
        columns: [
          { name: "id", type: "int64", description: "Number." },
          { name: "price", type: "numeric(10, 2)", description: undefined },
        ],
        rejects: false,
      },
      {
        name: "rejects",
        description: undefined,
        columns: [{ name: "reason", type: "string", description: undefined }],
        rejects: true,
      },
    ],
    tags: [],
    parser: "sources/logs/parser.ts",
    vars: ["day"],
    place: { file: "sources/logs/source.yaml", line: 1, column: 1 },
  });
});

test("a declaration with mistakes", async () => {
  expect(
    await mistakesIn({
      "sources/logs/source.yaml":
        "inputs:\n  a: {kind: file, what: x, pattern: 'y'}\n  b: {kind: dir, what: x}\n  c: {kind: folder, what: x, pattern: '('}\n  d: {kind: file, what: x, bundled: {generator: g.ts}}\nparser: p.ts\ntables:\n  t: {column: {}}\n",
    }),
  ).toEqual([
    "sources/logs/source.yaml:2:37: a file has no pattern; expected kind: folder",
    'sources/logs/source.yaml:3:13: inputs.b.kind is "dir"; expected file, files or folder',
    'sources/logs/source.yaml:4:39: "(" is no regular expression; expected one of JavaScript',
    "sources/logs/source.yaml:5:37: a generator fills a folder, not a file; expected kind: folder",
    "sources/logs/source.yaml:8:6: tables.t.columns is missing; expected a map",
    'sources/logs/source.yaml:8:7: unknown setting "column" of tables.t; nearest is "columns"',
  ]);
});

test("a parser, a var and an input that are not there", async () => {
  expect(
    await mistakesIn({
      "sources/logs/source.yaml": yaml
        .replace("reads: [routes]", "reads: [rout]")
        .replace("[count]", "[cont]")
        .replace("vars: [day]", "vars: [dya]"),
      "sources/logs/generate.ts": "",
    }),
  ).toEqual([
    'sources/logs/source.yaml:9:49: unknown input "rout" in reads; nearest is "routes"',
    'sources/logs/source.yaml:9:63: unknown var "cont" in vars; nearest is "count"',
    "sources/logs/source.yaml:11:9: there is no file sources/logs/parser.ts; expected the source's parser or generator there",
    'sources/logs/source.yaml:12:8: unknown var "dya" in vars; nearest is "day"',
  ]);
});
