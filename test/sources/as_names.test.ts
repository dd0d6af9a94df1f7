import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import parse, { splitCountry } from "../../sources/as_names/parser.ts";
import { parseTexts } from "./world.ts";

async function namesOf(text: string | Uint8Array) {
  const { as_name: names = [], as_name_rejects: rejects = [] } = await parseTexts(parse, "as_names", { list: text });
  return { names, rejects };
}

test("the country is what follows the last comma, and the name keeps its own commas", () => {
  expect(splitCountry("LVLT-1 - Level 3 Parent, LLC, US")).toEqual({
    name: "LVLT-1 - Level 3 Parent, LLC",
    country: "US",
  });
  expect(splitCountry("UDEL-DCN - University of Delaware,US")).toEqual({
    name: "UDEL-DCN - University of Delaware",
    country: "US",
  });
  expect(splitCountry("SOMETHING, EU")).toEqual({ name: "SOMETHING", country: "EU" });
});

test("ZZ is no country, and what has no two capitals at its end keeps its whole text", () => {
  expect(splitCountry("-Reserved AS-, ZZ")).toEqual({ name: "-Reserved AS-", country: null });
  expect(splitCountry("SLLNET Stockholms Lans Landsting, na")).toEqual({
    name: "SLLNET Stockholms Lans Landsting, na",
    country: null,
  });
  expect(splitCountry("Example, Inc.")).toEqual({ name: "Example, Inc.", country: null });
});

test("asn.txt is read with a blank or a tab, asdot, an AS in front, and its first line is a name like the others", async () => {
  const { names, rejects } = await namesOf(
    "0 -Reserved AS-, ZZ\n15169\tGOOGLE - Google Inc.,US\nAS3 MIT, US\n1.10 ASDOT, SE\n",
  );
  expect(names).toEqual([
    [0, "-Reserved AS-", null, "-Reserved AS-, ZZ", 1],
    [15169, "GOOGLE - Google Inc.", "US", "GOOGLE - Google Inc.,US", 1],
    [3, "MIT", "US", "MIT, US", 1],
    [65546, "ASDOT", "SE", "ASDOT, SE", 1],
  ]);
  expect(rejects).toEqual([]);
});

test("quotes, backslashes and letters of either encoding come through as they are", async () => {
  const lines = ['1 The "odd name, US', "2 Capital\\Quest, US", "3 São Paulo & Co, BR"].join("\n");
  const { names } = await namesOf(
    Buffer.concat([Buffer.from(`${lines}\n`), Buffer.from("4 Fran\xe7ois, FR\n", "latin1")]),
  );
  expect(names.map(([, name]) => name)).toEqual(['The "odd name', "Capital\\Quest", "São Paulo & Co", "François"]);
});

test("entities are decoded once", async () => {
  const { names } = await namesOf("1 A &amp; B, US\n2 &amp;lt;, US\n3 AT&T, US\n");
  expect(names.map(([, name]) => name)).toEqual(["A & B", "&lt;", "AT&T"]);
});

test("pyasn's JSON is read, gzipped too, and what is no AS or no name is a reject", async () => {
  const text = JSON.stringify({ "15169": "GOOGLE, US", x: "NOBODY, US", "7": "", "8": 5 }, null, 1);
  for (const content of [text, gzipSync(text)]) {
    const { names, rejects } = await namesOf(content);
    expect(names).toEqual([[15169, "GOOGLE", "US", "GOOGLE, US", 1]]);
    expect(rejects.map(([, reason]) => reason).sort()).toEqual(["no name", "no name", "not an AS number"]);
  }
});

test("of the ranges of npm each text of an AS is counted, and none has a country", async () => {
  const { names } = await namesOf(
    '1.0.0.0,1.0.0.255,13335,"Cloudflare, ""Inc"", US"\n1.0.1.0,1.0.1.255,13335,"Cloudflare, ""Inc"", US"\n2400::,2400::1,13335,Other\n',
  );
  expect(names).toEqual([
    [13335, 'Cloudflare, "Inc", US', null, 'Cloudflare, "Inc", US', 2],
    [13335, "Other", null, "Other", 1],
  ]);
});

test("a line that is no name is a reject with its place, and a file of another format is an error", async () => {
  const { names, rejects } = await namesOf("1 ONE, US\nnonsense line\n2\n");
  expect(names).toHaveLength(1);
  expect(rejects).toEqual([
    ["nonsense line", "not an AS number", "list", 2],
    ["2", "no name", "list", 3],
  ]);
  await expect(namesOf("<html>\n")).rejects.toThrow("list:1: neither asn.txt");
  await expect(namesOf('{"1": ')).rejects.toThrow("list: not JSON");
});
