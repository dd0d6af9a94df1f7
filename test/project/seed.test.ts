import { expect, test } from "vitest";
import { mistakesIn, projectOf } from "./folder.ts";

const columns =
  "columns:\n  id: {type: int64}\n  name: {type: string}\n  price: {type: 'numeric(5, 2)'}\n  day: {type: date}\n  ok: {type: bool}\n";

async function rowsOf(files: Record<string, string>): Promise<(string | null)[][]> {
  return (await projectOf(files)).seeds.get("s")!.rows;
}

test("a CSV seed has typed values in the declared order, as canonical text", async () => {
  const csv = 'name,id,ok,day,price\n"a, ""b""\nc",+007,TRUE,2026-01-31,1.5\n,2,,,\n';
  expect(await rowsOf({ "seeds/s.yaml": columns, "seeds/s.csv": csv })).toEqual([
    ["7", 'a, "b"\nc', "1.50", "2026-01-31", "true"],
    ["2", "", null, null, null],
  ]);
});

test("a byte order mark, CRLF and blank lines change nothing", async () => {
  expect(
    await rowsOf({
      "seeds/s.yaml": "columns: {id: {type: int64}, name: {type: string}}",
      "seeds/s.csv": '\ufeffid,name\r\n\r\n1,é\r\n2,"x\r\ny"',
    }),
  ).toEqual([
    ["1", "é"],
    ["2", "x\ny"],
  ]);
});

test("each value that is not of its type is named at its place", async () => {
  const csv = 'id,name,price,day,ok\n1,"two\nlines",1.234,2026-02-30,maybe\n9223372036854775808,,1000,,\n';
  expect(await mistakesIn({ "seeds/s.yaml": columns, "seeds/s.csv": csv })).toEqual([
    'seeds/s.csv:3:8: price is "1.234"; expected numeric(5, 2)',
    'seeds/s.csv:3:14: day is "2026-02-30"; expected date',
    'seeds/s.csv:3:25: ok is "maybe"; expected bool',
    'seeds/s.csv:4:1: id is "9223372036854775808"; expected int64',
    'seeds/s.csv:4:22: price is "1000"; expected numeric(5, 2)',
  ]);
});

test("a header line that is not that of the columns", async () => {
  const yaml = "columns: {id: {type: int64}, name: {type: string}}";
  expect(await mistakesIn({ "seeds/s.yaml": yaml, "seeds/s.csv": "id,nam,id\n1,2,3\n" })).toEqual([
    'seeds/s.csv:1:1: column "name" is not in the header line; nearest is "nam"',
    'seeds/s.csv:1:4: column "nam" is not declared; nearest is "name"',
    'seeds/s.csv:1:8: column "id" stands twice; expected each column once',
  ]);
  expect(await mistakesIn({ "seeds/s.yaml": yaml, "seeds/s.csv": "" })).toEqual([
    "seeds/s.csv:1:1: the file is empty; expected a header line: id,name",
  ]);
});

test("a row with too few fields, and a quote that does not end", async () => {
  const yaml = "columns: {id: {type: int64}, name: {type: string}}";
  expect(await mistakesIn({ "seeds/s.yaml": yaml, "seeds/s.csv": "id,name\n1\n2,b\n" })).toEqual([
    "seeds/s.csv:2:1: 1 field; expected 2, as in the header line",
  ]);
  expect(await mistakesIn({ "seeds/s.yaml": yaml, "seeds/s.csv": 'id,name\n1,"b\n' })).toEqual([
    expect.stringMatching(
      /^seeds\/s\.csv:\d+:1: not CSV: Quote Not Closed: .*; expected fields with commas between, in double quotes where needed$/,
    ),
  ]);
});

