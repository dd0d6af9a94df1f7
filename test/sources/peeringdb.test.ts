import { expect, test } from "vitest";
import parse from "../../sources/peeringdb/parser.ts";
import { inputFile, parseTexts, rowsOf } from "./world.ts";

const entry = {
  id: 1,
  asn: 15169,
  name: "Google LLC",
  website: "",
  updated: "2026-04-14T19:10:31Z",
  status: "ok",
  notes: "call Jo, jo@example.org",
};

async function read(data: unknown) {
  return await parseTexts(parse, "peeringdb_net", { "net.json": JSON.stringify({ data, meta: {} }) });
}

test("an entry in force gives its key, AS, name, website and time, and nothing of its contacts", async () => {
  const { net } = await read([entry]);
  expect(net).toEqual([[1, 15169, "Google LLC", "", "2026-04-14T19:10:31Z"]]);
});

test("an entry that is not in force, or does not read, is a reject with its reason", async () => {
  const { net, net_rejects: rejects } = await read([
    { ...entry, id: 2, status: "deleted" },
    { ...entry, id: 3, asn: "15169" },
    { ...entry, id: 4, asn: 4_294_967_296 },
    { ...entry, id: 5, name: null },
    { ...entry, id: 6, updated: "yesterday" },
    null,
  ]);
  expect(net).toBeUndefined();
  expect(rejects).toEqual([
    [2, "status is deleted", "net.json"],
    [3, "asn is not an AS number", "net.json"],
    [4, "asn is not an AS number", "net.json"],
    [5, "no name", "net.json"],
    [6, "updated is not a time", "net.json"],
    [null, "status is undefined", "net.json"],
  ]);
});

test("an answer without data is an error", async () => {
  await expect(parseTexts(parse, "peeringdb_net", { "net.json": '{"error": "throttled"}' })).rejects.toThrow(
    'net.json: no list "data"',
  );
});

test("the bundled page gives all its networks", async () => {
  const { net } = await rowsOf(parse, { peeringdb_net: [inputFile("sources/peeringdb/net_page1.json.gz")] });
  expect(net).toHaveLength(250);
});
