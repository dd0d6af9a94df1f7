import { expect, test } from "vitest";
import type { Model } from "../../runner/project/model.ts";
import { plain } from "../../runner/report/colours.ts";
import { type SummaryOptions, summaryOf } from "../../runner/report/summary.ts";
import { widthOf } from "../../runner/report/width.ts";
import type { BuildResult } from "../../runner/run/build.ts";
import { labels, outcomes, testLabel } from "./outcomes.ts";

const models = new Map([
  [
    "usage_by_vendor",
    {
      description: "Who downloads how much, and what it costs. The vendor unknown holds the rest.",
      grain: ["vendor"],
      tests: [],
    },
  ],
  ["networks", { description: undefined, grain: ["asn"], tests: [{ kind: "relationships", columns: ["parent_asn"] }] }],
]) as unknown as ReadonlyMap<string, Model>;

const options: SummaryOptions = { colours: plain, width: undefined, models, sqlFile: () => undefined };

const built: BuildResult = {
  build: "shop_20260131",
  state: "built",
  outcomes: [
    { status: "reused", label: labels.seed, from: "shop_20260130", rowCount: 3n },
    ...outcomes.filter(({ status }) => status === "ok" || status === "warned"),
  ],
  promotion: { kind: "promoted", release: 3 },
  added: new Map([["books @ postgres", "not in this Postgres"]]),
  elapsedMs: 75_400,
  summaries: [
    {
      name: "usage_by_vendor",
      columns: ["vendor", "requests", "bytes", "cost_usd_low", "cost_usd_high", "share_of_bytes"],
      rows: [
        ["amazon", "120000", "9007199254740993", "12345.678901234", "23456.789012345", "0.612345678"],
        ["google", "1200", "1234567", "0", "0.120000000", "0.0000123"],
        ["unknown", "3", "0", "0.000000001", "0.230000000", null],
      ],
      more: false,
    },
    {
      name: "networks",
      columns: ["asn", "parent_asn", "addresses"],
      rows: [
        ["15169", "36040", "15169"],
        ["8075", null, "8075"],
      ],
      more: true,
    },
  ],
  rejects: [
    { table: "gcs.usage_rejects", rowCount: 1_017n },
    { table: "routes.route_rejects", rowCount: 0n },
  ],
  attributions: ["RouteViews (routeviews.org), CC BY 4.0", "IP Geolocation by DB-IP (https://db-ip.com), CC BY 4.0"],
  read: { files: 25, bytes: 61_312_345 },
};

test("a good build ends with its tables, its counts and its release", async () => {
  await expect(summaryOf(built, options)).toMatchFileSnapshot("golden/built.txt");
});

test("a failed build ends with what failed, where, and the way on", async () => {
  const failed: BuildResult = {
    ...built,
    state: "failed",
    promotion: { kind: "none" },
    summaries: [],
    rejects: [],
    outcomes: [
      ...built.outcomes,
      ...outcomes.filter(({ status }) => status === "failed" || status === "skipped"),
      { status: "skipped", label: testLabel("unique_usage"), because: "usage" },
    ],
  };
  const sqlFile = (id: string) => (id === "usage" ? "target/run/models/bigquery/usage.sql" : undefined);
  await expect(summaryOf(failed, { ...options, sqlFile })).toMatchFileSnapshot("golden/failed.txt");
});

test("an interrupted build says how to go on", async () => {
  const interrupted: BuildResult = {
    ...built,
    state: "interrupted",
    promotion: { kind: "none" },
    summaries: [],
    rejects: [],
    added: new Map(),
    attributions: [],
    outcomes: [
      outcomes[0]!,
      ...Array.from({ length: 20 }, (_, index) => ({
        status: "skipped" as const,
        label: testLabel(`test_${index}`),
        because: "interrupted",
      })),
    ],
  };
  await expect(summaryOf(interrupted, options)).toMatchFileSnapshot("golden/interrupted.txt");
});

test("a gate that objects is named with its numbers and with what lets it through", () => {
  const gates = [
    { name: "rows", objections: ["usage_by_day has no row"] },
    {
      name: "share",
      objections: [
        "share is 3, at least 50 is asked for",
        "share goes from 80 to 3, a change of 96.3 %, at most 50 % is allowed",
      ],
    },
  ];
  const text = summaryOf(
    { ...built, summaries: [], promotion: { kind: "refused", because: "a gate objects", gates } },
    options,
  );
  expect(text.split("\n").slice(-4)).toEqual([
    "Not released: a gate objects",
    "  gate rows: usage_by_day has no row",
    "  gate share: share is 3, at least 50 is asked for; share goes from 80 to 3, a change of 96.3 %, at most 50 % is allowed",
    '  if that is right: runner promote --accept rows --accept share --reason "..."',
  ]);
});

test("where nothing was to do it says just that", () => {
  const nothing: BuildResult = {
    ...built,
    state: "nothing-to-do",
    summaries: [],
    rejects: [],
    added: new Map(),
    outcomes: built.outcomes.slice(0, 1),
    elapsedMs: 812,
    read: { files: 0, bytes: 0 },
  };
  expect(summaryOf(nothing, options)).toBe("Nothing to do: 1 table is as the live release has it, in 0.81s");
});

test("on a terminal tables are cut to its width, in a file they are whole", () => {
  const tables = (width: number | undefined) =>
    summaryOf({ ...built, outcomes: [], added: new Map(), rejects: [], attributions: [] }, { ...options, width }).split(
      "\n",
    );
  expect(tables(50).filter((line) => line.startsWith("amazon"))).toEqual(["amazon    120,000  9,007,199,254,740,993"]);
  expect(tables(50)).toContain("(no room for: cost_usd_low, cost_usd_high, share_…");
  expect(Math.max(...tables(undefined).map(widthOf))).toBeGreaterThan(80);
});

test("no word that CI logs are searched for stands in the summary of a good build", () => {
  expect(summaryOf(built, options)).not.toMatch(/(Error|ERROR|error)s?:|(FAIL|Failure \[)\b|fatal error/);
});

test("what a database says can't write to the terminal", () => {
  const message = 'invalid input "\x1b]0;title\x07"\r\n\tLINE 1';
  const outcomes: BuildResult["outcomes"] = [
    { status: "failed", label: labels.model, message, elapsedMs: 1, sample: undefined },
  ];
  const text = summaryOf({ ...built, state: "failed", promotion: { kind: "none" }, outcomes }, options);
  expect(text).toContain('  invalid input "?]0;title?"\n   LINE 1\n');
});