test("a key that stands twice, or is NULL", async () => {
  const yaml = "grain: [id, name]\ncolumns: {id: {type: int64}, name: {type: string}}";
  expect(await mistakesIn({ "seeds/s.yaml": yaml, "seeds/s.csv": "id,name\n1,a\n1,b\n01,a\n,c\n" })).toEqual([
    "seeds/s.csv:4:1: id, name 1, a stands twice; expected first at seeds/s.csv:2:1".replace("expected ", ""),
    "seeds/s.csv:5:1: id, name NULL, c: a key is NULL; expected a value in each column of grain",
  ]);
});

const vendors =
  "rows: parts\ngrain: id\ncolumns:\n  vendor: {type: string, from: name}\n  host: {type: string, from: sends.host}\n  id: {type: int64, from: parts.id}\n  day: {type: date}\n";

test("YAML files give a row an entry, with fields of the file and of the entry", async () => {
  expect(
    await rowsOf({
      "seeds/s.yaml": vendors,
      "seeds/s/b.yaml": "name: b\nparts: [{id: 3}]\n",
      "seeds/s/a.yaml": "# comment\nname: a\nsends: {host: h}\nparts:\n  - {id: 1, day: 2026-01-31}\n  - {id: 2}\n",
    }),
  ).toEqual([
    ["a", "h", "1", "2026-01-31"],
    ["a", "h", "2", null],
    ["b", "", "3", null],
  ]);
});

test("mistakes in YAML files stand at their places", async () => {
  expect(
    await mistakesIn({
      "seeds/s.yaml": vendors,
      "seeds/s/a.yaml": "name: a\nsend: {host: h}\nparts:\n  - {id: x, day: [1]}\n  - {idd: 2, day: 2026-13-01}\n",
      "seeds/s/b.yaml": "name: b\npart: []\n",
      "seeds/s/c.yaml": "name: c\nparts: [{id: 1}, {id: 1}]\n",
      "seeds/s/d.yaml": "name: [\n",
    }),
  ).toEqual([
    'seeds/s/a.yaml:2:1: no column takes the field "send"; nearest is "sends"',
    'seeds/s/a.yaml:4:10: id is "x"; expected int64',
    "seeds/s/a.yaml:4:18: day is a list or a map; expected date",
    'seeds/s/a.yaml:5:6: no column takes the field "parts.idd"; nearest is "id"',
    'seeds/s/a.yaml:5:19: day is "2026-13-01"; expected date',
    'seeds/s/b.yaml:1:1: there is no list "parts"; expected parts: with an entry a row',
    'seeds/s/b.yaml:2:1: no column takes the field "part"; nearest is "parts"',
    "seeds/s/c.yaml:2:18: id 1 stands twice; first at seeds/s/c.yaml:2:9",
    expect.stringMatching(/^seeds\/s\/d\.yaml:2:1: not YAML: .*; expected `name: value` lines$/),
  ]);
});

test("a declaration with mistakes", async () => {
  expect(
    await mistakesIn({
      "seeds/s.yaml": "grain: ide\ntag: x\ncolumns:\n  id: {type: float64}\n  a b: {type: string}\n",
      "seeds/s.csv": "id\n",
    }),
  ).toEqual([
    'seeds/s.yaml:2:1: unknown setting "tag"; nearest is "tags"',
    'seeds/s.yaml:4:14: columns.id.type is "float64"; expected int64, bool, string, bytes, date, timestamp or numeric(p, s) of at most 38 digits',
    'seeds/s.yaml:5:3: name "a b"; expected letters, digits and _, no digit first, at most 63',
  ]);
  expect(await mistakesIn({ "seeds/s.yaml": "grain: ide\ncolumns:\n  id: {type: int64, from: a.b}\n" })).toEqual([
    "seeds/s.yaml:1:1: the seed has no data; expected seeds/s.csv",
    'seeds/s.yaml:1:8: unknown column "ide" in grain; nearest is "id"',
    'seeds/s.yaml:3:27: column "id" has a path, and the seed no rows; expected rows: with the name of a list',
  ]);
  expect(await mistakesIn({ "seeds/s.csv": "id\n" })).toEqual([
    "seeds/s.csv:1:1: the seed is not declared; expected seeds/s.yaml with its columns",
  ]);
});
